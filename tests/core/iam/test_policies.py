"""Policies read from values of every shape that a template may give them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from passrole.errors import PolicyError
from passrole.iam.matching import action_truth
from passrole.iam.policies import (
    Policy,
    PolicyKind,
    PrincipalEntry,
    Statement,
    policy_from_json,
    read_policy,
    value_from_json,
)
from passrole.values import (
    ABSENT,
    ANYTHING,
    Choice,
    Fact,
    Hole,
    Listing,
    Record,
    Text,
    Unknown,
    Value,
    World,
)

PROD = Fact("Env", "prod", "Env is prod")
READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def read(data: Any, kind: PolicyKind = PolicyKind.IDENTITY) -> Policy:
    return read_policy(value_from_json(data), kind, "Reader")


def only(policy: Policy) -> Statement:
    assert not policy.problems
    (statement,) = policy.statements
    return statement


def known(items: tuple[Any, ...]) -> list[str | None]:
    return [item.known() for item in items]


def document(*statements: Any, **more: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements), **more}


def test_a_statement_may_stand_alone_and_so_may_an_action() -> None:
    statement = only(read({"Version": "2012-10-17", "Statement": READ}))
    assert statement.effect == "Allow"
    assert known(statement.actions) == ["s3:GetObject"]
    assert known(statement.resources) == ["*"]
    assert statement.policy == "Reader"
    assert statement.label == "statement 1 of policy Reader"


def test_a_text_is_read_as_the_json_that_it_holds() -> None:
    text = Text((json.dumps(document(READ)),), defaults=frozenset({"Env=dev"}))
    statement = only(read_policy(text, PolicyKind.IDENTITY))
    assert known(statement.actions) == ["s3:GetObject"]
    assert statement.defaults == {"Env=dev"}


@pytest.mark.parametrize("text", ["{", "no json", "[1]", '"text"', "[" * 100_000])
def test_a_text_that_holds_no_policy_may_allow_anything(text: str) -> None:
    policy = read_policy(Text((text,)), PolicyKind.IDENTITY)
    assert policy.unresolved
    assert policy.statements[0].effect is None


def test_a_text_with_holes_may_allow_anything() -> None:
    policy = read_policy(Text(('{"Statement": ', Hole("Body"), "}")), PolicyKind.IDENTITY)
    assert not policy.problems
    assert policy.unresolved == "it depends on Body"


def test_a_hole_in_a_text_may_be_any_value() -> None:
    body = Hole("Body")
    parts = (
        '{"Statement": {"Effect": ', body, ', "Action": ["s3:Get*", ', body, "],",
        '"Resource": "*", "Condition": {"StringEquals": {"', body, ':sub": "x"}}}}',
    )  # fmt: skip
    statement = only(read_policy(Text(parts), PolicyKind.IDENTITY))
    assert statement.effect is None
    first, second = statement.actions
    assert first == Text(("s3:Get*",))
    assert isinstance(second, Unknown)
    assert all(isinstance(each, Unknown) for each in statement.conditions)


def test_numbers_and_booleans_are_their_text() -> None:
    condition = {"Bool": {"aws:SecureTransport": True}, "NumericLessThan": {"aws:Age": 3600}}
    statement = only(read(document(READ | {"Condition": condition})))
    values = [each.values for each in statement.conditions if not isinstance(each, Unknown)]
    assert [known(each) for each in values] == [["true"], ["3600"]]


def test_an_account_may_be_a_number() -> None:
    data = document({"Effect": "Allow", "Action": "s3:*", "Principal": {"AWS": 111122223333}})
    statement = only(read(data, PolicyKind.RESOURCE))
    assert statement.principals == (PrincipalEntry("AWS", Text(("111122223333",))),)


@pytest.mark.parametrize(
    ("version", "variables"),
    [
        ("2012-10-17", True),
        ("2012-10-17T00:00:00", True),
        ("2008-10-17", False),
        (None, False),
        ({"unknown": "Version"}, None),
    ],
)
def test_the_version_says_whether_there_are_variables(version: Any, variables: bool | None) -> None:
    data = {"Statement": READ} | ({} if version is None else {"Version": version})
    assert only(read(data)).variables is variables


def test_a_choice_of_actions_is_one_statement_in_each_world() -> None:
    choice = Choice(PROD, Text(("s3:GetObject",)), Text(("s3:*",)))
    policy = read(document({"Effect": "Allow", "Action": choice, "Resource": "*"}))
    assert {each.world.describe(): known(each.actions) for each in policy.statements} == {
        "Env is prod": ["s3:GetObject"],
        "Env is not prod": ["s3:*"],
    }
    assert {each.index for each in policy.statements} == {0}


def test_a_statement_that_a_condition_removes_is_in_one_world_only() -> None:
    removed = Choice(PROD, value_from_json(READ), ABSENT)
    policy = read_policy(
        Record({"Version": Text(("2012-10-17",)), "Statement": Listing((removed,))}),
        PolicyKind.IDENTITY,
    )
    assert [each.world for each in policy.statements] == [World(((PROD, True),))]


def test_a_choice_of_whole_policies() -> None:
    policy = read_policy(Choice(PROD, value_from_json(document(READ)), ABSENT), PolicyKind.IDENTITY)
    assert [each.world.describe() for each in policy.statements] == ["Env is prod"]


def test_a_choice_of_lists_of_statements() -> None:
    lists = Choice(PROD, value_from_json([READ, READ]), Listing(()))
    policy = read_policy(Record({"Statement": lists}), PolicyKind.IDENTITY)
    assert [each.world.describe() for each in policy.statements] == ["Env is prod"] * 2


def test_too_many_conditions_make_parts_unknown_and_drop_nothing() -> None:
    resources = tuple(
        Choice(Fact(f"Use{number}"), Text((f"arn:aws:s3:::b{number}",)), ABSENT)
        for number in range(12)
    )
    statement = only(read(document(READ | {"Resource": Listing(resources)})))
    assert statement.effect == "Allow"
    assert known(statement.actions) == ["s3:GetObject"]
    assert all(isinstance(each, Unknown) for each in statement.resources)


@pytest.mark.parametrize(
    "value",
    [Unknown("imported from elsewhere"), Listing((Unknown("imported from elsewhere"),))],
)
def test_unknown_statements_may_be_anything(value: Value) -> None:
    policy = read_policy(Record({"Statement": value}), PolicyKind.IDENTITY)
    assert not policy.problems
    assert policy.unresolved == "imported from elsewhere"


def test_an_unknown_policy_may_be_anything() -> None:
    policy = read_policy(Unknown("a macro made it"), PolicyKind.IDENTITY)
    assert policy.unresolved == "a macro made it"
    assert policy.statements[0].effect is None


def test_unknown_parts_keep_the_rest() -> None:
    hole = {"unknown": "Parameter"}
    statement = only(read(document(READ | {"Effect": hole, "Condition": hole})))
    assert statement.effect is None
    assert known(statement.actions) == ["s3:GetObject"]
    assert all(isinstance(each, Unknown) for each in statement.conditions)


MALFORMED = [
    ({}, PolicyKind.IDENTITY, "Statement: a policy needs a Statement"),
    (document(READ, statement=[]), PolicyKind.IDENTITY, "write Statement, not statement"),
    (document(READ, Extra="x"), PolicyKind.IDENTITY, "a policy has no element Extra"),
    (document(READ) | {"Version": "2020-01-01"}, PolicyKind.IDENTITY, "not '2020-01-01'"),
    (document(READ | {"action": "x"}), PolicyKind.IDENTITY, "write Action, not action"),
    (document(READ | {"Effect": "allow"}), PolicyKind.IDENTITY, "Allow or Deny, not 'allow'"),
    (document({"Action": "*", "Resource": "*"}), PolicyKind.IDENTITY, "needs an Effect"),
    (document({"Effect": "Allow", "Resource": "*"}), PolicyKind.IDENTITY, "needs Action"),
    (document({"Effect": "Allow", "Action": "*"}), PolicyKind.IDENTITY, "needs Resource"),
    (document(READ | {"NotAction": "*"}), PolicyKind.IDENTITY, "exclude each other"),
    (document(READ | {"Principal": "*"}), PolicyKind.IDENTITY, "no Principal in a policy"),
    (document(READ), PolicyKind.RESOURCE, "needs a Principal"),
    (document(READ | {"Principal": "me"}), PolicyKind.RESOURCE, 'Principal is "*" or an object'),
    (document(READ | {"Principal": {"Aws": "1"}}), PolicyKind.RESOURCE, "Principal has no Aws"),
    (document(READ | {"Principal": "*"}), PolicyKind.TRUST, "no Resource in a trust policy"),
    (document(READ | {"Action": {"a": "b"}}), PolicyKind.IDENTITY, "a text or a list of texts"),
    (document(READ | {"Condition": "x"}), PolicyKind.IDENTITY, "Condition is an object"),
    (
        document(READ | {"Condition": {"StringIs": {"a": "b"}}}),
        PolicyKind.IDENTITY,
        "no condition operator StringIs",
    ),
    (
        document(READ | {"Condition": {"StringEquals": "x"}}),
        PolicyKind.IDENTITY,
        "StringEquals is an object of condition keys",
    ),
    (
        document(READ | {"Condition": {"StringEquals": {"aws:x": "1", "AWS:X": "2"}}}),
        PolicyKind.IDENTITY,
        "the key AWS:X stands twice",
    ),
    (document("text"), PolicyKind.IDENTITY, "a statement is an object"),
    ([], PolicyKind.IDENTITY, "a policy is an object with a Statement"),
]


@pytest.mark.parametrize(("data", "kind", "words"), MALFORMED)
def test_what_iam_would_refuse_is_a_problem_and_never_a_grant(
    data: Any, kind: PolicyKind, words: str
) -> None:
    policy = read(data, kind)
    assert any(words in str(problem) for problem in policy.problems), policy.problems
    with pytest.raises(PolicyError, match="Reader: "):
        policy_from_json(data, kind, "Reader")


def test_a_malformed_statement_is_not_known() -> None:
    policy = read(document(READ | {"Effect": "allow"}))
    assert policy.statements[0].effect is None
    assert policy.unresolved == "Effect is Allow or Deny, not 'allow'"


def test_a_problem_says_where_it_is() -> None:
    policy = read(document(READ, READ | {"Effect": "allow"}))
    assert [problem.path for problem in policy.problems] == ["Statement[1].Effect"]


def test_holes_keep_their_identity() -> None:
    data = document(READ | {"Resource": [{"unknown": "a"}, {"unknown": "a"}]})
    first, second = only(read(data)).resources
    assert first == second == Text((Hole("a", ANYTHING),))


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("s3:GetObject", {"named", "cased", "everything", "all_but", "odd", "open"}),
        ("s3:PutObject", {"cased", "everything", "odd", "open"}),
        ("sqs:SendMessage", {"everything", "all_but", "odd", "open"}),
        ("kms:Decrypt", {"everything", "all_but", "open"}),
    ],
)
def test_a_policy_knows_what_may_be_about_an_action(action: str, expected: set[str]) -> None:
    listed: dict[str, Any] = {
        "named": {"Action": ["sns:Publish", "s3:Get*"]},
        "cased": {"Action": "S3:*"},
        "everything": {"Action": "*"},
        "all_but": {"NotAction": "s3:Put*"},
        "odd": {"Action": "s?*:*"},
        "open": {"Action": [{"unknown": "parameter"}]},
        "other": {"Action": "codebuild:*"},
    }
    policy = policy_from_json(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Sid": sid, "Effect": "Allow", "Resource": "*", **written}
                for sid, written in listed.items()
            ],
        },
        PolicyKind.IDENTITY,
    )

    for _ in range(2):
        assert {each.sid for each in policy.about(action)} == expected
    assert all(action_truth(each, action) for each in policy.about(action))
