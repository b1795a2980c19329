"""Policy against policy: is all that one allows allowed by the other?"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passrole.iam import reference
from passrole.iam.automata import glob
from passrole.iam.conditions import condition_holds
from passrole.iam.containment import (
    Answer,
    Domain,
    Witness,
    contained,
    overlapping,
)
from passrole.iam.patterns import matches
from passrole.iam.policies import Policy, policy_from_json, read_policy, value_from_json
from passrole.iam.principals import ANONYMOUS
from passrole.iam.requests import ContextValue, Request
from passrole.iam.statements import Condition, PolicyKind
from passrole.values import (
    ABSENT,
    NAME,
    Alphabet,
    Choice,
    Fact,
    Hole,
    Text,
    Truth,
    Unknown,
    literal,
)

TRUE, UNKNOWN, FALSE = Truth.TRUE, Truth.UNKNOWN, Truth.FALSE
SHARED = Path(
    os.environ.get("PASSROLE_SHARED", Path(__file__).resolve().parents[3].parent / "shared")
)
SET_CASES = SHARED / "oracle" / "cases_sets.jsonl"

BUCKET = Hole("stack/Bucket", NAME, "Bucket")
OTHER = Hole("stack/OtherBucket", NAME, "OtherBucket")
PARAMETER = Hole("stack/Parameter", Alphabet("any text", wildcards=True), "Parameter")


def policy(*statements: Mapping[str, Any]) -> Policy:
    data = {"Version": "2012-10-17", "Statement": list(statements)}
    return policy_from_json(data, PolicyKind.IDENTITY)


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def when(operator: str, key: str, *values: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: list(values)}}}


def objects(*parts: str | Hole) -> Text:
    return Text(("arn:aws:s3:::", *parts))


GET, PUT = "s3:GetObject", "s3:PutObject"
A_BUCKET = "arn:aws:s3:::a/*"


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (policy(allow(GET)), policy(allow(GET)), TRUE),
        (policy(allow(GET)), policy(allow("s3:get*")), TRUE),
        (policy(allow("s3:Get*")), policy(allow(GET)), FALSE),
        (policy(allow(GET, A_BUCKET)), policy(allow(GET)), TRUE),
        (policy(allow(GET)), policy(allow(GET, A_BUCKET)), FALSE),
        (policy(allow("*")), policy(allow("*", A_BUCKET)), FALSE),
        (policy(allow(GET)), policy(allow("*"), deny(GET, A_BUCKET)), FALSE),
        (policy(allow(GET, "arn:aws:s3:::b/*")), policy(allow("*"), deny(GET, A_BUCKET)), TRUE),
        (policy(allow(GET), deny(GET, A_BUCKET)), policy(allow(GET), deny("*", A_BUCKET)), TRUE),
        (policy(allow(GET), deny(GET, "arn:aws:s3:*")), policy(allow(PUT)), TRUE),
        (policy(allow(GET)), policy({"Effect": "Allow", "NotAction": PUT, "Resource": "*"}), TRUE),
        (policy(allow(PUT)), policy({"Effect": "Allow", "NotAction": PUT, "Resource": "*"}), FALSE),
        (
            policy(allow(GET, A_BUCKET)),
            policy({"Effect": "Allow", "Action": GET, "NotResource": "arn:aws:s3:::b/*"}),
            TRUE,
        ),
        (
            policy({"Effect": "Allow", "Action": GET, "NotResource": "arn:aws:s3:::b/*"}),
            policy(allow(GET), deny(GET, "arn:aws:s3:::b/x")),
            TRUE,
        ),
        (policy(), policy(), TRUE),
        (policy(allow([])), policy(), TRUE),
        (policy(deny("*")), policy(), TRUE),
    ],
)
def test_known_policies(a: Policy, b: Policy, expected: Truth) -> None:
    answer = contained(a, b)
    assert answer.truth is expected
    assert (answer.witness is None) is (expected is TRUE)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (when("StringEquals", "k:a", "x"), {}, TRUE),
        ({}, when("StringEquals", "k:a", "x"), FALSE),
        (when("StringEquals", "k:a", "x"), when("StringEquals", "k:a", "x", "y"), TRUE),
        (when("StringEquals", "k:a", "x", "y"), when("StringEquals", "k:a", "x"), FALSE),
        (when("StringEquals", "k:a", "xy"), when("StringLike", "k:a", "x*"), TRUE),
        (when("StringLike", "k:a", "x*"), when("StringLike", "k:a", "*x*"), TRUE),
        (when("StringLike", "k:a", "*x*"), when("StringLike", "k:a", "x*"), FALSE),
        (when("StringLike", "k:a", "x*"), when("StringNotLike", "k:a", "y*"), TRUE),
        (when("StringEquals", "k:a", "x"), when("StringNotEquals", "k:a", "y"), TRUE),
        (when("StringNotEquals", "k:a", "y"), when("StringEquals", "k:a", "x"), FALSE),
        (when("StringEquals", "k:a", "X"), when("StringEqualsIgnoreCase", "k:a", "x"), TRUE),
        (when("StringEqualsIgnoreCase", "k:a", "x"), when("StringEquals", "k:a", "x"), FALSE),
        (when("StringEqualsIfExists", "k:a", "x"), when("StringEquals", "k:a", "x"), FALSE),
        (when("StringEquals", "k:a", "x"), when("StringEqualsIfExists", "k:a", "x"), TRUE),
        (when("StringEquals", "k:a", "x"), when("Null", "k:a", "false"), TRUE),
        (when("Null", "k:a", "true"), when("StringEqualsIfExists", "k:a", "x"), TRUE),
        (when("Null", "aws:SecureTransport", "true"), when("Bool", "k:a", "true"), TRUE),
        (when("Bool", "k:a", "true"), when("Bool", "K:A", "TRUE"), TRUE),
        (when("NumericLessThan", "k:n", "5"), when("NumericLessThanEquals", "k:n", "5"), TRUE),
        (when("NumericLessThanEquals", "k:n", "5"), when("NumericLessThan", "k:n", "5"), FALSE),
        (when("NumericEquals", "k:n", "5.0"), when("NumericEquals", "k:n", "5"), TRUE),
        (when("NumericLessThan", "k:n", "3"), when("NumericNotEquals", "k:n", "4"), TRUE),
        (
            when("IpAddress", "aws:SourceIp", "10.1.0.0/16"),
            when("IpAddress", "aws:SourceIp", "10.0.0.0/8"),
            TRUE,
        ),
        (
            when("IpAddress", "aws:SourceIp", "10.0.0.0/8"),
            when("IpAddress", "aws:SourceIp", "10.0.0.0/9", "10.128.0.0/9"),
            TRUE,
        ),
        (
            when("IpAddress", "aws:SourceIp", "10.0.0.0/8"),
            when("IpAddress", "aws:SourceIp", "10.0.0.0/9"),
            FALSE,
        ),
        (
            when("ArnLike", "aws:SourceArn", "arn:aws:s3:::a"),
            when("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:*"),
            TRUE,
        ),
        (
            when("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:*"),
            when("ArnLike", "aws:SourceArn", "arn:aws:s3:::*"),
            FALSE,
        ),
        (
            when("ForAnyValue:StringEquals", "k:m", "x"),
            when("ForAnyValue:StringEquals", "k:m", "x", "y"),
            TRUE,
        ),
        (
            when("ForAllValues:StringEquals", "k:m", "x"),
            when("ForAnyValue:StringEquals", "k:m", "x"),
            FALSE,
        ),
        (
            when("ForAllValues:StringEquals", "k:m", "x"),
            when("ForAllValues:StringEquals", "k:m", "x", "y"),
            TRUE,
        ),
        (when("StringEquals", "k:a", "${aws:username}"), {}, TRUE),
        (
            when("StringEquals", "k:a", "${aws:username}"),
            when("StringEquals", "k:a", "${aws:username}"),
            TRUE,
        ),
        (when("BinaryEquals", "k:b", "QQ=="), when("BinaryEquals", "k:b", "QQ=="), TRUE),
        (when("BinaryEquals", "k:b", "QQ=="), when("BinaryEquals", "k:b", "Qg=="), UNKNOWN),
        (
            when("DateLessThan", "k:d", "2026-01-01"),
            when("DateLessThan", "k:d", "2026-01-01"),
            TRUE,
        ),
    ],
)
def test_conditions(a: dict[str, Any], b: dict[str, Any], expected: Truth) -> None:
    assert contained(policy(allow(GET, **a)), policy(allow(GET, **b))).truth is expected
    # A Deny turns the question around.
    assert (
        contained(
            policy(allow(GET), deny(GET, **b)),
            policy(allow(GET), deny(GET, **a)),
        ).truth
        is expected
    )


def test_a_witness_shows_the_request_and_its_context() -> None:
    answer = contained(
        policy(allow([GET, PUT], **when("StringEquals", "aws:PrincipalTag/team", "a", "b"))),
        policy(allow(GET), allow(PUT, **when("StringEquals", "aws:PrincipalTag/team", "b"))),
    )
    assert answer.truth is FALSE
    assert answer.witness is not None
    assert answer.witness.action == PUT
    assert answer.witness.resource.known() == "arn:aws:s3:::x/x"
    assert answer.witness.context == (("aws:PrincipalTag/team", literal("a")),)


def test_actions_without_resource_level_permissions_need_a_star() -> None:
    listing = "s3:ListAllMyBuckets"
    assert contained(policy(allow(listing, "arn:aws:s3:::*")), policy()).truth is TRUE
    answer = contained(policy(allow(listing)), policy(allow("s3:*", "arn:aws:s3:::*")))
    assert answer.truth is FALSE
    assert answer.witness == Witness(listing, literal("*"))


def test_only_resources_that_an_action_has_count() -> None:
    whole_bucket = policy(allow("s3:ListBucket", "arn:aws:s3:::*"))
    assert contained(policy(allow("s3:ListBucket")), whole_bucket).truth is FALSE
    objects_only = policy(allow("s3:ListBucket", "arn:aws:s3:::a/*"))
    assert contained(objects_only, policy()).truth is TRUE


def test_what_only_future_actions_would_change_holds_as_of_the_data() -> None:
    every_known = policy(allow(list(reference.expand("sqs:Get*"))))
    answer = contained(policy(allow("sqs:Get*")), every_known)
    assert answer.truth is TRUE
    assert answer.as_of == reference.data_version()
    assert contained(every_known, policy(allow("sqs:Get*"))) == Answer(TRUE)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (objects(BUCKET, "/*"), objects(BUCKET, "/*"), TRUE),
        (objects(BUCKET, "/a/*"), objects(BUCKET, "/*"), TRUE),
        (objects(BUCKET, "/*"), "arn:aws:s3:::*", TRUE),
        (objects(BUCKET, "/*"), objects(BUCKET, "/a/*"), FALSE),
        (objects(BUCKET, "/*"), objects(OTHER, "/*"), UNKNOWN),
        (objects(BUCKET, "/*"), objects(BUCKET), FALSE),
        (objects(BUCKET, "/*"), "arn:aws:s3:::a/*", UNKNOWN),
        ("arn:aws:s3:::a/*", objects(BUCKET, "/*"), UNKNOWN),
        ("arn:aws:s3:::a/*", objects(PARAMETER), UNKNOWN),
        (objects(PARAMETER), objects(PARAMETER), TRUE),
        (objects(PARAMETER, "/*"), objects(PARAMETER, "*"), TRUE),
        (objects(BUCKET, "/*"), "arn:aws:sqs:*", FALSE),
        ("arn:aws:s3:::home/${aws:username}/*", "arn:aws:s3:::home/*", TRUE),
        ("arn:aws:s3:::home/${aws:username}/*", "arn:aws:s3:::home/${AWS:UserName}/*", TRUE),
        ("arn:aws:s3:::home/${aws:username}/*", "arn:aws:s3:::home/${aws:userid}/*", UNKNOWN),
        ("arn:aws:s3:::home/*", "arn:aws:s3:::home/${aws:username}/*", FALSE),
    ],
)
def test_holes_and_variables_in_resources(a: Any, b: Any, expected: Truth) -> None:
    answer = contained(policy(allow(GET, a)), policy(allow(GET, b)))
    assert answer.truth is expected
    if expected is UNKNOWN:
        assert answer.reason


def test_a_denial_with_a_hole_denies_neither_surely_nor_surely_not() -> None:
    hole = objects(BUCKET, "/*")
    assert contained(policy(allow(GET)), policy(allow(GET), deny(GET, hole))).truth is FALSE
    known = policy(allow(GET, A_BUCKET))
    assert contained(known, policy(allow(GET), deny(GET, hole))).truth is UNKNOWN
    assert contained(policy(allow(GET), deny(GET, hole)), policy(allow(GET))).truth is TRUE
    both = policy(allow(GET), deny(GET, hole))
    assert contained(both, both).truth is TRUE


@pytest.mark.parametrize(
    "statement",
    [
        allow(Unknown("imported"), "*"),
        allow(GET, Unknown("imported")),
        {"Effect": Unknown("imported"), "Action": GET, "Resource": "*"},
        {**allow(GET), "Condition": Unknown("imported")},
        {"Effect": "Allow", "NotAction": [PUT, Unknown("imported")], "Resource": "*"},
        {"Effect": "Allow", "Action": GET, "NotResource": [A_BUCKET, Unknown("imported")]},
        Unknown("imported"),
    ],
)
def test_what_is_not_known_is_neither_within_nor_around(statement: Any) -> None:
    data = value_from_json({"Version": "2012-10-17", "Statement": [statement]})
    unknown = read_policy(data, PolicyKind.IDENTITY)
    one = policy(allow(GET, "arn:aws:s3:::b/x"))
    assert contained(one, unknown).truth is UNKNOWN
    assert contained(unknown, policy()).truth is UNKNOWN
    assert contained(unknown, policy(allow("*"))).truth is TRUE
    assert contained(policy(), unknown).truth is TRUE


def test_statements_that_exist_in_some_deployments() -> None:
    guard = Fact("stack/IsProd", None, "IsProd")
    value = value_from_json(
        {
            "Version": "2012-10-17",
            "Statement": [
                Choice(guard, value_from_json(allow(PUT)), ABSENT),
                allow(GET),
            ],
        }
    )
    guarded = read_policy(value, PolicyKind.IDENTITY)
    assert contained(policy(allow(GET)), guarded).truth is TRUE
    assert contained(guarded, guarded).truth is TRUE
    answer = contained(guarded, policy(allow(GET)))
    assert answer.truth is UNKNOWN
    assert answer.reason == "depends on the deployment"
    assert answer.witness is not None
    assert answer.witness.action == PUT
    assert answer.witness.world.describe() == "IsProd"
    assert contained(guarded, policy(allow(PUT))).truth is FALSE


def resource_policy(principal: Any, **more: Any) -> Policy:
    statement = allow(GET, A_BUCKET, Principal=principal, **more)
    data = {"Version": "2012-10-17", "Statement": [statement]}
    return policy_from_json(data, PolicyKind.RESOURCE)


ROLE = "arn:aws:iam::111122223333:role/a"


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ({"AWS": ROLE}, "*", TRUE),
        ("*", {"AWS": ROLE}, FALSE),
        ("*", {"AWS": "*"}, TRUE),
        ({"AWS": ROLE}, {"AWS": [ROLE, "111122223333"]}, TRUE),
        ({"AWS": ROLE}, {"AWS": ROLE.replace("a", "b")}, FALSE),
        ({"AWS": "111122223333"}, {"AWS": "arn:aws:iam::111122223333:root"}, TRUE),
        ({"AWS": ROLE}, {"AWS": "111122223333"}, UNKNOWN),
        ({"AWS": ROLE}, {"AWS": "444455556666"}, FALSE),
        ({"Service": "a.amazonaws.com"}, {"Service": "b.amazonaws.com"}, FALSE),
        ({"AWS": Text((BUCKET,))}, {"AWS": Text((BUCKET,))}, TRUE),
    ],
)
def test_principals(a: Any, b: Any, expected: Truth) -> None:
    assert contained(resource_policy(a), resource_policy(b)).truth is expected


def test_overlap() -> None:
    answer = overlapping(policy(allow(GET, "arn:aws:s3:::a*")), policy(allow("*", A_BUCKET)))
    assert answer.truth is TRUE
    assert answer.witness is not None
    resource = answer.witness.resource.known()
    assert resource is not None
    assert matches("arn:aws:s3:::a/*", resource)
    assert overlapping(policy(allow(GET)), policy(allow(PUT))).truth is FALSE
    assert overlapping(policy(allow(GET)), policy(allow(GET), deny("*"))).truth is FALSE
    hole = policy(allow(GET, objects(BUCKET, "/*")))
    assert overlapping(hole, hole).truth is TRUE
    assert overlapping(hole, policy(allow(GET, A_BUCKET))).truth is UNKNOWN


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([allow(GET, "arn:aws:s3:::" + "*a" * 40)], [allow(GET, "arn:aws:s3:::" + "*a" * 41)]),
        (
            [allow(GET, "arn:aws:s3:::" + "*ab" * 680)],
            [allow(GET, "arn:aws:s3:::*"), deny(GET, "arn:aws:s3:::*" + "a?" * 900)],
        ),
        (
            [allow(GET, "arn:aws:s3:::*a" + "?" * 30)],
            [allow(GET), deny(GET, "arn:aws:s3:::*a" + "?" * 20)],
        ),
        (
            [allow("*", **when("StringEquals", f"k:{n}", "a")) for n in range(40)],
            [allow("*", **when("StringEquals", f"k:{n}", "a")) for n in range(39)],
        ),
        (
            [allow("*", **when("StringLike", "k:a", f"*{n}*")) for n in range(40)],
            [allow("*", **when("StringLike", "k:a", f"*{n}*")) for n in range(39)],
        ),
    ],
    ids=["stars", "long", "subsets", "keys", "likes"],
)
def test_policies_made_to_be_hard_are_answered_in_bounded_time(a: Any, b: Any) -> None:
    started = time.process_time()
    answer = contained(policy(*a), policy(*b))
    assert time.process_time() - started < 5
    assert answer.truth is not TRUE
    assert answer.truth is FALSE or answer.reason


# A second opinion: the definition, for one request at a time.


def allows(document: Mapping[str, Any], action: str, resource: str, context: Context) -> bool:
    effects = {
        statement["Effect"]
        for statement in document["Statement"]
        if applies(statement, action, resource, context)
    }
    return effects == {"Allow"}


Context = Mapping[str, ContextValue]


def applies(statement: Mapping[str, Any], action: str, resource: str, context: Context) -> bool:
    if listed(statement, "Action", action.lower(), fold=True) is ("NotAction" in statement):
        return False
    if listed(statement, "Resource", resource, fold=False) is ("NotResource" in statement):
        return False
    request = Request(action, literal(resource), ANONYMOUS, context, closed=True)
    return all(
        condition_holds(Condition(operator, key, tuple(map(literal, values))), request, False)
        is TRUE
        for operator, block in statement.get("Condition", {}).items()
        for key, values in ((key, many(value)) for key, value in block.items())
    )


def many(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def listed(statement: Mapping[str, Any], element: str, text: str, *, fold: bool) -> bool:
    patterns = many(statement.get(element, statement.get("Not" + element)))
    return any(matches(each.lower() if fold else each, text) for each in patterns)


def shows(witness: Witness, a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    """Whether the witness is a request that the first document allows and the second does not."""
    resource = witness.resource.known()
    assert resource is not None
    context = {key.lower(): value for key, value in witness.context}
    return allows(a, witness.action, resource, context) and not allows(
        b, witness.action, resource, context
    )


patterns = st.text("ab*?", max_size=4)
conditions = st.fixed_dictionaries(
    {},
    optional={
        "Condition": st.dictionaries(
            st.sampled_from(
                ["StringEquals", "StringNotEquals", "StringLike", "StringEqualsIfExists"]
            ),
            st.dictionaries(
                st.just("k:a"), st.lists(st.sampled_from(["a", "b", "a*"]), min_size=1)
            ),
            min_size=1,
            max_size=2,
        )
    },
)


@st.composite
def statements(draw: st.DrawFn, resources: st.SearchStrategy[Any] = patterns) -> dict[str, Any]:
    action = draw(st.sampled_from(["Action", "Action", "NotAction"]))
    resource = draw(st.sampled_from(["Resource", "Resource", "NotResource"]))
    actions = st.sampled_from(["t:a", "t:b", "t:*", "*", "T:A*"])
    return {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        action: draw(st.lists(actions, min_size=1, max_size=2)),
        resource: draw(st.lists(resources, min_size=1, max_size=2)),
        **draw(conditions),
    }


documents = st.lists(statements(), max_size=3).map(
    lambda listed: {"Version": "2012-10-17", "Statement": listed}
)
ACTIONS = ("t:a", "t:b", "t:ab")
DOMAIN = Domain(ACTIONS)
CONTEXTS: list[Context] = [{}] + [{"k:a": literal(value)} for value in ("a", "b", "ab", "c")]
REQUESTS = [
    (action, "".join(word), context)
    for action in ACTIONS
    for length in range(4)
    for word in product("abx", repeat=length)
    for context in CONTEXTS
]


def parsed(document: Any) -> Policy:
    return read_policy(value_from_json(document), PolicyKind.IDENTITY)


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(documents, documents)
def test_answers_agree_with_the_definition(a: dict[str, Any], b: dict[str, Any]) -> None:
    answer = contained(parsed(a), parsed(b), DOMAIN)
    if answer.truth is FALSE:
        assert answer.witness is not None
        assert shows(answer.witness, a, b)
    else:
        assert answer.truth is TRUE
        assert not [each for each in REQUESTS if allows(a, *each) and not allows(b, *each)]


@settings(max_examples=60, deadline=None)
@given(documents)
def test_a_policy_is_within_itself_and_within_everything(a: dict[str, Any]) -> None:
    own = parsed(a)
    assert contained(own, own, DOMAIN).truth is TRUE
    assert contained(own, policy(allow("*")), DOMAIN).truth is TRUE
    assert contained(policy(), own, DOMAIN).truth is TRUE


@settings(max_examples=60, deadline=None)
@given(documents, statements())
def test_more_allows_are_wider_and_more_denies_narrower(
    a: dict[str, Any], more: dict[str, Any]
) -> None:
    larger = parsed({**a, "Statement": [*a["Statement"], more]})
    one, other = (parsed(a), larger) if more["Effect"] == "Allow" else (larger, parsed(a))
    assert contained(one, other, DOMAIN).truth is TRUE


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(documents, documents, documents)
def test_containment_is_transitive(a: dict[str, Any], b: dict[str, Any], c: dict[str, Any]) -> None:
    first, second, third = parsed(a), parsed(b), parsed(c)
    if TRUE is contained(first, second, DOMAIN).truth is contained(second, third, DOMAIN).truth:
        assert contained(first, third, DOMAIN).truth is TRUE


HOLES = [
    Hole("one", Alphabet("text", excluded="*?")),
    Hole("two", Alphabet("one of two", choices=frozenset(("a", "bb")))),
]
with_holes = st.lists(st.one_of(patterns, st.sampled_from(HOLES)), max_size=3).map(Text)
open_documents = st.lists(statements(with_holes), max_size=2).map(
    lambda listed: {"Version": "2012-10-17", "Statement": listed}
)


def filled(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, Text):
        return "".join(words[part.id] if isinstance(part, Hole) else part for part in value.parts)
    if isinstance(value, dict):
        return {key: filled(item, words) for key, item in value.items()}
    return [filled(item, words) for item in value] if isinstance(value, list) else value


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(open_documents, open_documents)
def test_a_definite_answer_holds_for_every_value_of_the_holes(
    a: dict[str, Any], b: dict[str, Any]
) -> None:
    answer = contained(parsed(a), parsed(b), DOMAIN)
    if answer.truth is UNKNOWN:
        assert answer.reason
        return
    for one, two in product(("", "a", "ba", "xx"), ("a", "bb")):
        words = {"one": one, "two": two}
        instance = contained(parsed(filled(a, words)), parsed(filled(b, words)), DOMAIN)
        assert instance.truth is answer.truth


@pytest.mark.slow
@pytest.mark.skipif(not SET_CASES.exists(), reason="the shared corpus is not beside this checkout")
def test_the_shared_corpus_of_whole_policies() -> None:
    lines = SET_CASES.read_text("utf-8").splitlines()
    assert [case["id"] for case in map(json.loads, lines) if not _right(case)] == []
    assert len(lines) == 1000


def _right(case: dict[str, Any]) -> bool:
    universe = case["universe"]
    domain = Domain(
        tuple(case["actions"]), lambda action: (glob(universe[action.partition(":")[0]]),)
    )
    documents = {"A": case["A"], "B": case["B"]}
    for a, b in (("A", "B"), ("B", "A")):
        answer = contained(parsed(documents[a]), parsed(documents[b]), domain)
        if answer.truth is not Truth.of(case[f"{a}_subset_{b}"]):
            return False
        if answer.witness and not shows(answer.witness, documents[a], documents[b]):
            return False
        known = case[f"witness_{a}_not_{b}"]
        if known and not shows(_witness(known), documents[a], documents[b]):
            return False
    return True


def _witness(known: dict[str, Any]) -> Witness:
    context = tuple((key, literal(value)) for key, value in known["context"].items())
    return Witness(known["action"], literal(known["resource"]), context)
