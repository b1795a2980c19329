"""Least-privilege policies out of requirements."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from passrole.iam import reference
from passrole.iam.containment import contained
from passrole.iam.policies import policy_from_json
from passrole.iam.sets import Coverage, Requirement, coverage, joined
from passrole.iam.smallest_policy import (
    MANAGED_POLICY_QUOTA,
    Grant,
    as_json,
    smallest_policies,
)
from passrole.iam.statements import Condition, PolicyKind
from passrole.values import NAME, Hole, Text, Truth, literal

BUCKET = Hole("stack#Bucket", NAME)
GET, PUT = "s3:GetObject", "s3:PutObject"
PASSED = Condition("StringEquals", "iam:PassedToService", (literal("codebuild.amazonaws.com"),))


def need(action: str, resource: str, reason: str = "") -> Requirement:
    return Requirement(action, literal(resource), reason=reason)


def test_actions_with_the_same_resources_share_a_statement() -> None:
    (grants,) = smallest_policies(
        [
            need(PUT, "arn:aws:s3:::a/*", "writes its output"),
            need("s3:getobject", "arn:aws:s3:::a/*", "reads its input"),
            need("codebuild:StartBuild", "arn:aws:codebuild:eu-west-1:1:project/app"),
        ]
    )
    assert as_json(grants) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "codebuild:StartBuild",
                "Resource": "arn:aws:codebuild:eu-west-1:1:project/app",
            },
            {"Effect": "Allow", "Action": [GET, PUT], "Resource": "arn:aws:s3:::a/*"},
        ],
    }
    assert grants[1].reasons == ("reads its input", "writes its output")


def test_resources_that_others_cover_are_left_out_and_holes_are_kept() -> None:
    hole = Text(("arn:aws:s3:::", BUCKET, "/*"))
    (grants,) = smallest_policies(
        [
            need(GET, "arn:aws:s3:::a/b"),
            need(GET, "arn:aws:s3:::a/*"),
            Requirement(GET, hole),
            Requirement(GET, Text(("arn:aws:s3:::", BUCKET, "/key"))),
        ]
    )
    assert grants == (Grant((GET,), (hole, literal("arn:aws:s3:::a/*"))),)
    assert as_json(grants)["Statement"][0]["Resource"][0] == "arn:aws:s3:::${Bucket}/*"


def test_an_action_that_takes_no_resource_gets_a_star() -> None:
    (grants,) = smallest_policies(
        [need("ecr:GetAuthorizationToken", "arn:aws:ecr:x:1:repository/a")]
    )
    assert grants == (Grant(("ecr:GetAuthorizationToken",), (literal("*"),)),)


def test_conditions_are_kept_apart() -> None:
    role = literal("arn:aws:iam::111122223333:role/build")
    (grants,) = smallest_policies(
        [Requirement("iam:PassRole", role, (PASSED,)), Requirement("iam:GetRole", role)]
    )
    assert [(grant.actions, grant.conditions) for grant in grants] == [
        (("iam:GetRole",), ()),
        (("iam:PassRole",), (PASSED,)),
    ]
    assert as_json(grants)["Statement"][1]["Condition"] == {
        "StringEquals": {"iam:PassedToService": "codebuild.amazonaws.com"}
    }


def test_no_requirement_gives_no_policy() -> None:
    assert smallest_policies([]) == []


def test_what_does_not_fit_one_policy_is_spread_over_several() -> None:
    needs = [need(GET, f"arn:aws:s3:::bucket-{number:04}/*") for number in range(500)]
    policies = smallest_policies(needs)
    assert len(policies) > 1
    for grants in policies:
        written = json.dumps(as_json(grants), separators=(",", ":"))
        assert len(written) <= MANAGED_POLICY_QUOTA
    resources = [str(each) for grants in policies for grant in grants for each in grant.resources]
    assert sorted(resources) == sorted(str(each.resource) for each in needs)


def test_a_hole_counts_for_what_it_may_become() -> None:
    hole = Requirement(GET, Text(("arn:aws:s3:::", BUCKET, "/*")))
    (grants,) = smallest_policies([hole])
    assert grants[0].size > len(json.dumps(as_json(grants)["Statement"][0], separators=(",", ":")))


needs = st.builds(
    need,
    st.sampled_from([GET, PUT, "s3:ListAllMyBuckets", "sqs:SendMessage"]),
    st.sampled_from(
        ["*", "arn:aws:s3:::a/*", "arn:aws:s3:::a/b", "arn:aws:sqs:eu-west-1:111122223333:q"]
    ),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(needs, min_size=1, max_size=6), st.sampled_from([150, 300, MANAGED_POLICY_QUOTA]))
def test_the_policies_cover_the_requirements_and_nothing_else(
    requirements: list[Requirement], quota: int
) -> None:
    policies = smallest_policies(requirements, quota)
    assert policies == smallest_policies(list(reversed(requirements)), quota)
    written = joined(policy_from_json(as_json(grants), PolicyKind.IDENTITY) for grants in policies)
    for each in requirements:
        resource = literal("*") if reference.is_wildcard_only(each.action) else each.resource
        assert coverage(written, each._replace(resource=resource)).coverage is Coverage.COVERED
    wanted = [
        {"Effect": "Allow", "Action": each.action, "Resource": str(resource)}
        for each in requirements
        for resource in ("*" if reference.is_wildcard_only(each.action) else each.resource,)
    ]
    asked = policy_from_json({"Statement": wanted}, PolicyKind.IDENTITY)
    assert contained(written, asked).truth is Truth.TRUE
    assert not any(
        "*" in action for grants in policies for each in grants for action in each.actions
    )
