from collections.abc import Callable
from typing import Any

Ask = Callable[..., list[Any]]
SET = {"StackSetName": "baseline", "TemplatePath": "Source::baseline.yaml"}
DEFAULT = "AWSCloudFormationStackSetAdministrationRole"
HERE = "arn:aws:cloudformation:${region}:${account}:stackset/baseline:*"


def _passed(ask: Ask, **more: str) -> list[str]:
    asked = ask("Deploy/AWS/CloudFormationStackSet", {**SET, **more})
    return [each.resource for each in asked if each.iam_action == "iam:PassRole"]


def test_every_operation_is_on_the_stack_set(ask: Ask) -> None:
    asked = ask("Deploy/AWS/CloudFormationStackSet", {**SET, "PermissionModel": "SERVICE_MANAGED"})

    assert {each.resource for each in asked} == {HERE}
    assert len(asked) == 6


def test_the_administration_role_is_passed_only_where_there_is_one(ask: Ask) -> None:
    named = "arn:aws:iam::111122223333:role/administrator"

    assert _passed(ask, PermissionModel="SERVICE_MANAGED") == []
    assert _passed(ask) == [f"arn:aws:iam::${{account}}:role/{DEFAULT}"]
    assert _passed(ask, AdministrationRoleArn=named) == [named]


def test_stack_instances_need_two_operations(ask: Ask) -> None:
    asked = ask("Deploy/AWS/CloudFormationStackInstances", {"StackSetName": "baseline"})

    assert [each.iam_action for each in asked] == [
        "cloudformation:CreateStackInstances",
        "cloudformation:DescribeStackSetOperation",
    ]


def test_a_stack_set_of_the_tree_is_named_by_its_id(ask: Ask) -> None:
    stack_set = {
        "Set": {
            "Type": "AWS::CloudFormation::StackSet",
            "Properties": {"StackSetName": "baseline"},
        }
    }
    granted = {"Effect": "Allow", "Action": "cloudformation:*", "Resource": "*"}
    asked = ask(
        "Deploy/AWS/CloudFormationStackInstances",
        {"StackSetName": {"Ref": "Set"}},
        [granted],
        stack_set,
    )
    assert {each.verdict for each in asked} == {"allowed"}
