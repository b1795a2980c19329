"""What a pipeline waits for before its first run."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from passrole.contributions import Contributions
from passrole.findings import Finding
from passrole.testing import findings_in

TRUST = {
    "Statement": {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "codepipeline.amazonaws.com"},
    }
}
DOCUMENT = {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}


def template(**changes: Mapping[str, Any]) -> dict[str, Any]:
    """A pipeline and a role whose policy is a resource of its own."""
    resources: dict[str, Any] = {
        "Shop": {
            "Type": "AWS::CodePipeline::Pipeline",
            "Properties": {"RoleArn": {"Fn::GetAtt": ["Runner", "Arn"]}, "Stages": []},
        },
        "Runner": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": TRUST},
        },
        "Grants": {
            "Type": "AWS::IAM::Policy",
            "Properties": {
                "PolicyName": "it",
                "Roles": [{"Ref": "Runner"}],
                "PolicyDocument": DOCUMENT,
            },
        },
    }
    for name, change in changes.items():
        resources[name] = {**resources.get(name, {}), **change}
    return resources


def race(contributions: Contributions, resources: Mapping[str, Any]) -> tuple[Finding, ...]:
    rules = {rule.id: rule for rule in contributions.rules}
    text = json.dumps({"Resources": resources})
    return findings_in(text, rules["policy-race-no-dependency"], contributions, "json")


def test_a_policy_of_its_own_that_nobody_waits_for_is_a_race(contributions: Contributions) -> None:
    (finding,) = race(contributions, template())
    assert "Shop may start before Grants" in finding.message
    assert finding.subject.principal == "Runner"


WAIT = {"Type": "AWS::CloudFormation::WaitConditionHandle", "DependsOn": ["Grants"]}


@pytest.mark.parametrize(
    "resources",
    [
        template(Shop={"DependsOn": "Grants"}),
        template(Shop={"DependsOn": ["Handle"]}, Handle=WAIT),
        template(Runner={"DependsOn": "Grants"}),
        template(Grants={"Condition": "Never"}, Shop={"Condition": "Never", "DependsOn": "Grants"}),
        template(
            Grants={
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {"PolicyDocument": DOCUMENT},
            },
            Runner={
                "Properties": {
                    "AssumeRolePolicyDocument": TRUST,
                    "ManagedPolicyArns": [{"Ref": "Grants"}],
                }
            },
        ),
    ],
    ids=["depends on it", "over another", "over the role", "under a condition", "by the role"],
)
def test_a_policy_that_is_there_before_is_none(
    resources: Mapping[str, Any], contributions: Contributions
) -> None:
    assert not race(contributions, resources)


def test_the_roles_of_actions_are_told_in_one_finding_of_low_confidence(
    contributions: Contributions,
) -> None:
    build = {
        "Name": "Build",
        "ActionTypeId": {
            "Category": "Build", "Owner": "AWS", "Provider": "CodeBuild", "Version": "1",
        },
        "RoleArn": {"Fn::GetAtt": ["Runner", "Arn"]},
    }  # fmt: skip
    resources = template(
        Shop={
            "Properties": {
                "RoleArn": "arn:aws:iam::111122223333:role/pipeline",
                "Stages": [{"Name": "Build", "Actions": [build]}],
            }
        },
        More={
            "Type": "AWS::IAM::Policy",
            "Properties": {
                "PolicyName": "more",
                "Roles": [{"Ref": "Runner"}],
                "PolicyDocument": DOCUMENT,
            },
        },
    )
    (finding,) = race(contributions, resources)
    assert finding.confidence.value == "low"
    assert "Grants, More" in finding.message


def test_many_policies_that_nobody_waits_for_are_one_finding(contributions: Contributions) -> None:
    grants = template()["Grants"]
    (finding,) = race(contributions, template(More=grants))
    assert "before Grants, More are there" in finding.message
    assert "the role of the pipeline" in finding.message
