import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from passrole import BuildProject, Graph, elements, known
from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes
from passrole_aws.codebuild.resources import RESOURCE_TYPES, read_project

Ask = Callable[..., list[Any]]
PROJECT: dict[str, Any] = {
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


def _operations(asked: list[Any], service: str = "codebuild") -> set[str]:
    found = (each.iam_action.partition(":") for each in asked)
    return {operation for named, _, operation in found if named == service}


def project(**properties: Any) -> dict[str, Any]:
    """The project and its role, with more properties."""
    written = {**PROJECT["Project"]["Properties"], **properties}
    return {**PROJECT, "Project": {**PROJECT["Project"], "Properties": written}}


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

    assert _operations(asked) == operations


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


def test_a_build_in_a_vpc_makes_a_network_interface_for_itself(ask: Ask) -> None:
    asked = ask("Build/AWS/CodeBuild", CONFIGURATION, (), project(VpcConfig={"VpcId": "vpc-1"}))
    assert _operations(asked, "ec2") == {
        "CreateNetworkInterface", "CreateNetworkInterfacePermission", "DeleteNetworkInterface",
        "DescribeDhcpOptions", "DescribeNetworkInterfaces", "DescribeSecurityGroups",
        "DescribeSubnets", "DescribeVpcs",
    }  # fmt: skip
    assert {each.rule for each in asked if each.iam_action.startswith("ec2:")} == {
        "build-role-vpc-missing"
    }

    assert _operations(ask("Build/AWS/CodeBuild", CONFIGURATION, (), PROJECT), "ec2") == set()


@pytest.mark.parametrize(
    ("logs", "group"),
    [
        (None, "/aws/codebuild/${Project.name}"),
        ({"Status": "ENABLED"}, "/aws/codebuild/${Project.name}"),
        ({"Status": "ENABLED", "GroupName": "/shop/builds"}, "/shop/builds"),
        ({"Status": "DISABLED"}, None),
    ],
)
def test_logs_go_to_the_group_of_the_project(
    ask: Ask, logs: dict[str, str] | None, group: str | None
) -> None:
    written = {"LogsConfig": {"CloudWatchLogs": logs}} if logs else {}
    asked = ask("Build/AWS/CodeBuild", CONFIGURATION, (), project(**written))

    streams = {each.resource for each in asked if each.iam_action == "logs:PutLogEvents"}
    log_group = f"arn:aws:logs:${{region}}:${{account}}:log-group:{group}:log-stream:*"
    assert streams == ({log_group} if group else set())


VARIABLES = [
    {"Name": "TOKEN", "Type": "SECRETS_MANAGER", "Value": "shop/token:value"},
    {"Name": "STAGE", "Type": "PARAMETER_STORE", "Value": "/shop/stage"},
    {"Name": "COLOUR", "Value": "red"},
]


def test_variables_of_the_project_are_fetched(ask: Ask) -> None:
    resources = project(Environment={"EnvironmentVariables": VARIABLES})
    asked = ask("Build/AWS/CodeBuild", CONFIGURATION, (), resources)

    assert _fetched(asked) == [
        (
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:${region}:${account}:secret:shop/token-${suffix}",
        ),
        ("ssm:GetParameters", "arn:aws:ssm:${region}:${account}:parameter/shop/stage"),
    ]


def test_variables_of_the_action_are_fetched_by_the_build_role(ask: Ask) -> None:
    variables = [{key.lower(): value for key, value in each.items()} for each in VARIABLES]
    configuration = {**CONFIGURATION, "EnvironmentVariables": json.dumps(variables)}
    asked = ask("Build/AWS/CodeBuild", configuration, (), PROJECT)

    assert [iam_action for iam_action, _ in _fetched(asked)] == [
        "secretsmanager:GetSecretValue", "ssm:GetParameters",
    ]  # fmt: skip


def _fetched(asked: list[Any]) -> list[tuple[str, str]]:
    return [
        (each.iam_action, each.resource)
        for each in asked
        if each.rule == "build-env-secret-read-missing"
    ]


def test_the_role_that_stands_in_writes_the_logs(ask: Ask) -> None:
    other = {"Fn::GetAtt": ["Other", "Arn"]}
    writes = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    trust = PROJECT["BuildRole"]["Properties"]["AssumeRolePolicyDocument"]
    resources = {
        **PROJECT,
        "Other": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": trust,
                "Policies": [
                    {"PolicyName": "logs", "PolicyDocument": {"Statement": writes}}
                ],
            },
        },
    }  # fmt: skip
    without = ask("Build/AWS/CodeBuild", CONFIGURATION, (), resources)
    instead = ask(
        "Build/AWS/CodeBuild", {**CONFIGURATION, "ServiceRoleArnOverride": other}, (), resources
    )

    assert _log_verdicts(without) == {"missing"}
    assert _log_verdicts(instead) == {"allowed"}


def _log_verdicts(asked: list[Any]) -> set[str]:
    return {each.verdict for each in asked if each.iam_action.startswith("logs:")}


