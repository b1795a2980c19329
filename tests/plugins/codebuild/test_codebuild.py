from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., list[Any]]
PROJECT = {
    "Project": {
        "Type": "AWS::CodeBuild::Project",
        "Properties": {"ServiceRole": {"Fn::GetAtt": ["BuildRole", "Arn"]}},
    },
    "BuildRole": {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Statement": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"Service": "codebuild.amazonaws.com"},
                }
            }
        },
    },
}
CONFIGURATION = {"ProjectName": {"Ref": "Project"}}


def _operations(asked: list[Any]) -> set[str]:
    return {each.iam_action.removeprefix("codebuild:") for each in asked}


@pytest.mark.parametrize("category", ["Build", "Test"])
@pytest.mark.parametrize(
    ("batch", "operations"),
    [
        ({}, {"StartBuild", "BatchGetBuilds", "StopBuild"}),
        ({"BatchEnabled": "false"}, {"StartBuild", "BatchGetBuilds", "StopBuild"}),
        (
            {"BatchEnabled": "true"},
            {"StartBuildBatch", "BatchGetBuildBatches", "StopBuildBatch"},
        ),
    ],
)
def test_single_and_batch_builds_need_different_operations(
    ask: Ask, category: str, batch: dict[str, str], operations: set[str]
) -> None:
    asked = ask(f"{category}/AWS/CodeBuild", {**CONFIGURATION, **batch}, (), PROJECT)

    assert _operations(asked) == operations | {"sts:AssumeRole"}


def test_the_service_role_must_trust_codebuild(ask: Ask) -> None:
    asked = ask("Build/AWS/CodeBuild", CONFIGURATION, (), PROJECT)

    assert [
        (each.resource, each.verdict) for each in asked if each.iam_action == "sts:AssumeRole"
    ] == [("arn:aws:iam::${account}:role/${BuildRole.name}", "allowed")]


def test_a_role_that_stands_in_for_the_service_role_is_passed_and_assumed(ask: Ask) -> None:
    other = "arn:aws:iam::111122223333:role/build"
    asked = ask(
        "Build/AWS/CodeBuild", {**CONFIGURATION, "ServiceRoleArnOverride": other}, (), PROJECT
    )

    assert {each.resource for each in asked if each.iam_action == "iam:PassRole"} == {other}
    assert {each.resource for each in asked if each.iam_action == "sts:AssumeRole"} == {other}
