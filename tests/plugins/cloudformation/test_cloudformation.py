from collections.abc import Callable
from typing import Any

import pytest

from passrole import Certainty, Graph

Ask = Callable[..., list[Any]]
STACK = {"StackName": "shop", "TemplatePath": "Source::shop.yaml", "ChangeSetName": "next"}


def _certain(asked: list[Any]) -> set[Any]:
    return {
        each.iam_action.removeprefix("cloudformation:")
        for each in asked
        if each.certainty is Certainty.HIGH
    }


@pytest.mark.parametrize(
    ("mode", "operations"),
    [
        ("CREATE_UPDATE", {"DescribeStacks", "CreateStack", "UpdateStack"}),
        (
            "REPLACE_ON_FAILURE",
            {"DescribeStacks", "CreateStack", "UpdateStack", "DeleteStack"},
        ),
        ("DELETE_ONLY", {"DescribeStacks", "DeleteStack"}),
        (
            "CHANGE_SET_REPLACE",
            {"DescribeStacks", "CreateChangeSet", "DeleteChangeSet", "DescribeChangeSet"},
        ),
        ("CHANGE_SET_EXECUTE", {"DescribeStacks", "DescribeChangeSet", "ExecuteChangeSet"}),
    ],
)
def test_each_mode_has_needs_of_its_own(ask: Ask, mode: str, operations: set[str]) -> None:
    assert _certain(ask("Deploy/AWS/CloudFormation", {**STACK, "ActionMode": mode})) == operations


@pytest.mark.parametrize(
    ("mode", "passes"),
    [("CREATE_UPDATE", True), ("DELETE_ONLY", True), ("CHANGE_SET_EXECUTE", False)],
)
def test_a_role_is_passed_by_every_mode_but_execution(ask: Ask, mode: str, passes: bool) -> None:
    configuration = {**STACK, "ActionMode": mode, "RoleArn": "arn:aws:iam::111122223333:role/stack"}

    found = _certain(ask("Deploy/AWS/CloudFormation", configuration))

    assert ({"iam:PassRole", "sts:AssumeRole"} <= found) is passes


def test_a_grant_that_names_the_change_set_is_enough_for_that_one_only(ask: Ask) -> None:
    def verdict(change_set: str) -> Any:
        granted = {
            "Effect": "Allow",
            "Action": "cloudformation:*ChangeSet",
            "Resource": "*",
            "Condition": {"StringEquals": {"cloudformation:ChangeSetName": change_set}},
        }
        configuration = {**STACK, "ActionMode": "CHANGE_SET_EXECUTE"}
        asked = ask("Deploy/AWS/CloudFormation", configuration, [granted])
        (found,) = (e.verdict for e in asked if e.iam_action == "cloudformation:ExecuteChangeSet")
        return found

    assert verdict("next") == "allowed"
    assert verdict("last") == "missing"


def test_the_role_of_the_stack_must_trust_cloudformation(ask: Ask) -> None:
    def verdict(service: str) -> Any:
        stack_role = {
            "StackRole": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": {
                        "Statement": {
                            "Effect": "Allow",
                            "Action": "sts:AssumeRole",
                            "Principal": {"Service": service},
                        }
                    }
                },
            }
        }
        configuration = {
            **STACK, "ActionMode": "CREATE_UPDATE",
            "RoleArn": {"Fn::GetAtt": ["StackRole", "Arn"]},
        }  # fmt: skip
        asked = ask("Deploy/AWS/CloudFormation", configuration, (), stack_role)
        (found,) = (each.verdict for each in asked if each.rule == "cfn-role-trust-missing")
        return found

    assert verdict("cloudformation.amazonaws.com") == "allowed"
    assert verdict("codedeploy.amazonaws.com") == "missing"


def test_code_from_an_artifact_is_read_with_the_role_of_the_stack(
    graph_of: Callable[..., Graph],
) -> None:
    def readers(overrides: str) -> list[str]:
        action = {
            "Name": "Deploy",
            "ActionTypeId": {
                "Category": "Deploy", "Owner": "AWS", "Provider": "CloudFormation", "Version": "1",
            },
            "Configuration": {
                "ActionMode": "CREATE_UPDATE",
                "StackName": "shop",
                "RoleArn": "arn:aws:iam::111122223333:role/stack",
                "ParameterOverrides": overrides,
            },
        }  # fmt: skip
        graph = graph_of(
            {
                "Pipeline": {
                    "Type": "AWS::CodePipeline::Pipeline",
                    "Properties": {
                        "RoleArn": "arn:aws:iam::111122223333:role/pipeline",
                        "ArtifactStore": {"Type": "S3", "Location": "artifacts"},
                        "Stages": [{"Name": "Deploy", "Actions": [action]}],
                    },
                }
            }
        )
        (subject,) = graph.pipelines[0].actions
        return [
            requirement.principal.label
            for requirement in graph.requirements_of(subject)
            if requirement.need.rule == "cfn-role-artifact-read-missing"
        ]

    assert readers('{"Env": "test"}') == []
    assert readers('{"Bucket": {"Fn::GetArtifactAtt": ["Source", "BucketName"]}}') == [
        "arn:aws:iam::111122223333:role/stack"
    ]


def test_a_stack_without_what_follows_its_name_matches_no_stack(ask: Ask) -> None:
    def verdict(resource: str) -> Any:
        granted = {
            "Effect": "Allow",
            "Action": "cloudformation:DescribeChangeSet",
            "Resource": {"Fn::Sub": "arn:aws:cloudformation:*:${AWS::AccountId}:" + resource},
        }
        configuration = {**STACK, "ActionMode": "CHANGE_SET_REPLACE"}
        asked = ask("Deploy/AWS/CloudFormation", configuration, [granted])
        (found,) = (
            (each.verdict, each.rule)
            for each in asked
            if each.iam_action == "cloudformation:DescribeChangeSet"
        )
        return found

    assert verdict("stack/shop/*") == ("allowed", "missing-action-permission")
    assert verdict("stack/shop") == ("missing", "missing-action-permission")
