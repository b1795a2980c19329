"""The rules of a stage's conditions are read like actions, alike from both formats."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from passrole import ABSENT, Action, Graph, Pipeline, Resource, known
from passrole.documents.nodes import Document
from passrole.documents.nodes import Mapping as Node
from passrole.iam.policies import value_from_json
from passrole.stacks.deployments import Deployment
from passrole.stacks.names import KnownNames
from passrole.values import Origin, Text, literal
from passrole_aws.codepipeline.resources import PIPELINE, read_pipeline

CLOUDFORMATION = {
    "Stages": [
        {
            "Name": "Deploy",
            "Actions": [{"Name": "Approve", "ActionTypeId": {"Category": "Approval"}}],
            "BeforeEntry": {
                "Conditions": [
                    {
                        "Result": "FAIL",
                        "Rules": [
                            {
                                "Name": "Tested",
                                "RuleTypeId": {
                                    "Category": "Rule", "Owner": "AWS", "Provider": "CodeBuild",
                                    "Version": "1",
                                },
                                "Configuration": {"ProjectName": "tests"},
                                "InputArtifacts": [{"Name": "App"}],
                                "RoleArn": "arn:aws:iam::111122223333:role/tests",
                                "Region": "eu-west-1",
                            },
                        ],
                    },
                    {
                        "Rules": [
                            {
                                "Name": "Smoke",
                                "RuleTypeId": {"Category": "Rule", "Provider": "Commands"},
                                "Commands": ["make smoke"],
                            }
                        ]
                    },
                ]
            },
            "OnFailure": {
                "Result": "ROLLBACK",
                "Conditions": [
                    {"Rules": [{"Name": "Late", "RuleTypeId": {"Provider": "DeploymentWindow"}}]}
                ],
            },
        }
    ]
}  # fmt: skip

TERRAFORM = {
    "stage": [
        {
            "name": "Deploy",
            "action": [{"name": "Approve", "category": "Approval"}],
            "before_entry": [
                {
                    "condition": [
                        {
                            "result": "FAIL",
                            "rule": [
                                {
                                    "name": "Tested",
                                    "rule_type_id": [
                                        {
                                            "category": "Rule", "owner": "AWS",
                                            "provider": "CodeBuild", "version": "1",
                                        }
                                    ],
                                    "configuration": {"ProjectName": "tests"},
                                    "input_artifacts": ["App"],
                                    "role_arn": "arn:aws:iam::111122223333:role/tests",
                                    "region": "eu-west-1",
                                }
                            ],
                        },
                        {
                            "rule": [
                                {
                                    "name": "Smoke",
                                    "rule_type_id": [{"category": "Rule", "provider": "Commands"}],
                                    "commands": ["make smoke"],
                                }
                            ]
                        },
                    ]
                }
            ],
            "on_failure": [
                {
                    "result": "ROLLBACK",
                    "condition": [
                        {
                            "rule": [
                                {
                                    "name": "Late",
                                    "rule_type_id": [{"provider": "DeploymentWindow"}],
                                }
                            ]
                        }
                    ],
                }
            ],
        }
    ]
}  # fmt: skip


def actions_of(properties: Any, format_: Any) -> tuple[Action, ...]:
    node = Node((), 0, 0)
    resource = Resource(
        stack="stack", id="Pipeline", type_name="", type=PIPELINE, format=format_,
        target=Deployment().target("target"), properties=value_from_json(properties),
        names=KnownNames(literal("shop"), literal("arn"), Text(())),
        origin=Origin(Document("main", "", node, "yaml"), node),
    )  # fmt: skip
    (pipeline,) = read_pipeline(resource)
    assert isinstance(pipeline, Pipeline)
    assert pipeline.unresolved == ()
    return pipeline.actions


@pytest.mark.parametrize(
    ("properties", "format_"), [(CLOUDFORMATION, "cloudformation"), (TERRAFORM, "terraform")]
)
def test_rules_join_the_actions_of_their_stage(properties: Any, format_: str) -> None:
    approve, tested, smoke, late = actions_of(properties, format_)

    assert approve.label == "Deploy/Approve"
    assert tested.label == "Deploy/BeforeEntry/Tested"
    assert (known(tested.category), known(tested.owner)) == ("Rule", "AWS")
    assert (known(tested.provider), known(tested.version)) == ("CodeBuild", "1")
    assert known(tested.configuration.fields["ProjectName"]) == "tests"  # type: ignore[union-attr]
    assert [known(each) for each in tested.inputs] == ["App"]
    assert known(tested.role) == "arn:aws:iam::111122223333:role/tests"
    assert known(tested.region) == "eu-west-1"
    assert smoke.label == "Deploy/BeforeEntry/Smoke"
    assert [known(each) for each in smoke.commands] == ["make smoke"]
    assert (smoke.role, smoke.region, smoke.outputs) == (ABSENT, ABSENT, ())
    assert late.label == "Deploy/OnFailure/Late"


def test_what_a_rule_leaves_out_has_its_one_value() -> None:
    *_, late = actions_of(CLOUDFORMATION, "cloudformation")

    assert [known(each) for each in (late.category, late.owner, late.version)] == [
        "Rule", "AWS", "1",
    ]  # fmt: skip


@pytest.mark.parametrize("provider", ["DeploymentWindow", "VariableCheck"])
def test_rules_that_look_at_the_pipeline_alone_need_nothing(
    ask: Callable[..., list[Any]], provider: str
) -> None:
    assert ask(f"Rule/AWS/{provider}", {}) == []


def test_the_role_of_a_rule_must_be_assumed(
    graph_of: Callable[[Mapping[str, Any]], Graph],
) -> None:
    trust: dict[str, Any] = {"Statement": []}
    graph = graph_of(
        {
            "Pipeline": {
                "Type": "AWS::CodePipeline::Pipeline",
                "Properties": {
                    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                    "Stages": [
                        {
                            "Name": "Deploy",
                            "OnSuccess": {
                                "Conditions": [
                                    {
                                        "Rules": [
                                            {
                                                "Name": "Quiet",
                                                "RuleTypeId": {"Provider": "CloudWatchAlarm"},
                                                "Configuration": {"AlarmName": "errors"},
                                                "RoleArn": {"Fn::GetAtt": ["Observer", "Arn"]},
                                            }
                                        ]
                                    }
                                ]
                            },
                        }
                    ],
                },
            },
            **{
                name: {
                    "Type": "AWS::IAM::Role",
                    "Properties": {"AssumeRolePolicyDocument": trust},
                }
                for name in ("Role", "Observer")
            },
        }
    )
    (action,) = graph.pipelines[0].actions

    asked = {
        requirement.need.iam_action: requirement.principal.label
        for requirement in graph.requirements_of(action)
    }
    assert asked["cloudwatch:DescribeAlarms"] == "Observer"
    assert asked["sts:AssumeRole"] == "Role"
