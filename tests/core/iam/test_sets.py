"""What policies cover, which is wider, what in them is not needed."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passrole.iam.automata import glob
from passrole.iam.containment import Domain, contained, overlapping
from passrole.iam.policies import Policy, policy_from_json
from passrole.iam.resource_search import Universe
from passrole.iam.sets import (
    Because,
    Coverage,
    Relation,
    Requirement,
    compare,
    coverage,
    joined,
    redundant,
    unused,
)
from passrole.iam.statements import Condition, PolicyKind
from passrole.values import NAME, Hole, Text, Truth, literal

SHARED = Path(
    os.environ.get("PASSROLE_SHARED", Path(__file__).resolve().parents[3].parent / "shared")
)
SET_CASES = SHARED / "oracle" / "cases_sets.jsonl"

BUCKET = Hole("stack#Bucket", NAME)
GET, PUT, START = "s3:GetObject", "s3:PutObject", "codebuild:StartBuild"
PROJECT = "arn:aws:codebuild:eu-west-1:111122223333:project/app"


def policy(*statements: Mapping[str, Any]) -> Policy:
    data = {"Version": "2012-10-17", "Statement": list(statements)}
    return policy_from_json(data, PolicyKind.IDENTITY)


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def need(action: str, *resource: str | Hole, **context: str) -> Requirement:
    known = {key.replace("__", ":"): literal(value) for key, value in context.items()}
    return Requirement(action, Text(resource or ("*",)), context=known)


IN_REGION = {"Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}


def test_a_condition_on_what_is_not_known_yet_may_be_met() -> None:
    subnet = {"StringEquals": {"ec2:Subnet": Text(("arn:aws:ec2:::subnet/", BUCKET))}}
    held = policy(allow(START, Condition=subnet))
    assert not unused(held, [need(START, PROJECT)])
    assert overlapping(policy(allow(START)), held).truth is Truth.TRUE


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        (policy(allow(GET)), policy(allow("s3:getobject")), Relation.EQUAL),
        (policy(allow([GET, PUT])), policy(allow(GET), allow(PUT)), Relation.EQUAL),
        (policy(allow("s3:*")), policy(allow(GET)), Relation.MORE),
        (policy(allow(GET, **IN_REGION)), policy(allow(GET)), Relation.LESS),
        (policy(allow(GET)), policy(allow(PUT)), Relation.INCOMPARABLE),
        (
            policy(allow(GET, Text(("arn:aws:s3:::", BUCKET, "/*")))),
            policy(allow(GET, "arn:aws:s3:::b/*")),
            Relation.UNKNOWN,
        ),
    ],
)
def test_which_of_two_policies_is_wider(a: Policy, b: Policy, relation: Relation) -> None:
    comparison = compare(a, b)
    assert comparison.relation is relation
    only_a, only_b = comparison.a_in_b, comparison.b_in_a
    assert (only_a.truth is Truth.FALSE) is (relation in (Relation.MORE, Relation.INCOMPARABLE))
    assert (only_b.truth is Truth.FALSE) is (relation in (Relation.LESS, Relation.INCOMPARABLE))


GRANTS = policy(
    allow(GET, ["arn:aws:s3:::a/*", Text(("arn:aws:s3:::", BUCKET, "/*"))]),
    allow(START, PROJECT, **IN_REGION),
    allow("s3:*", "arn:aws:s3:::b"),
    deny(GET, "arn:aws:s3:::a/secret/*"),
)


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        (need(GET, "arn:aws:s3:::a/key"), Coverage.COVERED),
        (need(GET, "arn:aws:s3:::a/app/*"), Coverage.COVERED),
        (need(GET, "arn:aws:s3:::a/*"), Coverage.PARTIAL),
        (need(GET, "arn:aws:s3:::a/secret/*"), Coverage.UNCOVERED),
        (need(GET, "arn:aws:s3:::a"), Coverage.UNCOVERED),
        (need(GET, "arn:aws:s3:::c/key"), Coverage.UNKNOWN),
        (need(PUT, "arn:aws:s3:::a/key"), Coverage.UNCOVERED),
        (need(GET, "arn:aws:s3:::", BUCKET, "/key"), Coverage.COVERED),
        (need(GET, "arn:aws:s3:::", BUCKET, "/secret/key"), Coverage.UNKNOWN),
        (need(PUT, "arn:aws:s3:::", BUCKET, "/key"), Coverage.UNCOVERED),
        (need(START, PROJECT), Coverage.PARTIAL),
        (need(START, PROJECT, aws__requestedregion="eu-west-1"), Coverage.COVERED),
        (need(START, PROJECT, aws__requestedregion="us-east-1"), Coverage.UNCOVERED),
        (need("s3:ListAllMyBuckets"), Coverage.UNCOVERED),
    ],
)
def test_how_much_of_a_requirement_is_allowed(requirement: Requirement, expected: Coverage) -> None:
    answer = coverage(GRANTS, requirement)
    assert answer.coverage is expected
    if expected is Coverage.COVERED:
        assert answer.by
        assert answer.witness is None
    elif expected is Coverage.UNKNOWN:
        assert "${Bucket}" in answer.reason
    else:
        assert answer.witness is not None
        assert answer.witness.action == requirement.action


def test_coverage_names_the_statements_that_allow_something() -> None:
    answer = coverage(GRANTS, need(GET, "arn:aws:s3:::a/key"))
    assert [statement.index for statement in answer.by] == [0]
    split = joined(
        [policy(allow(GET, "arn:aws:s3:::a/?")), policy(allow(GET, "arn:aws:s3:::a/??*"))]
    )
    answer = coverage(split, need(GET, "arn:aws:s3:::a/?*"))
    assert answer.coverage is Coverage.COVERED
    assert len(answer.by) == 2


def test_a_requirement_with_a_condition_is_covered_by_a_grant_with_it() -> None:
    passing = Requirement(
        "iam:PassRole",
        literal("arn:aws:iam::111122223333:role/build"),
        (Condition("StringEquals", "iam:PassedToService", (literal("codebuild.amazonaws.com"),)),),
    )
    wider = {"Condition": {"StringLike": {"iam:PassedToService": "code*.amazonaws.com"}}}
    assert coverage(policy(allow("iam:PassRole", **wider)), passing).coverage is Coverage.COVERED
    other = {"Condition": {"StringEquals": {"iam:PassedToService": "ecs.amazonaws.com"}}}
    assert coverage(policy(allow("iam:PassRole", **other)), passing).coverage is Coverage.UNCOVERED


def test_a_star_means_every_resource_that_the_action_has() -> None:
    projects = policy(allow(START, "arn:aws:codebuild:*:*:project/*"))
    assert coverage(projects, need(START)).coverage is Coverage.COVERED
    assert coverage(projects, need("codebuild:ListProjects")).coverage is Coverage.UNCOVERED


def test_redundant_statements() -> None:
    found = redundant(
        policy(
            allow("s3:Get*"),
            allow(GET, "arn:aws:s3:::a/*"),
            allow(PUT, "arn:aws:s3:::a/*"),
            allow(PUT, "arn:aws:s3:::a/*"),
            allow(START, PROJECT),
            deny("codebuild:*"),
            deny(START, PROJECT),
            allow(PUT, "arn:aws:s3:::a"),
        )
    )
    assert [(each.statement.index, each.because) for each in found] == [
        (1, Because.COVERED),
        (3, Because.COVERED),
        (4, Because.DENIED),
        (6, Because.COVERED),
        (7, Because.EMPTY),
    ]


def test_of_equal_statements_one_is_kept_and_what_differs_by_a_condition_stays() -> None:
    assert [each.statement.index for each in redundant(policy(*[allow(GET)] * 3))] == [1, 2]
    assert redundant(policy(allow(GET, **IN_REGION), allow(PUT))) == []
    assert [
        each.statement.index for each in redundant(policy(allow(GET, **IN_REGION), allow(GET)))
    ] == [0]
    assert redundant(policy(deny(PUT, **IN_REGION), allow(PUT))) == []


def test_what_nobody_needs_is_unused() -> None:
    granted = policy(
        allow(["s3:*", GET], ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]),
        allow(START),
        deny(PUT, "arn:aws:s3:::a/*"),
    )
    needs = [need(GET, "arn:aws:s3:::a/key"), need(PUT, "arn:aws:s3:::b/key")]
    found = [
        (each.statement.index, str(each.action), str(each.resource))
        for each in unused(granted, needs)
    ]
    assert found == [
        (0, "s3:*", "arn:aws:s3:::a/*"),
        (0, GET, "arn:aws:s3:::b/*"),
        (1, START, "*"),
    ]


def test_what_a_requirement_may_need_is_not_called_unused() -> None:
    granted = policy(allow(GET, "arn:aws:s3:::a/*"))
    assert unused(granted, [need(GET, "arn:aws:s3:::", BUCKET, "/key")]) == []
    assert len(unused(granted, [need(PUT, "arn:aws:s3:::", BUCKET, "/key")])) == 1
    assert len(unused(granted, [])) == 1


actions = st.sampled_from(["s3:GetObject", "s3:PutObject", "s3:*Object", "s3:Get*"])
resources = st.sampled_from(
    ["*", "arn:aws:s3:::*", "arn:aws:s3:::a/*", "arn:aws:s3:::a/b", "arn:aws:s3:::b/*"]
)
statements = st.builds(
    lambda effect, action, resource: {"Effect": effect, "Action": action, "Resource": resource},
    st.sampled_from(["Allow", "Allow", "Allow", "Deny"]),
    st.lists(actions, min_size=1, max_size=2),
    st.lists(resources, min_size=1, max_size=2),
)
needs = st.builds(
    need,
    st.sampled_from([GET, PUT]),
    st.sampled_from(["arn:aws:s3:::a/b", "arn:aws:s3:::a/*", "arn:aws:s3:::b/x"]),
)
OBJECTS = Domain((GET, PUT))


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(statements, max_size=4))
def test_without_its_redundant_statements_a_policy_is_the_same(listed: list[Any]) -> None:
    whole = policy(*listed)
    gone = {each.statement.index for each in redundant(whole)}
    rest = policy(*(each for index, each in enumerate(listed) if index not in gone))
    assert compare(whole, rest).relation is Relation.EQUAL


@settings(max_examples=60, deadline=None)
@given(st.lists(statements, max_size=3), st.lists(needs, max_size=3))
def test_without_its_unused_parts_a_policy_covers_as_much(
    listed: list[Any], requirements: list[Requirement]
) -> None:
    whole = policy(*listed)
    gone = unused(whole, requirements)
    kept = [
        {"Effect": each.effect, "Action": str(action), "Resource": str(resource)}
        for each in whole.statements
        for action in each.actions
        for resource in each.resources
        if not any(
            (one.statement.index, one.action, one.resource) == (each.index, action, resource)
            for one in gone
        )
    ]
    rest = policy(*kept)
    for requirement in requirements:
        before, after = coverage(whole, requirement), coverage(rest, requirement)
        if before.coverage is Coverage.COVERED:
            assert after.coverage is Coverage.COVERED
    assert contained(rest, whole, OBJECTS).truth is Truth.TRUE


@pytest.mark.slow
@pytest.mark.skipif(not SET_CASES.exists(), reason="the shared corpus is not beside this checkout")
def test_the_coverage_labels_of_the_shared_corpus_as_far_as_they_go() -> None:
    """The labels were made without looking at resources; so is this comparison.

    By them ``s3:PutObject`` on a bucket is covered by ``*`` on a role. What they do say, of
    actions and conditions, must be said here too, when each Resource element is taken for ``*`` and
    a statement with NotResource for none.
    """
    wrong = []
    asked = 0
    for case in map(json.loads, SET_CASES.read_text("utf-8").splitlines()):
        universe = case["universe"]
        for name in ("A", "B"):
            blind = policy(
                *(
                    {**each, "Resource": "*"}
                    for each in case[name]["Statement"]
                    if "NotResource" not in each
                )
            )
            for each in case["requirements"]:
                form = glob(universe[each["action"].partition(":")[0]])
                domain = Domain((each["action"],), partial(_always, (form,)))
                needed = policy(allow(each["action"], each["resource"]))
                asked += 1
                if _label(needed, blind, domain) != each[f"covered_by_{name}"]:
                    wrong.append((case["id"], each))
    assert wrong == []
    assert asked == 8000


def _always(universe: Universe, _: str) -> Universe:
    return universe


def _label(needed: Policy, granted: Policy, domain: Domain) -> str:
    if contained(needed, granted, domain).truth is Truth.TRUE:
        return "yes"
    return "partial" if overlapping(needed, granted, domain).truth is Truth.TRUE else "no"
