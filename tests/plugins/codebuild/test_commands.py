"""What commands of a build call, and the role that they call it as may not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from passrole.asking import check
from passrole.contributions import Contributions
from passrole.graph.questions import Graph
from passrole.rulesets.choosing import ActiveRule

LOGIN = "aws ecr get-login-password"
LOGGING_IN = "ecr:GetAuthorizationToken"
RULE = "build-role-command-permission-missing"


def build(*statements: Mapping[str, Any], **properties: Any) -> dict[str, Any]:
    spec = f"version: 0.2\nphases:\n  build:\n    commands:\n      - {LOGIN}\n"
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "codebuild.amazonaws.com"},
    }
    policy = {"PolicyName": "own", "PolicyDocument": {"Statement": list(statements)}}
    return {
        "Build": {
            "Type": "AWS::CodeBuild::Project",
            "Properties": {
                "ServiceRole": {"Fn::GetAtt": ["Role", "Arn"]},
                "Source": {"Type": "CODEPIPELINE", "BuildSpec": spec},
                **properties,
            },
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {"Statement": trust},
                "Policies": [policy] if statements else [],
            },
        },
    }


@pytest.fixture
def found(
    graph_of: Callable[[Mapping[str, Any]], Graph], contributions: Contributions
) -> Callable[..., list[str]]:
    def messages(resources: Mapping[str, Any], rule: str = RULE) -> list[str]:
        rules = [ActiveRule.alone(each) for each in contributions.rules if each.id == rule]
        reported, crashes = check([graph_of(resources)], rules, contributions.owners)
        assert not crashes
        assert rules
        return [each.report.message for each in reported]

    return messages


def test_a_role_without_a_word_about_it(found: Callable[[Any], list[str]]) -> None:
    (message,) = found(build())
    assert message == (
        f"Project Build runs {LOGIN} as role Role, its service role, which is not allowed"
        f" {LOGGING_IN} on any resource."
    )


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "Action": "ecr:*", "Resource": "*"},
        # Wrong, and another rule's: the action takes no resource.
        {"Effect": "Allow", "Action": LOGGING_IN, "Resource": "arn:aws:ecr:*:*:repository/x"},
        {"Effect": "Allow", "Action": {"Ref": "Actions"}, "Resource": "*"},
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
    ],
)
def test_whatever_may_be_enough_is(
    statement: Mapping[str, Any], found: Callable[[Any], list[str]]
) -> None:
    assert found(build(statement)) == []


def test_a_deny_is_told_as_one(found: Callable[[Any], list[str]]) -> None:
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    assert found(build(allow)) == []
    (message,) = found(build(allow, {"Effect": "Deny", "Action": "ecr:*", "Resource": "*"}))
    assert f"is explicitly denied {LOGGING_IN}" in message


def test_a_variable_of_the_project_may_bring_other_credentials(
    found: Callable[[Any], list[str]],
) -> None:
    variable = {"Name": "AWS_PROFILE", "Value": "shop"}
    assert found(build(Environment={"EnvironmentVariables": [variable]})) == []
    other = {**variable, "Name": "AWS_DEFAULT_REGION"}
    assert len(found(build(Environment={"EnvironmentVariables": [other]}))) == 1


@pytest.mark.parametrize(
    ("named", "enough"),
    [
        ({"Action": "ecr:*"}, True),
        ({"Action": "ecr:BatchGetImage"}, False),
        ({"NotAction": "ecr:BatchGetImage"}, True),
        ({"NotAction": "ecr:*"}, False),
    ],
)
def test_the_policy_of_a_resource_may_be_enough(
    named: Mapping[str, str], enough: bool, found: Callable[..., list[str]]
) -> None:
    who = {"AWS": {"Fn::GetAtt": ["Role", "Arn"]}}
    statement = {"Effect": "Allow", "Principal": who, **named}
    repository = {
        "Type": "AWS::ECR::Repository",
        "Properties": {"RepositoryPolicyText": {"Statement": statement}},
    }
    assert (found({**build(), "Repository": repository}) == []) is enough


@pytest.mark.parametrize(
    ("effect", "named", "may"),
    [
        ("Allow", {"Action": "sts:AssumeRole"}, True),
        ("Allow", {"Action": "CloudFormation:*"}, True),
        ("Allow", {"Action": {"Ref": "Actions"}}, True),
        ("Allow", {"NotAction": "iam:*"}, True),
        ("Allow", {"NotAction": ["sts:*", "cloudformation:*"]}, False),
        ("Allow", {"Action": "s3:*"}, False),
        ("Deny", {"Action": "sts:AssumeRole"}, False),
    ],
)
def test_a_role_that_may_deploy_is_none_that_lacks_it(
    effect: str, named: Mapping[str, Any], may: bool, found: Callable[..., list[str]]
) -> None:
    spec = "version: 0.2\nphases:\n  build:\n    commands:\n      - npx cdk deploy --all\n"
    statement = {"Effect": effect, "Resource": "*", **named}
    project = build(statement, Source={"Type": "CODEPIPELINE", "BuildSpec": spec})
    messages = found(project, "build-role-cdk-sam-deploy-missing")
    assert (messages == []) is may
