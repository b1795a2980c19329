"""Roles that the console made before CodePipeline supported a service."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from passrole.contributions import Contributions, gather
from passrole.findings import Finding
from passrole.plugin_loading import find_plugins, load_plugins, select_plugins
from passrole.testing import findings_in

OLD_BLOCK = [
    "elasticbeanstalk:*", "ec2:*", "elasticloadbalancing:*", "autoscaling:*", "cloudwatch:*",
    "s3:*", "sns:*", "cloudformation:*", "rds:*", "sqs:*", "ecs:*",
]  # fmt: skip


@pytest.fixture(scope="module")
def contributions() -> Contributions:
    return gather(load_plugins(select_plugins(find_plugins(), third_party=False)))


def found(
    rule: str, contributions: Contributions, role: Mapping[str, Any], *actions: str
) -> tuple[Finding, ...]:
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "codepipeline.amazonaws.com"},
    }
    grant = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    build = {
        "Name": "Build",
        "ActionTypeId": {
            "Category": "Build", "Owner": "AWS", "Provider": "CodeBuild", "Version": "1",
        },
        "Configuration": {"ProjectName": "shop"},
    }  # fmt: skip
    resources = {
        "Pipeline": {
            "Type": "AWS::CodePipeline::Pipeline",
            "Properties": {
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "ArtifactStore": {"Type": "S3", "Location": "artifacts"},
                "Stages": [{"Name": "Build", "Actions": [build]}],
            },
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {"Statement": trust},
                "Policies": [{"PolicyName": "own", "PolicyDocument": {"Statement": grant}}],
                **role,
            },
        },
    }
    rules = {each.id: each for each in contributions.rules}
    return findings_in(json.dumps({"Resources": resources}), rules[rule], contributions, "json")


NAMED = [
    {"RoleName": "oneClick_AWS-CodePipeline-Service_1504037239232"},
    {"RoleName": "AWSCodePipelineServiceRole-eu-west-1-shop"},
    {"RoleName": {"Fn::Sub": "AWSCodePipelineServiceRole-${AWS::Region}-shop"}},
]


@pytest.mark.parametrize("role", NAMED, ids=str)
def test_an_old_name_and_no_block_replace_the_missing_permission(
    role: Mapping[str, Any], contributions: Contributions
) -> None:
    old = found("role-older-than-service", contributions, role, "s3:*")

    assert {each.subject.iam_action for each in old} >= {"codebuild:StartBuild"}
    assert all("December 1, 2016" in each.message for each in old)
    assert not found("codebuild-start-build-missing", contributions, role, "s3:*")


def test_the_old_policy_is_known_by_its_shape(contributions: Contributions) -> None:
    assert found("role-older-than-service", contributions, {}, *OLD_BLOCK)
    assert not found("role-older-than-service", contributions, {}, *OLD_BLOCK[:3])


@pytest.mark.parametrize(
    "actions", [("s3:*", "codebuild:BatchGetBuilds"), ("s3:*", "code*:Get*")], ids=str
)
def test_with_a_part_of_the_block_a_permission_is_missing_and_not_the_block(
    actions: tuple[str, ...], contributions: Contributions
) -> None:
    assert not found("role-older-than-service", contributions, NAMED[0], *actions)
    assert found("codebuild-start-build-missing", contributions, NAMED[0], *actions)


def test_a_role_of_ones_own_is_not_old(contributions: Contributions) -> None:
    own = {"RoleName": "shop-pipeline"}
    assert not found("role-older-than-service", contributions, own, "s3:*")
    assert found("codebuild-start-build-missing", contributions, own, "s3:*")
