"""Every intrinsic function in both of its forms, and what is said where nothing is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from passrole.stacks.deployments import Deployment
from passrole.values import (
    ABSENT,
    Absent,
    Choice,
    Fact,
    Hole,
    Listing,
    Not,
    Record,
    Text,
    Unknown,
    Value,
    known,
)

Evaluate = Callable[..., Value]

PARAMETERS = """
Parameters:
  Name: {Type: String, Default: shop}
  Names: {Type: CommaDelimitedList, Default: "a, b ,c"}
  Given: {Type: String}
  Size: {Type: String, AllowedValues: [small, large, huge]}
Mappings:
  Sizes:
    small: {Machine: t3.small, Same: x, Zones: [a, b]}
    large: {Machine: t3.large, Same: x, Zones: [c]}
  ByRegion:
    us-east-1: {Image: ami-1}
    eu-west-1: {Image: ami-2}
    eu-west-2: {Image: ami-3}
    eu-west-3: {Image: ami-4}
    sa-east-1: {Image: ami-5}
"""

KNOWN = [
    ("plain text", "text", "'text'", "text"),
    ("true stays as it is written", "true", "'true'", "true"),
    ("digits after a zero are octal, unless quoted", "0644", "'420'", "420"),
    ("dates stay,", "2012-10-17", "'2012-10-17'", "2012-10-17"),
    ("Ref to a parameter", "!Ref Name", "{Ref: Name}", "shop"),
    ("Ref to a name", "!Ref Named", "{Ref: Named}", "my-bucket"),
    ("GetAtt", "!GetAtt Named.Arn", "{'Fn::GetAtt': [Named, Arn]}", "arn:aws:s3:::my-bucket"),
    ("GetAtt, crossed", "!GetAtt [Named, Arn]", "{'Fn::GetAtt': Named.Arn}",
     "arn:aws:s3:::my-bucket"),
    ("an attribute by template", "!GetAtt Named.DomainName", "{'Fn::GetAtt': [Named, DomainName]}",
     "my-bucket.s3.amazonaws.com"),
    ("Sub", "!Sub 'x-${Name}-${Named}'", "{'Fn::Sub': 'x-${Name}-${Named}'}", "x-shop-my-bucket"),
    ("Sub with an attribute", "!Sub '${Named.Arn}/*'", "{'Fn::Sub': '${Named.Arn}/*'}",
     "arn:aws:s3:::my-bucket/*"),
    ("Sub with a map", "!Sub ['${A}-${Name}', {A: !Ref Named}]",
     "{'Fn::Sub': ['${A}-${Name}', {A: {Ref: Named}}]}", "my-bucket-shop"),
    ("Sub's map goes first", "!Sub ['${Name}', {Name: mine}]",
     "{'Fn::Sub': ['${Name}', {Name: mine}]}", "mine"),
    ("Sub leaves ${!Literal}", "!Sub 'user/${!aws:username}/$x'",
     "{'Fn::Sub': 'user/${!aws:username}/$x'}", "user/${aws:username}/$x"),
    ("Join", "!Join ['-', [a, !Ref Name]]", "{'Fn::Join': ['-', [a, {Ref: Name}]]}", "a-shop"),
    ("Join of a list parameter", "!Join [':', !Ref Names]", "{'Fn::Join': [':', {Ref: Names}]}",
     "a:b:c"),
    ("Join of nothing", "!Join [',', []]", "{'Fn::Join': [',', []]}", ""),
    ("Join drops NoValue", "!Join [',', [a, !Ref AWS::NoValue, b]]",
     "{'Fn::Join': [',', [a, {Ref: 'AWS::NoValue'}, b]]}", "a,b"),
    ("Select", "!Select [1, !Ref Names]", "{'Fn::Select': ['1', {Ref: Names}]}", "b"),
    ("Select and Split", "!Select [5, !Split [':', !GetAtt Named.Arn]]",
     "{'Fn::Select': [5, {'Fn::Split': [':', {'Fn::GetAtt': [Named, Arn]}]}]}", "my-bucket"),
    ("FindInMap", "!FindInMap [Sizes, small, Machine]",
     "{'Fn::FindInMap': [Sizes, small, Machine]}", "t3.small"),
    ("FindInMap with a default", "!FindInMap [Sizes, none, Machine, {DefaultValue: d}]",
     "{'Fn::FindInMap': [Sizes, none, Machine, {DefaultValue: d}]}", "d"),
    ("FindInMap whose values are all the same", "!FindInMap [Sizes, !Ref Size, Same]",
     "{'Fn::FindInMap': [Sizes, {Ref: Size}, Same]}", "x"),
    ("Base64", "!Base64 abc", "{'Fn::Base64': abc}", "YWJj"),
    ("ToJsonString", "!ToJsonString {A: [1, x, true, '1']}",
     "{'Fn::ToJsonString': {A: [1, x, true, '1']}}", '{"A":[1,"x",true,"1"]}'),
    ("Length", "!Length [a, b]", "{'Fn::Length': [a, b]}", "2"),
    ("an equality", "!Equals [a, a]", "{'Fn::Equals': [a, a]}", "true"),
    ("the partition is assumed", "!Ref AWS::Partition", "{Ref: 'AWS::Partition'}", "aws"),
    ("the URL suffix", "!Ref AWS::URLSuffix", "{Ref: 'AWS::URLSuffix'}", "amazonaws.com"),
]  # fmt: skip


@pytest.mark.parametrize(("short", "long", "expected"), [row[1:] for row in KNOWN],
                         ids=[row[0] for row in KNOWN])  # fmt: skip
def test_known(evaluate: Evaluate, short: str, long: str, expected: str) -> None:
    assert known(evaluate(short, PARAMETERS)) == expected
    assert known(evaluate(long, PARAMETERS)) == expected


HOLES = [
    ("a name that the service makes up", "!Ref Bucket", "{Ref: Bucket}", "${Bucket.name}"),
    ("an id", "!Ref Key", "{Ref: Key}", "${Key.id}"),
    ("a path", "!GetAtt Role.Arn", "{'Fn::GetAtt': [Role, Arn]}",
     "arn:aws:iam::${account}:role/ci/deployer"),
    ("the default of a path", "!GetAtt PlainRole.Arn", "{'Fn::GetAtt': [PlainRole, Arn]}",
     "arn:aws:iam::${account}:role/builder"),
    ("Ref that is an ARN", "!Ref Topic", "{Ref: Topic}",
     "arn:aws:sns:${region}:${account}:news"),
    ("an attribute that nobody declares", "!GetAtt Bucket.WebsiteURL",
     "{'Fn::GetAtt': [Bucket, WebsiteURL]}", "${Bucket.WebsiteURL}"),
    ("a type that nobody declares", "!GetAtt Thing.A.B", "{'Fn::GetAtt': [Thing, A.B]}",
     "${Thing.A.B}"),
    ("a parameter without a value", "!Sub 'a-${Given}'", "{'Fn::Sub': 'a-${Given}'}",
     "a-${Given}"),
    ("the stack's name", "!Ref AWS::StackName", "{Ref: 'AWS::StackName'}",
     "${stack-name}"),
    ("a dynamic reference", "'{{resolve:ssm:/db/user:1}}'", "'{{resolve:ssm:/db/user:1}}'",
     "${{{resolve:ssm:/db/user:1}}}"),
    ("a dynamic reference put together", "!Sub 'x{{resolve:ssm:/${Given}}}y'",
     "{'Fn::Join': ['', ['x{{resolve:ssm:/', {Ref: Given}, '}}y']]}",
     "x${{{resolve:ssm:/Given}}}y"),
    ("an import", "!ImportValue net-Vpc", "{'Fn::ImportValue': net-Vpc}",
     "${import:net-Vpc}"),
    ("a zone", "!Select [0, !GetAZs '']", "!Select [0, {'Fn::GetAZs': ''}]", "${region.zones[0]}"),
    ("a part of a text with holes", "!Select [1, !Split [',', !Ref Given]]",
     "{'Fn::Select': [1, {'Fn::Split': [',', {Ref: Given}]}]}", "${Given.split(,)[1]}"),
    ("a list attribute", "!Join [',', !GetAtt Thing.List]",
     "{'Fn::Join': [',', {'Fn::GetAtt': [Thing, List]}]}", "${Thing.List.join(,)}"),
    ("Base64 of a hole", "!Base64 {Ref: Given}", "{'Fn::Base64': {Ref: Given}}", "${Given.base64}"),
    ("a map with many keys", "!FindInMap [ByRegion, !Ref AWS::Region, Image]",
     "{'Fn::FindInMap': [ByRegion, {Ref: 'AWS::Region'}, Image]}", "${ByRegion.region.Image}"),
]  # fmt: skip


@pytest.mark.parametrize(("short", "long", "expected"), [row[1:] for row in HOLES],
                         ids=[row[0] for row in HOLES])  # fmt: skip
def test_a_hole_is_the_same_in_both_forms(
    evaluate: Evaluate, short: str, long: str, expected: str
) -> None:
    first, second = evaluate(short, PARAMETERS), evaluate(long, PARAMETERS)
    assert isinstance(first, Text)
    assert first == second
    assert any(first.holes)
    assert str(first) == expected
    assert all(hole.reason for hole in first.holes)


UNKNOWN = [
    ("the macro Include is not run", "!Transform {Name: Include}"),
    ("the macro Include is not run", "{'Fn::Transform': {Name: Include}}"),
    ("the macro Include is not run", "{'Fn::Transform': {Name: Include}, A: b}"),
    ("Fn::Cidr is not computed", "!Cidr [10.0.0.0/16, 6, 8]"),
    ("which zones a region has for an account is not in the template", "!GetAZs us-east-1"),
    ("the list of Fn::Select has no item 3", "!Select [3, !Ref Names]"),
    (
        "Fn::ForEach::X may add anything here: a loop is a name, a collection, and a body",
        "{'Fn::ForEach::X': [A, [b]]}",
    ),
    ("the map Sizes has no value for none and Machine", "!FindInMap [Sizes, none, Machine]"),
]


@pytest.mark.parametrize(("reason", "expression"), UNKNOWN)
def test_unknown_says_why(evaluate: Evaluate, reason: str, expression: str) -> None:
    value = evaluate(expression, PARAMETERS)
    assert isinstance(value, Unknown)
    assert value.reason == reason
    assert value.origin is not None


SAME_BUCKET = [
    "!GetAtt Bucket.Arn",
    "!Sub 'arn:aws:s3:::${Bucket}'",
    "!Sub 'arn:${AWS::Partition}:s3:::${Bucket}'",
    "!Sub ['arn:aws:s3:::${B}', {B: !Ref Bucket}]",
    "!Join ['', ['arn:aws:s3:::', !Ref Bucket]]",
    "!Join [':', [arn, !Ref AWS::Partition, s3, '', '', !Ref Bucket]]",
    "{'Fn::Join': ['', ['arn:', {Ref: 'AWS::Partition'}, ':s3:::', {Ref: Bucket}]]}",
]


@pytest.mark.parametrize("expression", SAME_BUCKET)
def test_one_bucket_however_it_is_named(evaluate: Evaluate, expression: str) -> None:
    assert evaluate(expression) == evaluate("!GetAtt Bucket.Arn")


def test_another_bucket_is_another_text(evaluate: Evaluate) -> None:
    assert evaluate("!GetAtt Bucket.Arn") != evaluate("!GetAtt Named.Arn")
    assert evaluate("!Ref Bucket") != evaluate("!Ref Key")


def test_null_and_no_value_are_absent(evaluate: Evaluate) -> None:
    assert isinstance(evaluate("~"), Absent)
    assert evaluate("{A: !Ref AWS::NoValue, B: ~, C: ''}") != ABSENT
    value = evaluate("{A: !Ref AWS::NoValue, B: ~, C: ''}")
    assert isinstance(value, Record)
    assert list(value.fields) == ["C"]


def test_keys_know_where_they_stand(evaluate: Evaluate) -> None:
    value = evaluate("{Effect: Allow, Action: !Sub '${Bucket}:x'}")
    assert isinstance(value, Record)
    assert {name: origin.node.text for name, origin in value.keys.items()} == {  # type: ignore[union-attr]
        "Effect": "Effect", "Action": "Action",
    }  # fmt: skip


@pytest.mark.parametrize("expression", [
    "!Sub '${Bucket}'", "!Join ['', [!Ref Bucket]]", "!Ref Bucket", "!GetAtt Bucket.Arn",
    "!FindInMap [Sizes, small, Machine]", "!Select [0, !Ref Names]", "plain",
])  # fmt: skip
def test_a_value_knows_where_it_was_written(evaluate: Evaluate, expression: str) -> None:
    value = evaluate(expression, PARAMETERS)
    assert value.origin is not None
    document, node = value.origin
    assert document.line_text(document.location(node).line).strip().startswith(expression[:4])


def test_secrets_bring_no_wildcards(evaluate: Evaluate) -> None:
    stored, secret = (
        next(evaluate(f"'{{{{resolve:{name}:x}}}}'").holes)  # type: ignore[union-attr]
        for name in ("ssm", "secretsmanager")
    )
    assert stored.alphabet.wildcards
    assert not secret.alphabet.wildcards


def test_a_function_of_a_choice_is_a_choice(evaluate: Evaluate) -> None:
    conditions = "Parameters:\n  E: {Type: String}\nConditions:\n  Prod: !Equals [!Ref E, prod]\n"
    value = evaluate("!Join ['-', [x, !If [Prod, a, b], !If [Prod, c, !Ref AWS::NoValue]]]",
                     conditions)  # fmt: skip
    assert isinstance(value, Choice)
    assert (known(value.then), known(value.otherwise)) == ("x-a-c", "x-b")
    value = evaluate("!Sub ['${A}${B}', {A: !If [Prod, a, b], B: !Ref Bucket}]", conditions)
    assert isinstance(value, Choice)
    assert str(value.then) == "a${Bucket.name}"


def test_too_many_conditions_make_a_hole_and_not_a_thousand_texts(evaluate: Evaluate) -> None:
    names = "ABCDEFGHIJ"
    sections = "Parameters:\n" + "".join(f"  {name}: {{Type: String}}\n" for name in names)
    sections += "Conditions:\n" + "".join(f"  C{n}: !Equals [!Ref {n}, x]\n" for n in names)
    parts = ", ".join(f"!If [C{name}, y, n]" for name in names)
    value = evaluate(f"!Join ['', [start, {parts}]]", sections)
    assert isinstance(value, Text)
    assert value.parts[0] == "start"
    assert len(list(value.holes)) == len(names)
    assert {hole.reason for hole in value.holes} == {"it depends on too many conditions"}


def test_a_map_under_a_key_that_is_not_known(evaluate: Evaluate) -> None:
    value = evaluate("!FindInMap [Sizes, !Ref Size, Machine]", PARAMETERS)
    assert isinstance(value, Choice)
    among = ("huge", "large", "small")
    assert value.guard == Fact("t.yaml#param:Size", "small", "Size is small", among)
    assert (known(value.then), known(value.otherwise)) == ("t3.small", "t3.large")
    zones = evaluate("!FindInMap [Sizes, !Ref Size, Zones]", PARAMETERS)
    assert isinstance(zones, Choice)
    assert isinstance(zones.then, Listing)
    image = evaluate("!FindInMap [ByRegion, !Ref AWS::Region, Image]", PARAMETERS)
    assert isinstance(image, Text)
    choices = next(image.holes).alphabet.choices or ()
    assert set(choices) == {"ami-1", "ami-2", "ami-3", "ami-4", "ami-5"}


def test_of_two_allowed_values_one_is_the_opposite_of_the_other(evaluate: Evaluate) -> None:
    sections = """
    Parameters:
      On: {Type: String, AllowedValues: ['true', 'false']}
    Conditions:
      IsOn: !Equals [!Ref On, 'true']
      IsOff: !Equals ['false', !Ref On]
      IsNot: !Equals [!Ref On, maybe]
    """
    on, off = (evaluate(f"!If [{name}, a, b]", sections) for name in ("IsOn", "IsOff"))
    assert isinstance(on, Choice)
    assert isinstance(off, Choice)
    assert off.guard == Not(on.guard)
    assert known(evaluate("!If [IsNot, a, b]", sections)) == "b"


def test_the_target_may_be_given(read: Callable[..., Any]) -> None:
    text = """
    Resources:
      T: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "n-${AWS::Region}"}}
    """
    deployment = Deployment(partition="aws-cn", account="111122223333", region="cn-north-1")
    stack = read(text, deployment)
    assert stack.resources["T"].arn.known() == "arn:aws-cn:sns:cn-north-1:111122223333:n-cn-north-1"
    assert [hole.id for hole in read(text).resources["T"].name.holes] == ["target:t.yaml@region"]


def test_long_ids_do_not_grow_without_end(evaluate: Evaluate) -> None:
    expression = "!Ref Given"
    for _ in range(12):
        expression = f"!Select [0, !Split [',', !Join ['', [{expression}, {expression}]]]]"
        if len(expression) > 100_000:
            break
    value = evaluate(expression, PARAMETERS)
    assert isinstance(value, Text)
    hole = next(value.holes)
    assert isinstance(hole, Hole)
    assert len(hole.id) < 2000
