"""Which roles surely make administrators of themselves, and what keeps them from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from passrole.asking import read_entities
from passrole.contributions import gather
from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.graph.questions import Graph
from passrole.iam import reference
from passrole.iam.escalations import COMBINATIONS
from passrole.plugin_loading import find_plugins, load_plugins, select_plugins
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes

Ways = Callable[..., list[tuple[str, str]]]
LAMBDA, CFN = "lambda.amazonaws.com", "cloudformation.amazonaws.com"
PASS = "iam:PassRole"  # noqa: S105 - an IAM action
MAKE_FUNCTION = ["lambda:CreateFunction", "lambda:InvokeFunction"]


def role(
    *statements: Mapping[str, Any], service: str = "codebuild.amazonaws.com", **more: Any
) -> Any:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    written = [{"Effect": "Allow", "Resource": "*", **each} for each in statements]
    document = {"Version": "2012-10-17", "Statement": written}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Statement": [trust]},
            "Policies": [{"PolicyName": "own", "PolicyDocument": document}],
            **more,
        },
    }


def sub(text: str) -> dict[str, str]:
    return {"Fn::Sub": text}


def when(operator: str, key: str, value: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


EVERYTHING = {"Action": "*"}
ROLES = sub("arn:aws:iam::${AWS::AccountId}:role/app-*")


@pytest.fixture(scope="module")
def graph_of() -> Callable[[Mapping[str, Any]], Graph]:
    contributions = gather(load_plugins(select_plugins(find_plugins(), third_party=False)))

    def build(resources: Mapping[str, Any]) -> Graph:
        document = parse("t.json", json.dumps({"Resources": resources}).encode(), Limits())
        types = ResourceTypes.of(contributions.resource_types)
        entities, crashes = read_entities(read_stacks([document], types, Deployment()))
        assert not crashes
        return Graph(entities, contributions.providers)

    return build


@pytest.fixture(scope="module")
def ways(graph_of: Callable[[Mapping[str, Any]], Graph]) -> Ways:
    """The combinations that the role with the logical id Own holds, each with what it takes."""

    def found(own: Any, **others: Any) -> list[tuple[str, str]]:
        graph = graph_of({"Own": own, **others})
        (mine,) = [each for each in graph.roles if each.resource.id == "Own"]
        return [
            (each.combination.name, each.through.label if each.through else "")
            for each in graph.escalations(mine)
        ]

    return found


@pytest.mark.parametrize(
    ("statements", "names"),
    [
        ([{"Action": "iam:PutRolePolicy"}], ["iam-005"]),
        ([{"Action": "iam:AttachRolePolicy"}], ["iam-009"]),
        ([{"Action": "iam:CreateAccessKey"}], ["iam-002"]),
        ([{"Action": ["iam:CreateRole", "iam:PutRolePolicy"], "Resource": ROLES}], ["create-role-put"]),
        ([{"Action": [PASS, *MAKE_FUNCTION]}], ["lambda-001"]),
        ([{"Action": [PASS, "cloudformation:CreateStack"]}], ["cloudformation-001"]),
        ([{"Action": PASS, **when("StringEquals", "iam:PassedToService", LAMBDA)},
          {"Action": MAKE_FUNCTION}], ["lambda-001"]),
        ([{"Action": PASS}, {"Action": MAKE_FUNCTION, "Resource":
          sub("arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:app-*")}], ["lambda-001"]),
    ],
)  # fmt: skip
def test_what_a_role_surely_holds(statements: list[Any], names: list[str], ways: Ways) -> None:
    assert [name for name, _ in ways(role(*statements))] == names


@pytest.mark.parametrize(
    "own",
    [
        role({"Action": PASS}),
        role({"Action": MAKE_FUNCTION}),
        role({"Action": "iam:UpdateAssumeRolePolicy", "Resource": ROLES}),
        role({"Action": "iam:PutRolePolicy", "Resource": ROLES}),
        role({"Action": "iam:PutRolePolicy"}, {"Action": "iam:*", "Effect": "Deny"}),
        role({"Action": "iam:PutRolePolicy", **when("Bool", "aws:MultiFactorAuthPresent", "true")}),
        role({"Action": "iam:PutRolePolicy", **when(
            "StringEquals", "iam:PermissionsBoundary", "arn:aws:iam::111122223333:policy/limits")}),
        role({"Action": "iam:*"}, PermissionsBoundary="arn:aws:iam::111122223333:policy/limits"),
        role({"Action": [PASS, *MAKE_FUNCTION], **when(
            "StringEquals", "iam:PassedToService", CFN)}),
        role({"Action": "iam:PutRolePolicy"}, ManagedPolicyArns=["arn:aws:iam::111122223333:policy/mine"]),
    ],
    ids=["nothing to pass to", "nothing to pass", "other roles", "other roles' policies", "denied",
         "a condition", "a boundary is asked for", "a boundary", "another service", "an unknown"],
)  # fmt: skip
def test_what_is_not_sure_is_not_held(own: Any, ways: Ways) -> None:
    assert not ways(own)


def test_a_named_role_counts_where_it_is_an_administrators_that_the_service_may_be(
    ways: Ways,
) -> None:
    own = role(
        {"Action": PASS, "Resource": {"Fn::GetAtt": ["Other", "Arn"]}}, {"Action": MAKE_FUNCTION}
    )
    assert ways(own, Other=role(EVERYTHING, service=LAMBDA, RoleName="other")) == [
        ("lambda-001", "other")
    ]
    assert not ways(own, Other=role(EVERYTHING, service=CFN))
    assert not ways(own, Other=role({"Action": "s3:*"}, service=LAMBDA))


def test_a_role_is_assumed_where_its_trust_lets_it(ways: Ways) -> None:
    own = role({"Action": "sts:AssumeRole"}, RoleName="own")
    strong = role(EVERYTHING, RoleName="strong")
    assert not ways(own, Other=strong)
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"AWS": {"Fn::GetAtt": ["Own", "Arn"]}},
    }
    strong["Properties"]["AssumeRolePolicyDocument"] = {"Statement": [trust]}
    assert ways(own, Other=strong) == [("sts-001", "strong")]


def test_a_project_of_an_administrator_is_as_good_as_its_role(ways: Ways) -> None:
    project = {
        "Type": "AWS::CodeBuild::Project",
        "Properties": {"Name": "shop", "ServiceRole": {"Fn::GetAtt": ["Other", "Arn"]}},
    }
    own = role({"Action": "codebuild:StartBuild"})
    assert ways(own, Other=role(EVERYTHING), Shop=project) == [("codebuild-002", "shop")]
    assert not ways(own, Other=role({"Action": "s3:*"}), Shop=project)


@pytest.mark.parametrize("combination", COMBINATIONS, ids=lambda each: each.name)
def test_every_action_of_a_combination_exists(combination: Any) -> None:
    assert all(reference.action(each.action) for each in combination.permissions)
    assert combination.source.startswith("https://")
    assert bool(combination.passed_to) is any(
        each.action == PASS for each in combination.permissions
    )
