"""A CloudFormation template and its Terraform twin: one rule, one subject, one message."""

import json
from typing import Any

import pytest

from passrole.asking import check, read_entities
from passrole.contributions import Contributions, gather
from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.findings import Finding
from passrole.graph.questions import Graph
from passrole.plugin_loading import find_plugins, load_plugins, select_plugins
from passrole.rulesets.choosing import ActiveRule
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes
from passrole.stamping import Reported, stamp

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "codepipeline.amazonaws.com"},
        }
    ],
}
OBJECTS = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]


def cloudformation(build_actions: list[str]) -> str:
    return json.dumps(
        {
            "Resources": {
                "Store": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "shop-store"}},
                "Project": {
                    "Type": "AWS::CodeBuild::Project",
                    "Properties": {"Name": "shop-build", "ServiceRole": "builder"},
                },
                "Role": {
                    "Type": "AWS::IAM::Role",
                    "Properties": {
                        "RoleName": "shop-pipeline",
                        "AssumeRolePolicyDocument": TRUST,
                        "Policies": [
                            {
                                "PolicyName": "shop",
                                "PolicyDocument": {
                                    "Version": "2012-10-17",
                                    "Statement": [
                                        {
                                            "Effect": "Allow",
                                            "Action": OBJECTS,
                                            "Resource": {"Fn::Sub": "${Store.Arn}/*"},
                                        },
                                        {
                                            "Effect": "Allow",
                                            "Action": build_actions,
                                            "Resource": {"Fn::GetAtt": ["Project", "Arn"]},
                                        },
                                    ],
                                },
                            }
                        ],
                    },
                },
                "Pipeline": {
                    "Type": "AWS::CodePipeline::Pipeline",
                    "Properties": {
                        "Name": "shop",
                        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                        "ArtifactStore": {"Type": "S3", "Location": {"Ref": "Store"}},
                        "Stages": [
                            {
                                "Name": "Build",
                                "Actions": [
                                    {
                                        "Name": "CodeBuild",
                                        "ActionTypeId": {
                                            "Category": "Build",
                                            "Owner": "AWS",
                                            "Provider": "CodeBuild",
                                            "Version": "1",
                                        },
                                        "Configuration": {"ProjectName": {"Ref": "Project"}},
                                        "InputArtifacts": [{"Name": "Code"}],
                                    }
                                ],
                            }
                        ],
                    },
                },
            }
        },
        indent=1,
    )


def terraform(build_actions: list[str]) -> str:
    actions = json.dumps(build_actions)
    objects = json.dumps(OBJECTS)
    policy = (
        '${jsonencode({Version = "2012-10-17", Statement = ['
        f'{{Effect = "Allow", Action = {objects}, Resource = "${{aws_s3_bucket.store.arn}}/*"}}, '
        f'{{Effect = "Allow", Action = {actions}, Resource = aws_codebuild_project.project.arn}}'
        "]})}"
    )
    return json.dumps(
        {
            "resource": {
                "aws_s3_bucket": {"store": {"bucket": "shop-store"}},
                "aws_codebuild_project": {
                    "project": {"name": "shop-build", "service_role": "builder"}
                },
                "aws_iam_role": {
                    "role": {"name": "shop-pipeline", "assume_role_policy": json.dumps(TRUST)}
                },
                "aws_iam_role_policy": {
                    "shop": {"name": "shop", "role": "${aws_iam_role.role.id}", "policy": policy}
                },
                "aws_codepipeline": {
                    "pipeline": {
                        "name": "shop",
                        "role_arn": "${aws_iam_role.role.arn}",
                        "artifact_store": {
                            "type": "S3",
                            "location": "${aws_s3_bucket.store.bucket}",
                        },
                        "stage": [
                            {
                                "name": "Build",
                                "action": [
                                    {
                                        "name": "CodeBuild",
                                        "category": "Build",
                                        "owner": "AWS",
                                        "provider": "CodeBuild",
                                        "version": "1",
                                        "configuration": {
                                            "ProjectName": "${aws_codebuild_project.project.name}"
                                        },
                                        "input_artifacts": ["Code"],
                                    }
                                ],
                            }
                        ],
                    }
                },
            }
        },
        indent=1,
    )


@pytest.fixture(scope="module")
def contributions() -> Contributions:
    return gather(load_plugins(select_plugins(find_plugins(), third_party=False)))


def findings(path: str, text: str, contributions: Contributions) -> tuple[Finding, ...]:
    document = parse(path, text.encode(), Limits())
    types = ResourceTypes.of(contributions.resource_types)
    stacks = read_stacks([document], types, Deployment())
    entities, crashes = read_entities(stacks)
    rules = tuple(ActiveRule.alone(rule) for rule in contributions.rules)
    graph = Graph(entities, contributions.providers)
    reported: list[Reported]
    reported, more = check([graph], rules, contributions.owners)
    assert not crashes
    assert not more
    return stamp(reported)


def about_starting(found: tuple[Finding, ...]) -> list[tuple[Any, ...]]:
    return [
        (each.rule, each.severity, each.confidence, each.subject, each.message, each.symptom)
        for each in found
        if each.rule == "codebuild-start-build-missing"
    ]


def test_the_same_missing_permission_has_the_same_words(contributions: Contributions) -> None:
    lacking = ["codebuild:BatchGetBuilds"]
    template = about_starting(findings("pipeline.yaml", cloudformation(lacking), contributions))
    configuration = about_starting(findings("pipeline.tf.json", terraform(lacking), contributions))
    assert template == configuration
    ((rule, _, confidence, subject, message, _),) = template
    assert rule == "codebuild-start-build-missing"
    assert confidence == "high"
    assert subject.iam_action == "codebuild:StartBuild"
    assert subject.principal == "shop-pipeline"
    assert "codebuild:StartBuild" in message


def test_neither_twin_lacks_what_is_granted(contributions: Contributions) -> None:
    enough = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"]
    assert not about_starting(findings("p.yaml", cloudformation(enough), contributions))
    assert not about_starting(findings("p.tf.json", terraform(enough), contributions))


def test_the_action_is_the_place_in_both(contributions: Contributions) -> None:
    for path, text in (
        ("pipeline.json", cloudformation([])),
        ("pipeline.tf.json", terraform([])),
    ):
        found = findings(path, text, contributions)
        (line, *_) = {f.location.line for f in found if f.rule == "codebuild-start-build-missing"}
        lines = text.splitlines()
        # The action begins with the brace before its name.
        assert "ame" in lines[line] and "CodeBuild" in lines[line], lines[line - 2 : line + 2]
