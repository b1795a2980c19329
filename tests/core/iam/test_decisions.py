"""What each rule of policy evaluation comes to, one small question a line."""

from __future__ import annotations

from typing import Any

import pytest

from passrole.iam.simulation import simulate_case

ROLE = "arn:aws:iam::111122223333:role/deploy"
PATH_ROLE = "arn:aws:iam::111122223333:role/ci/deploy"
SESSION = "arn:aws:sts::111122223333:assumed-role/deploy/build-7"
USER = "arn:aws:iam::111122223333:user/ana"
STRANGER = "arn:aws:iam::444455556666:role/guest"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/4a5b"
OBJECT = "arn:aws:s3:::shop/orders/1.json"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}

A, N, E, U = "Allowed", "ImplicitlyDenied", "ExplicitlyDenied", "Unknown"


def allow(action: Any = "s3:GetObject", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any = "s3:GetObject", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return allow(action, resource, **more) | {"Effect": "Deny"}


def to(principal: Any, effect: str = "Allow", action: str = "s3:GetObject") -> dict[str, Any]:
    """A statement of a resource policy."""
    return {"Effect": effect, "Principal": principal, "Action": action, "Resource": "*"}


def but(principals: Any, effect: str = "Deny") -> dict[str, Any]:
    """A statement of a resource policy with NotPrincipal."""
    return {"Effect": effect, "NotPrincipal": principals, "Action": "s3:*", "Resource": "*"}


def when(operator: str, key: str, *values: Any) -> dict[str, Any]:
    """An Allow under one condition."""
    return allow(Condition={operator: {key: list(values)}})


def policy(*statements: dict[str, Any], version: str | None = "2012-10-17") -> dict[str, Any]:
    document: dict[str, Any] = {"Statement": list(statements)}
    return document | ({"Version": version} if version else {})


def ask(  # noqa: PLR0913 - a question has many parts
    *identity: dict[str, Any],
    action: str = "s3:GetObject",
    resource: str = OBJECT,
    principal: str = ROLE,
    account: str = "111122223333",
    context: dict[str, Any] | None = None,
    version: str | None = "2012-10-17",
    boundary: list[dict[str, Any]] | None = None,
    session: list[dict[str, Any]] | None = None,
    scps: list[list[dict[str, Any]]] | None = None,
    rcp: dict[str, Any] | None = None,
    on_resource: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """A case: identity statements first, the other layers by name."""
    case: dict[str, Any] = {
        "id": "x",
        "request": {
            "action": action,
            "resource": resource,
            "principal": principal,
            "resource_account": account,
            "context": context or {},
        },
        "identity_policies": [policy(*identity, version=version)] if identity else [],
    }
    if boundary is not None:
        case["permission_boundaries"] = [policy(*boundary)]
    if session is not None:
        case["session_policy"] = policy(*session)
    if scps is not None:
        case["scps"] = [[policy(*level)] for level in scps]
    if rcp is not None:
        case["rcps"] = [[policy(rcp)]]
    if on_resource is not None:
        case["resource_policy"] = policy(*on_resource)
    return case


ACTIONS = [
    ("nothing is allowed by itself", N, ask()),
    ("an action is named", A, ask(allow())),
    ("actions are not case-sensitive", A, ask(allow("S3:gEtObJeCt"))),
    ("a star stands for any run", A, ask(allow("s3:Get*"))),
    ("a star stands for none, too", A, ask(allow("s3:GetObject*"))),
    ("a question mark is one character", A, ask(allow("s3:Ge?Object"))),
    ("a question mark is not none", N, ask(allow("s3:GetObject?"))),
    ("another action", N, ask(allow("s3:PutObject"))),
    ("another service", N, ask(allow("sqs:*"))),
    ("the service is not a prefix of another", N, ask(allow("s:*"))),
    ("one star is all", A, ask(allow("*"))),
    ("a space matches nothing", N, ask(allow("s3: GetObject"))),
    ("a wildcard service may grant", U, ask(allow("s*:GetObject"))),
    ("a wildcard service may deny", U, ask(EVERYTHING, deny("s?:GetObject"))),
    ("one of a list", A, ask(allow(["sqs:*", "s3:GetObject"]))),
    ("NotAction leaves out", N, ask({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"})),
    ("NotAction allows others", A, ask({"Effect": "Allow", "NotAction": "sqs:*", "Resource": "*"})),
    (
        "NotAction with Deny denies all others",
        E,
        ask(EVERYTHING, {"Effect": "Deny", "NotAction": "sqs:*", "Resource": "*"}),
    ),
    (
        "NotAction with Deny grants nothing",
        N,
        ask({"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}),
    ),
    ("an empty Action matches nothing", N, ask(allow([]))),
    (
        "an empty NotAction leaves out nothing",
        A,
        ask({"Effect": "Allow", "NotAction": [], "Resource": "*"}),
    ),
    (
        "who I am needs no permission",
        A,
        ask(deny("*"), action="sts:GetCallerIdentity", resource="*"),
    ),
]

RESOURCES = [
    ("the very resource", A, ask(allow(resource=OBJECT))),
    ("a bucket is not its objects", N, ask(allow(resource="arn:aws:s3:::shop"))),
    ("the objects of a bucket", A, ask(allow(resource="arn:aws:s3:::shop/*"))),
    ("a star crosses slashes", A, ask(allow(resource="arn:aws:s3:::shop*json"))),
    ("names are case-sensitive", N, ask(allow(resource="arn:aws:s3:::Shop/*"))),
    ("the case of a service is not settled", U, ask(allow(resource="arn:aws:S3:::shop/*"))),
    ("a short pattern that ends in a star", A, ask(allow(resource="arn:aws:s3:*"))),
    ("a short pattern without a star", N, ask(allow(resource="arn:aws:s3"))),
    (
        "a star inside a segment stays there",
        N,
        ask(
            allow("sqs:*", "arn:aws:sqs:eu*west-1:111122223333:jobs"),
            action="sqs:SendMessage",
            resource="arn:aws:sqs:eu-central-1:west-1:111122223333:jobs",
        ),
    ),
    (
        "a star that ends a segment may run on",
        A,
        ask(
            allow("lambda:*", "arn:aws:lambda:*:function:app"),
            action="lambda:InvokeFunction",
            resource="arn:aws:lambda:eu-west-1:111122223333:function:app",
        ),
    ),
    (
        "a wildcard in the resource type",
        U,
        ask(
            allow("codebuild:*", "arn:aws:codebuild:*:*:pro*/shop"),
            action="codebuild:StartBuild",
            resource="arn:aws:codebuild:eu-west-1:111122223333:project/shop",
        ),
    ),
    (
        "no type in a bucket's ARN",
        A,
        ask(allow(resource="arn:aws:s3:::sh*/orders/*")),
    ),
    (
        "an action without resources needs a star",
        N,
        ask(
            allow("s3:ListAllMyBuckets", "arn:aws:s3:::*"),
            action="s3:ListAllMyBuckets",
            resource="*",
        ),
    ),
    (
        "an action without resources and a star",
        A,
        ask(allow("s3:ListAllMyBuckets"), action="s3:ListAllMyBuckets", resource="*"),
    ),
    (
        "NotResource leaves out",
        N,
        ask({"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::shop/*"}),
    ),
    (
        "NotResource allows others",
        A,
        ask({"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::safe/*"}),
    ),
    (
        "NotResource with Deny",
        E,
        ask(EVERYTHING, {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::safe/*"}),
    ),
]

TEAM = "arn:aws:s3:::shop/${aws:PrincipalTag/team}/*"
MINE = {"resource": "arn:aws:s3:::shop/red/1", "context": {"aws:PrincipalTag/team": "red"}}

VARIABLES = [
    ("a variable takes its value", A, ask(allow(resource=TEAM), **MINE)),
    ("another value", N, ask(allow(resource=TEAM), **MINE | {"resource": OBJECT})),
    (
        "keys in variables are not case-sensitive",
        A,
        ask(allow(resource=TEAM.replace("aws:PrincipalTag", "AWS:principaltag")), **MINE),
    ),
    ("without a version they are plain text", N, ask(allow(resource=TEAM), version=None, **MINE)),
    ("no value matches nothing", N, ask(allow(resource=TEAM), **MINE | {"context": {}})),
    (
        "a default",
        A,
        ask(
            allow(resource="arn:aws:s3:::shop/${aws:PrincipalTag/team, 'red'}/*"),
            resource="arn:aws:s3:::shop/red/1",
        ),
    ),
    (
        "a star in a value is a star of text",
        N,
        ask(allow(resource=TEAM), **MINE | {"context": {"aws:PrincipalTag/team": "*"}}),
    ),
    (
        "an escaped star is text",
        N,
        ask(allow(resource="arn:aws:s3:::shop/${*}"), resource="arn:aws:s3:::shop/red"),
    ),
    (
        "an escaped star matches a star",
        A,
        ask(allow(resource="arn:aws:s3:::shop/${*}"), resource="arn:aws:s3:::shop/*"),
    ),
    (
        "NotResource without a value",
        U,
        ask({"Effect": "Allow", "Action": "*", "NotResource": TEAM}),
    ),
    ("an empty value", U, ask(allow(resource="arn:aws:s3:::shop/orders/1.json${aws:PrincipalTag/x}"),
                              context={"aws:PrincipalTag/x": ""})),
    (
        "in a condition",
        A,
        ask(
            when("StringEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/team}"),
            context={"aws:ResourceTag/team": "red", "aws:PrincipalTag/team": "red"},
        ),
    ),
    (
        "without a value a negated operator holds",
        A,
        ask(
            when("StringNotEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/team}"),
            context={"aws:ResourceTag/team": "red"},
        ),
    ),
]  # fmt: skip

LAYERS = [
    ("a Deny beats an Allow", E, ask(EVERYTHING, deny())),
    ("a Deny of something else", A, ask(EVERYTHING, deny("s3:PutObject"))),
    ("a boundary limits", N, ask(EVERYTHING, boundary=[allow("sqs:*")])),
    ("a boundary grants nothing", N, ask(boundary=[EVERYTHING])),
    ("a boundary and a policy", A, ask(EVERYTHING, boundary=[allow()])),
    ("a boundary denies", E, ask(EVERYTHING, boundary=[EVERYTHING, deny()])),
    ("a session policy limits", N, ask(EVERYTHING, principal=SESSION, session=[allow("sqs:*")])),
    ("a session policy grants nothing", N, ask(principal=SESSION, session=[EVERYTHING])),
    ("each level of SCPs allows", A, ask(EVERYTHING, scps=[[EVERYTHING], [EVERYTHING]])),
    ("one level does not allow", N, ask(EVERYTHING, scps=[[EVERYTHING], [allow("sqs:*")]])),
    ("an SCP denies", E, ask(EVERYTHING, scps=[[EVERYTHING], [EVERYTHING, deny()]])),
    ("an SCP grants nothing", N, ask(scps=[[EVERYTHING]])),
    ("an RCP denies", E, ask(EVERYTHING, rcp=deny(Principal="*"))),
    (
        "an RCP may deny where RCPs are not known to work",
        U,
        ask(
            EVERYTHING,
            rcp=deny("*", Principal="*"),
            action="codebuild:StartBuild",
            resource="arn:aws:codebuild:eu-west-1:111122223333:project/shop",
        ),
    ),
    ("an RCP grants nothing", N, ask(rcp=allow("*", Principal="*"))),
    (
        "a service-linked role passes SCPs and RCPs",
        A,
        ask(
            EVERYTHING,
            principal="arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/X",
            scps=[[deny("*")]],
            rcp=deny("*", Principal="*"),
        ),
    ),
]

SAME_ACCOUNT = [
    ("a bucket policy that names the role is enough", A, ask(on_resource=[to({"AWS": ROLE})])),
    ("the session of a named role", A, ask(on_resource=[to({"AWS": ROLE})], principal=SESSION)),
    ("a path is no part of a session", A, ask(on_resource=[to({"AWS": PATH_ROLE})],
                                              principal=SESSION)),
    ("the session itself", A, ask(on_resource=[to({"AWS": SESSION})], principal=SESSION)),
    ("another session", N, ask(on_resource=[to({"AWS": SESSION + "x"})], principal=SESSION)),
    ("the account alone is not enough", N, ask(on_resource=[to({"AWS": "111122223333"})])),
    (
        "the account's root means the account",
        N,
        ask(on_resource=[to({"AWS": "arn:aws:iam::111122223333:root"})]),
    ),
    ("a star is everyone", A, ask(on_resource=[to("*")])),
    ("names are case-sensitive in principals", N, ask(on_resource=[to({"AWS": ROLE.upper()})])),
    (
        "a boundary limits a grant to the role",
        N,
        ask(on_resource=[to({"AWS": ROLE})], boundary=[allow("sqs:*")]),
    ),
    (
        "a boundary does not limit a grant to the session",
        A,
        ask(on_resource=[to({"AWS": SESSION})], principal=SESSION, boundary=[allow("sqs:*")]),
    ),
    (
        "a boundary does not limit a grant to the user",
        A,
        ask(on_resource=[to({"AWS": USER})], principal=USER, boundary=[allow("sqs:*")]),
    ),
    (
        "a session policy limits a grant to the role",
        N,
        ask(on_resource=[to({"AWS": ROLE})], principal=SESSION, session=[allow("sqs:*")]),
    ),
    (
        "a session policy does not limit a grant to the session",
        A,
        ask(on_resource=[to({"AWS": SESSION})], principal=SESSION, session=[allow("sqs:*")]),
    ),
    ("a bucket policy denies", E, ask(EVERYTHING, on_resource=[to("*", "Deny")])),
    ("a bucket policy denies someone else", A, ask(EVERYTHING, on_resource=[
        to({"AWS": USER}, "Deny")])),
    ("a canonical user is an account", N, ask(on_resource=[to({"CanonicalUser": "79a5"})])),
    ("a unique id may be anyone", U, ask(on_resource=[to({"AWS": "AROAEXAMPLEID"})])),
]  # fmt: skip

OTHER_ACCOUNT = [
    ("an identity policy is not enough", N, ask(allow(), principal=STRANGER)),
    ("a bucket policy is not enough", N, ask(principal=STRANGER, on_resource=[to("*")])),
    ("both sides", A, ask(allow(), principal=STRANGER, on_resource=[to({"AWS": STRANGER})])),
    (
        "both sides, by account",
        A,
        ask(allow(), principal=STRANGER, on_resource=[to({"AWS": "444455556666"})]),
    ),
    (
        "a canonical user may be the requester's account",
        U,
        ask(allow(), principal=STRANGER, on_resource=[to({"CanonicalUser": "79a5"})]),
    ),
    (
        "a boundary limits even a direct grant",
        N,
        ask(
            allow(),
            principal=STRANGER,
            on_resource=[to({"AWS": STRANGER})],
            boundary=[allow("sqs:*")],
        ),
    ),
]

NOT_PRINCIPAL = [
    (
        "all of them listed",
        A,
        ask(EVERYTHING, on_resource=[but({"AWS": [ROLE, "111122223333"]})]),
    ),
    (
        "session, role and account listed",
        A,
        ask(
            EVERYTHING,
            principal=SESSION,
            on_resource=[but({"AWS": [SESSION, ROLE, "111122223333"]})],
        ),
    ),
    ("the account not listed", U, ask(EVERYTHING, on_resource=[but({"AWS": [ROLE]})])),
    ("not listed", E, ask(EVERYTHING, on_resource=[but({"AWS": [USER, "444455556666"]})])),
    (
        "a boundary undoes the exception",
        E,
        ask(
            EVERYTHING,
            boundary=[EVERYTHING],
            on_resource=[but({"AWS": [ROLE, "111122223333"]})],
        ),
    ),
    ("with Allow, all others", A, ask(on_resource=[but({"AWS": USER}, "Allow")])),
    ("with Allow, not the listed", N, ask(on_resource=[but({"AWS": ROLE}, "Allow")])),
]

DECRYPT = {"action": "kms:Decrypt", "resource": KEY}
ASSUME = {"action": "sts:AssumeRole", "resource": "arn:aws:iam::111122223333:role/target"}

KEYS_AND_TRUST = [
    ("a key without a key policy", N, ask(allow("kms:*"), **DECRYPT)),
    (
        "a key policy that delegates to the account",
        A,
        ask(allow("kms:*"), on_resource=[to({"AWS": "111122223333"}, action="kms:*")], **DECRYPT),
    ),
    (
        "a key policy that delegates, and no identity policy",
        N,
        ask(on_resource=[to({"AWS": "111122223333"}, action="kms:*")], **DECRYPT),
    ),
    (
        "a key policy that names someone else",
        N,
        ask(allow("kms:*"), on_resource=[to({"AWS": USER}, action="kms:*")], **DECRYPT),
    ),
    (
        "a key policy that names the role",
        A,
        ask(on_resource=[to({"AWS": ROLE}, action="kms:*")], **DECRYPT),
    ),
    (
        "a trust policy that names the role",
        A,
        ask(on_resource=[to({"AWS": ROLE}, action="sts:AssumeRole")], **ASSUME),
    ),
    (
        "a trust policy for a service only",
        N,
        ask(
            allow("sts:*"),
            on_resource=[to({"Service": "ec2.amazonaws.com"}, action="sts:AssumeRole")],
            **ASSUME,
        ),
    ),
    (
        "the service that is trusted",
        A,
        ask(
            principal="codebuild.amazonaws.com",
            on_resource=[to({"Service": "codebuild.amazonaws.com"}, action="sts:AssumeRole")],
            **ASSUME,
        ),
    ),
    (
        "a service that is not trusted",
        N,
        ask(
            principal="codebuild.amazonaws.com",
            on_resource=[to({"Service": "codepipeline.amazonaws.com"}, action="sts:AssumeRole")],
            **ASSUME,
        ),
    ),
    (
        "what STS makes itself has no policy",
        A,
        ask(
            allow("sts:*"),
            action="sts:GetFederationToken",
            resource="arn:aws:sts::111122223333:federated-user/ana",
        ),
    ),
    (
        "root is bound by no boundary",
        A,
        ask(principal="arn:aws:iam::111122223333:root", boundary=[allow("sqs:*")]),
    ),
    (
        "root is bound by SCPs",
        E,
        ask(principal="arn:aws:iam::111122223333:root", scps=[[deny()]]),
    ),
    (
        "trust for the account needs an identity policy",
        N,
        ask(on_resource=[to({"AWS": "111122223333"}, action="sts:AssumeRole")], **ASSUME),
    ),
]

TABLES = [
    ACTIONS, RESOURCES, VARIABLES, LAYERS, SAME_ACCOUNT, OTHER_ACCOUNT, NOT_PRINCIPAL,
    KEYS_AND_TRUST,
]  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "case"),
    [
        pytest.param(expected, case, id=title.replace(" ", "-"))
        for table in TABLES
        for title, expected, case in table
    ],
)
def test_decision(expected: str, case: dict[str, Any]) -> None:
    assert simulate_case(case)["decision"] == expected


def test_the_statements_that_decided_are_named() -> None:
    case = ask(EVERYTHING, deny(Sid="NoReads"))
    assert simulate_case(case) == {
        "id": "x",
        "decision": "ExplicitlyDenied",
        "decided_by": [
            {
                "policy": "identity_policies[0]",
                "statement": 1,
                "sid": "NoReads",
                "layer": "identity",
            }
        ],
    }


def test_an_allowed_request_names_a_statement_of_every_layer() -> None:
    case = ask(EVERYTHING, boundary=[allow(Sid="Limit")], scps=[[EVERYTHING]])
    assert [each["layer"] for each in simulate_case(case)["decided_by"]] == [
        "identity",
        "boundary",
        "scp",
    ]
