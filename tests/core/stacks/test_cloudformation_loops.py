"""Fn::ForEach and the other functions of AWS::LanguageExtensions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import Stack
from passrole.values import Listing, Record, Text, Unknown, Value, get

Read = Callable[..., Stack]


def plain(value: Value) -> object:
    """A value as plain data, to compare."""
    if isinstance(value, Record):
        return {name: plain(item) for name, item in value.fields.items()}
    if isinstance(value, Listing):
        return [plain(item) for item in value.values]
    return str(value) if isinstance(value, Text) else value


def laid_out(stack: Stack) -> dict[str, object]:
    """The stack as plain data: what two templates that deploy the same have in common."""
    found: dict[str, object] = {
        each.id: (each.type_name, each.depends_on, each.world.describe(), plain(each.properties))
        for each in stack.resources.values()
    }
    return found | {f"output {name}": plain(value) for name, value in stack.outputs.items()}


LOOP = """
Transform: AWS::LanguageExtensions
Parameters:
  Env: {Type: String}
Conditions:
  Fn::ForEach::Conditions:
    - Place
    - [Dev, Prod]
    - "Is${Place}": !Equals [!Ref Env, !Ref Place]
Resources:
  Fn::ForEach::Roles:
    - Place
    - [Dev, Prod]
    - Role${Place}:
        Type: AWS::IAM::Role
        Condition: Is${Place}
        Properties:
          RoleName: !Sub "${Place}-deployer"
          Path: !Join ["", [/, !Ref Place, /]]
          Tags:
            Fn::ForEach::Tags:
              - Tag
              - [One, Two]
              - "${Tag}${Place}": !Ref Tag
      Fn::ForEach::Buckets:
        - Kind
        - [in.put, output]
        - Bucket${Place}&{Kind}:
            Type: AWS::S3::Bucket
            DependsOn: Role${Place}
            Properties:
              BucketName: "${Place}-${Kind}"
              Owner: !GetAtt Role${Place}.Arn
Outputs:
  Fn::ForEach::Outputs:
    - Place
    - [Dev, Prod]
    - "Arn${Place}": {Value: !GetAtt "Role${Place}.Arn"}
"""


def by_hand() -> str:
    lines = ["Parameters:", "  Env: {Type: String}", "Conditions:"]
    lines += [f"  Is{place}: !Equals [!Ref Env, {place}]" for place in ("Dev", "Prod")]
    lines += ["Resources:"]
    for place in ("Dev", "Prod"):
        lines += [
            f"  Role{place}:",
            "    Type: AWS::IAM::Role",
            f"    Condition: Is{place}",
            "    Properties:",
            f"      {{RoleName: {place}-deployer, Path: /{place}/,",
            f"       Tags: {{One{place}: One, Two{place}: Two}}}}",
        ]
        for kind in ("in.put", "output"):
            lines += [
                f"  Bucket{place}{kind.replace('.', '')}:",
                "    Type: AWS::S3::Bucket",
                f"    DependsOn: Role{place}",
                f"    Properties: {{BucketName: {place}-{kind}, Owner: !GetAtt Role{place}.Arn}}",
            ]
    lines += ["Outputs:"]
    lines += [f"  Arn{place}: {{Value: !GetAtt Role{place}.Arn}}" for place in ("Dev", "Prod")]
    return "\n".join(lines)


def test_a_loop_gives_what_the_template_written_by_hand_gives(read: Read) -> None:
    stack = read(LOOP)
    assert stack.problems == ()
    assert laid_out(stack) == laid_out(read(by_hand()))
    assert len(stack.resources) == 6


def test_what_a_loop_makes_is_placed_at_its_body(read: Read) -> None:
    stack = read(LOOP)
    places = {each.id: each.location for each in stack.resources.values()}
    assert places["RoleDev"].line == places["RoleProd"].line == 14
    assert places["RoleDev"].pointer == "Resources.Fn::ForEach::Roles[2].Role${Place}"


COLLECTION = """
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList%s}
Mappings:
  Sets: {Dev: {Names: [Alpha, Beta]}}
Resources:
  Fn::ForEach::Buckets:
    - Name
    - %s
    - Bucket${Name}: {Type: AWS::S3::Bucket, Properties: {BucketName: "b-${Name}"}}
  Other: {Type: AWS::S3::Bucket, Properties: {BucketName: other}}