def test_the_rule_of_a_condition_starts_a_build_too(ask: Ask) -> None:
    asked = ask("Rule/AWS/CodeBuild", CONFIGURATION, (), PROJECT)

    assert _operations(asked) == {"StartBuild", "BatchGetBuilds"}
    started = [each for each in asked if each.iam_action == "codebuild:StartBuild"]
    assert [(each.verdict, each.rule) for each in started] == [
        ("missing", "condition-rule-permission-missing")
    ]


def test_a_batch_role_runs_the_builds_of_the_batch(ask: Ask) -> None:
    resources = project(BuildBatchConfig={"ServiceRole": {"Fn::GetAtt": ["BuildRole", "Arn"]}})
    asked = ask("Build/AWS/CodeBuild", {**CONFIGURATION, "BatchEnabled": "true"}, (), resources)

    assert _operations(asked) == {
        "StartBuildBatch", "BatchGetBuildBatches", "StopBuildBatch",
        "StartBuild", "StopBuild", "RetryBuild",
    }  # fmt: skip


BUILDSPEC = """\
version: 0.2
env:
  secrets-manager: {TOKEN: "shop/token:value"}
reports:
  unit: {files: ["*.xml"]}
"""


def test_a_buildspec_in_the_template_names_secrets_and_reports(ask: Ask) -> None:
    resources = project(Source={"Type": "CODEPIPELINE", "BuildSpec": BUILDSPEC})
    asked = ask("Build/AWS/CodeBuild", CONFIGURATION, (), resources)

    assert [iam_action for iam_action, _ in _fetched(asked)] == ["secretsmanager:GetSecretValue"]
    groups = {each.resource for each in asked if each.iam_action == "codebuild:CreateReport"}
    assert groups == {"arn:aws:codebuild:${region}:${account}:report-group/${Project.name}-unit"}


@pytest.mark.parametrize("format_", ["CODE_ZIP", "CODEBUILD_CLONE_REF"])
def test_a_full_clone_is_pulled_by_the_build_role(
    graph_of: Callable[[Mapping[str, Any]], Graph], format_: str
) -> None:
    source = {
        "Name": "Source",
        "ActionTypeId": {
            "Category": "Source", "Owner": "AWS", "Provider": "CodeCommit", "Version": "1",
        },
        "Configuration": {
            "RepositoryName": "shop", "BranchName": "main", "OutputArtifactFormat": format_,
        },
        "OutputArtifacts": [{"Name": "App"}],
    }  # fmt: skip
    build = {
        "Name": "Build",
        "ActionTypeId": {
            "Category": "Build", "Owner": "AWS", "Provider": "CodeBuild", "Version": "1",
        },
        "Configuration": CONFIGURATION,
        "InputArtifacts": [{"Name": "App"}],
    }  # fmt: skip
    pipeline = {
        "Type": "AWS::CodePipeline::Pipeline",
        "Properties": {
            "RoleArn": {"Fn::GetAtt": ["BuildRole", "Arn"]},
            "ArtifactStore": {"Type": "S3", "Location": "artifacts"},
            "Stages": [{"Name": "Only", "Actions": [source, build]}],
        },
    }
    graph = graph_of({**PROJECT, "Pipeline": pipeline})

    pulled = [
        str(requirement.resource)
        for requirement in graph.requirements_of(graph.pipelines[0].actions[1])
        if requirement.need.iam_action == "codecommit:GitPull"
    ]
    expected = ["arn:aws:codecommit:${region}:${account}:shop"]
    assert pulled == (expected if format_ == "CODEBUILD_CLONE_REF" else [])


def test_a_project_of_terraform_is_read_alike() -> None:
    text = json.dumps(
        {
            "resource": {
                "aws_codebuild_project": {
                    "shop": {
                        "name": "shop",
                        "service_role": "arn:aws:iam::111122223333:role/build",
                        "vpc_config": [{"vpc_id": "vpc-1"}],
                        "logs_config": [{"cloudwatch_logs": [{"group_name": "/shop/builds"}]}],
                        "environment": [
                            {
                                "environment_variable": [
                                    {"name": "STAGE", "type": "PARAMETER_STORE", "value": "/stage"}
                                ]
                            }
                        ],
                        "source": [
                            {
                                "type": "GITHUB",
                                "buildspec": BUILDSPEC,
                                "auth": [{"type": "CODECONNECTIONS", "resource": "connection"}],
                            }
                        ],
                        "build_batch_config": [{"service_role": "batch"}],
                    }
                }
            }
        }
    )
    document = parse("project.tf.json", text.encode(), Limits())
    (stack,) = read_stacks([document], ResourceTypes.of(RESOURCE_TYPES), Deployment())
    (resource,) = stack.resources.values()
    (found,) = read_project(resource)
    assert isinstance(found, BuildProject)

    assert [known(each) for each in (found.vpc, found.source, found.connection)] == [
        "vpc-1", "GITHUB", "connection",
    ]  # fmt: skip
    assert known(found.batch_role) == "batch"
    assert str(found.log_streams).endswith(":log-group:/shop/builds:log-stream:*")
    assert [str(each).rpartition(":")[2] for each in elements(found.parameters)] == [
        "parameter/stage"
    ]
    assert [str(each).rpartition(":")[2] for each in elements(found.secrets)] == [
        "shop/token-${suffix}"
    ]
    assert [str(each).rpartition(":")[2] for each in elements(found.reports)] == [
        "report-group/shop-unit"
    ]
