"""What one policy allows and another does not, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passrole.iam import Layers, Request, Verdict, decide, principal_of
from passrole.iam.action_words import compact, described
from passrole.iam.differences import Difference, as_policy, differences
from passrole.iam.policies import Policy, policy_from_json, read_policy, value_from_json
from passrole.iam.requests import ContextValue
from passrole.iam.statements import PolicyKind, PrincipalEntry
from passrole.values import (
    ABSENT,
    ANYTHING,
    NAME,
    Alphabet,
    Choice,
    Fact,
    Hole,
    Text,
    Unknown,
    literal,
)

BUCKET = Hole("stack#Bucket.name", NAME, "Bucket")


def policy(*statements: Mapping[str, Any], kind: PolicyKind = PolicyKind.IDENTITY) -> Policy:
    return policy_from_json({"Version": "2012-10-17", "Statement": list(statements)}, kind)


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def trust(*principals: Any) -> Policy:
    return policy(
        *(
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": each}
            for each in principals
        ),
        kind=PolicyKind.TRUST,
    )


def told(a: Policy, b: Policy) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """What ``a`` allows more: actions and resources, all of it certain."""
    found = differences(a, b)
    assert all(each.certain for each in found), [each.reason for each in found]
    return [(compact(each.actions), tuple(map(str, each.pieces))) for each in found]


def test_equal_policies_have_no_difference_however_they_are_written() -> None:
    a = policy(allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::a/*", Sid="One"))
    b = policy(allow("S3:putobject", "arn:aws:s3:::a/*"), allow("s3:GetObject", "arn:aws:s3:::a/*"))
    assert told(a, b) == told(b, a) == []


def test_what_an_old_statement_covers_is_not_gained() -> None:
    before = policy(allow("s3:*"))
    after = policy(allow("s3:*"), allow("s3:GetObject", "arn:aws:s3:::a/*"))
    assert told(after, before) == []


def test_a_narrowed_wildcard_loses_the_rest() -> None:
    ((actions, resources),) = told(policy(allow("s3:*")), policy(allow("s3:Get*")))
    assert "s3:Delete*" in actions
    assert not [each for each in actions if each.startswith("s3:Get")]
    assert resources == ("*",)


def test_a_wider_resource_is_gained_beyond_what_was_allowed() -> None:
    before = policy(allow("s3:GetObject", "arn:aws:s3:::a/logs/*"))
    (gained,) = differences(policy(allow("s3:GetObject", "arn:aws:s3:::a/*")), before)
    assert gained.certain
    assert gained.besides == before.statements
    assert differences(before, policy(allow("s3:GetObject", "arn:aws:s3:::a/*"))) == ()


def test_not_action_and_not_resource_are_all_but_what_they_name() -> None:
    everything = policy(allow("*"))
    but_iam = policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})
    assert told(everything, but_iam) == [(("iam:*",), ("*",))]
    assert told(but_iam, everything) == []
    but_secret = policy(
        {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::secret/*"}
    )
    (lost,) = differences(policy(allow("s3:GetObject")), but_secret)
    assert lost.besides == but_secret.statements


def test_a_deny_that_is_added_is_a_loss_and_one_that_goes_a_gain() -> None:
    free = policy(allow("s3:*"))
    held = policy(allow("s3:*"), deny("s3:DeleteBucket", "arn:aws:s3:::a"))
    assert differences(held, free) == ()
    (gained,) = differences(free, held)
    assert gained.lifted
    assert gained.certain
    assert gained.actions == ("s3:DeleteBucket",)
    assert list(map(str, gained.pieces)) == ["arn:aws:s3:::a"]


def test_a_deny_of_what_nothing_allows_changes_nothing() -> None:
    free = policy(allow("s3:GetObject"))
    held = policy(allow("s3:GetObject"), deny("iam:*"))
    assert differences(free, held) == ()


def test_what_is_allowed_and_denied_at_once_is_not_gained() -> None:
    assert differences(policy(allow("s3:*"), deny("s3:*")), policy()) == ()


def test_a_condition_that_is_dropped_is_a_gain() -> None:
    when = {"Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}}
    before, after = policy(allow("iam:PassRole", **when)), policy(allow("iam:PassRole"))
    assert told(after, before) == [(("iam:PassRole",), ("*",))]
    assert told(before, after) == []


def test_resources_that_an_action_cannot_have_are_nothing() -> None:
    """`s3:*` on the keys of a bucket allows nothing that is done to buckets."""
    (only,) = differences(policy(allow("s3:*", "arn:aws:s3:::a/*")), policy())
    assert "s3:GetObject" in only.actions
    assert "s3:CreateBucket" not in only.actions


def test_who_may_newly_assume_a_role() -> None:
    before = trust({"Service": "codebuild.amazonaws.com"})
    after = trust(
        {"Service": ["codebuild.amazonaws.com", "lambda.amazonaws.com"]},
        {"AWS": "arn:aws:iam::111122223333:role/other"},
    )
    found = [piece for each in differences(after, before) for piece in each.pieces]
    assert found == [
        PrincipalEntry("Service", literal("lambda.amazonaws.com")),
        PrincipalEntry("AWS", literal("arn:aws:iam::111122223333:role/other")),
    ]
    assert differences(before, after) == ()


def test_everybody_in_a_trust_policy_is_gained_beyond_those_who_might_before() -> None:
    before = trust({"AWS": "arn:aws:iam::111122223333:role/other"})
    (gained,) = differences(trust("*"), before)
    assert gained.certain
    assert gained.besides == before.statements


def test_one_hole_is_one_bucket_and_two_are_not_known_to_differ() -> None:
    def reads(*parts: Any) -> Policy:
        text = Text(("arn:aws:s3:::", *parts, "/*"))
        value = value_from_json(
            {"Version": "2012-10-17", "Statement": [allow("s3:GetObject", text)]}
        )
        return read_policy(value, PolicyKind.IDENTITY)

    assert differences(reads(BUCKET), reads(BUCKET)) == ()
    (found,) = differences(reads("a-name"), reads(BUCKET))
    assert not found.certain
    assert found.reason


def test_an_object_action_on_a_bucket_is_not_certain_where_a_name_may_hold_a_slash() -> None:
    def reads(alphabet: Alphabet, tail: str) -> Difference:
        text = Text(("arn:aws:s3:::", Hole("var.bucket", alphabet), tail))
        value = value_from_json(
            {"Version": "2012-10-17", "Statement": [allow("s3:GetObject", text)]}
        )
        found = differences(read_policy(value, PolicyKind.IDENTITY), policy())
        assert len(found) <= 1
        return found[0] if found else Difference((), (), policy(allow("*")).statements[0])

    assert reads(ANYTHING, "/*").certain
    assert not reads(ANYTHING, "").certain
    assert reads(NAME, "").actions == ()


def test_what_is_not_known_is_neither_gained_for_sure_nor_passed_over() -> None:
    value = value_from_json({"Version": "2012-10-17", "Statement": [Unknown("read at deployment")]})
    (found,) = differences(read_policy(value, PolicyKind.IDENTITY), policy())
    assert not found.certain
    assert found.reason == "read at deployment"


def test_a_permission_of_some_deployments_says_of_which() -> None:
    production = Fact("stack@Env", "prod", "Env is prod")
    statement = value_from_json(allow("s3:GetObject"))
    value = value_from_json(
        {"Version": "2012-10-17", "Statement": [Choice(production, statement, ABSENT)]}
    )
    (found,) = differences(read_policy(value, PolicyKind.IDENTITY), policy())
    assert found.certain
    assert [world.describe() for world in found.when] == ["Env is prod"]
    (lost,) = differences(policy(allow("s3:GetObject")), read_policy(value, PolicyKind.IDENTITY))
    assert [world.describe() for world in lost.when] == ["Env is not prod"]


def test_too_much_to_compare_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("passrole.iam.differences.MOST_QUESTIONS", 3)
    many = [f"arn:aws:s3:::bucket-{number}/x" for number in range(5)]
    found = differences(policy(allow("s3:GetObject", many)), policy(allow("s3:GetObject", "arn:x")))
    assert any(not each.certain and "too much" in each.reason for each in found)


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (["s3:GetObject"], ("s3:GetObject",)),
        (["sqs:SendMessage", "sqs:ReceiveMessage"], ("sqs:ReceiveMessage", "sqs:SendMessage")),
        (["foo:~new"], ("foo:*",)),
        (["s3:~new"], ()),
    ],
)
def test_actions_in_few_words(actions: list[str], expected: tuple[str, ...]) -> None:
    assert compact(actions) == expected


def test_a_statement_is_told_as_it_is_written_where_that_is_shorter() -> None:
    (found,) = differences(policy(allow("*")), policy(allow("s3:GetObject")))
    assert described(found.actions, found.statement) == (("*",), ("s3:GetObject",))


# Laws

ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "sqs:SendMessage"]
PATTERNS = ["s3:GetObject", "s3:*", "s3:*Object", "s3:P?tObject", "sqs:*"]
ARNS = ["arn:aws:s3:::a/x", "arn:aws:s3:::a/b/y", "arn:aws:s3:::b/x",
        "arn:aws:sqs:eu-west-1:111122223333:queue"]  # fmt: skip
RESOURCES = ["*", "arn:aws:s3:::a/*", "arn:aws:s3:::*/x", "arn:aws:s3:::a/b/*", "arn:aws:sqs:*:*:*"]
TEAMS: list[ContextValue] = [ABSENT, literal("red"), literal("blue")]


def some_of(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    statements = []
    for _ in range(draw(st.integers(0, 3))):
        each: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"]))}
        each[draw(st.sampled_from([*["Action"] * 7, "NotAction"]))] = draw(some_of(PATTERNS))
        each[draw(st.sampled_from(["Resource", "Resource", "NotResource"]))] = draw(
            some_of(RESOURCES)
        )
        operator = draw(st.sampled_from(["", "", "StringEquals", "StringNotEquals"]))
        if operator:
            each["Condition"] = {
                operator: {"aws:PrincipalTag/team": draw(some_of(["red", "blue"]))}
            }
        statements.append(each)
    return policy(*statements)


ME = principal_of(literal("arn:aws:iam::111122223333:role/me"))


def allows(one: Policy, action: str, arn: str, team: ContextValue) -> bool:
    request = Request(action, literal(arn), ME, {"aws:principaltag/team": team})
    (decision,) = decide(request, Layers(identity=(one,)))
    return decision.verdict is Verdict.ALLOWED


def holds(part: Difference, action: str, arn: str, team: ContextValue) -> bool:
    """Whether a request is of a part: its actions, its resources, its conditions."""
    return action in part.actions and allows(as_policy(part), action, arn, team)


def requests() -> list[tuple[str, str, ContextValue]]:
    return [
        (action, arn, team)
        for action in ACTIONS
        for arn in ARNS
        if action.partition(":")[0] in arn
        for team in TEAMS
    ]


@pytest.mark.slow
@settings(max_examples=20)
@given(policies(), policies())
def test_the_parts_are_what_the_engine_decides(a: Policy, b: Policy) -> None:
    gained, lost = differences(a, b), differences(b, a)
    for request in requests():
        mine, theirs = allows(a, *request), allows(b, *request)
        if mine and not theirs:
            assert any(holds(part, *request) for part in gained), request
        news = [part for part in gained if mine and is_news(part, request)]
        assert not (theirs and news), request
        assert not (news and [p for p in lost if theirs and is_news(p, request)]), request


def is_news(part: Difference, request: tuple[str, str, ContextValue]) -> bool:
    """Whether a part says for certain that a request was not allowed before."""
    known = Policy(PolicyKind.IDENTITY, None, part.besides)
    return part.certain and holds(part, *request) and not allows(known, *request)


@settings(max_examples=20)
@given(policies())
def test_nothing_changes_between_a_policy_and_itself(a: Policy) -> None:
    assert differences(a, a) == ()


@settings(max_examples=20)
@given(policies(), policies())
def test_more_is_allowed_where_an_allow_is_added(a: Policy, b: Policy) -> None:
    allowing = tuple(each for each in b.statements if each.effect == "Allow")
    more = Policy(PolicyKind.IDENTITY, None, (*a.statements, *allowing))
    assert not [each for each in differences(a, more) if each.certain]