"""


def test_the_collection_may_be_a_parameter_and_relies_on_its_default(read: Read) -> None:
    stack = read(COLLECTION % (", Default: 'Alpha, Beta'", "!Ref Names"))
    assert list(stack.resources) == ["BucketAlpha", "BucketBeta", "Other"]
    name = get(stack.resources["BucketBeta"].properties, "BucketName")
    assert isinstance(name, Text)
    assert name.defaults == {"Names=Alpha, Beta"}
    assert stack.assumptions == ("Names=Alpha, Beta",)


def test_a_given_collection_relies_on_no_default(read: Read) -> None:
    text = COLLECTION % (", Default: 'Alpha, Beta'", "!Ref Names")
    stack = read(text, Deployment(parameters={"Names": "Gamma"}))
    assert list(stack.resources) == ["BucketGamma", "Other"]
    assert stack.assumptions == ()


def test_the_collection_may_come_out_of_a_map(read: Read) -> None:
    stack = read(COLLECTION % ("", "!FindInMap [Sets, Dev, Names]"))
    assert list(stack.resources) == ["BucketAlpha", "BucketBeta", "Other"]


@pytest.mark.parametrize("collection", ["!Ref Names", "[!Ref AWS::StackName]", "text"])
def test_a_collection_that_is_not_known_leaves_the_rest(read: Read, collection: str) -> None:
    stack = read(COLLECTION % ("", collection))
    assert list(stack.resources) == ["Other"]
    assert [each.problem.kind for each in stack.problems] == ["for-each"]
    assert "Fn::ForEach::Buckets is not expanded" in stack.problems[0].problem.message


def test_a_loop_over_nobody_knows_what_leaves_the_properties_open(read: Read) -> None:
    stack = read("""
    Transform: AWS::LanguageExtensions
    Parameters: {Names: {Type: CommaDelimitedList}}
    Resources:
      R:
        Type: T::R
        Properties:
          A: {a: b, "Fn::ForEach::X": [N, !Ref Names, {"K${N}": v}]}
          B: c
      Fn::ForEach::Policies: [N, !Ref Names, {"P${N}": {Type: AWS::IAM::Policy}}]
    """)
    properties = stack.resources["R"].properties
    value = get(properties, "A")
    assert isinstance(value, Unknown)
    assert "the parameter Names has no default" in value.reason
    assert str(get(properties, "B")) == "c"
    # A policy that may be attached to any role is there, and nothing of it is known.
    assert isinstance(stack.resources["P${N}"].properties, Unknown)


def test_functions_may_stand_in_names(read: Read) -> None:
    stack = read("""
    Transform: AWS::LanguageExtensions
    Parameters: {Env: {Type: String, Default: Dev}}
    Mappings: {M: {Dev: {Name: x}}}
    Resources:
      BucketDev: {Type: AWS::S3::Bucket, Properties: {BucketName: my-bucket}}
      R:
        Type: T::R
        Properties:
          Ref: {Ref: {"Fn::Sub": "Bucket${Env}"}}
          Att: {"Fn::GetAtt": [{"Fn::Sub": "Bucket${Env}"}, Arn]}
          Map: !FindInMap [!Select [0, [M]], !Ref Env, Name]
          Default: !FindInMap [M, !Ref Env, Missing, DefaultValue: y]
          Length: {"Fn::Length": [a, b, c]}
          Json: {"Fn::ToJsonString": {a: [!Ref Env]}}
    """)
    assert plain(stack.resources["R"].properties) == {
        "Ref": "my-bucket",
        "Att": "arn:aws:s3:::my-bucket",
        "Map": "x",
        "Default": "y",
        "Length": "3",
        "Json": '{"a":["Dev"]}',
    }


def test_loops_that_would_make_too_much_are_refused(read: Read) -> None:
    items = ", ".join(f"i{at}" for at in range(100))
    body = "{'R${A}${B}${C}${D}': {Type: 'T::R'}}"
    for name in "DCBA":
        body = f"{{'Fn::ForEach::{name}': [{name}, [{items}], {body}]}}"
    stack = read(f"Transform: AWS::LanguageExtensions\nResources: {body}")
    assert stack.resources == {}
    assert {each.problem.kind for each in stack.problems} == {"limit", "for-each"}


def test_empty_loops_in_loops_end(read: Read) -> None:
    items = ", ".join(f"i{at}" for at in range(1000))
    body = "{}"
    for name in "DCBA":
        body = f"{{'Fn::ForEach::{name}': [{name}, [{items}], {body}]}}"
    stack = read(f"Transform: AWS::LanguageExtensions\nResources: {body}")
    assert "limit" in {each.problem.kind for each in stack.problems}


def test_texts_that_loops_would_make_long_are_refused(read: Read) -> None:
    item, body = "x" * 100_000, "${N}" * 1000
    stack = read(f"""
    Transform: AWS::LanguageExtensions
    Resources:
      Fn::ForEach::X: [N, [{item}, b], {{"K${{N}}": {{Type: T::R, Properties: {{A: "{body}"}}}}}}]
    """)
    assert "limit" in {each.problem.kind for each in stack.problems}
