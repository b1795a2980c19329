from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., list[Any]]
SERVICE = {
    "Service": {"Type": "AWS::ECS::Service", "Properties": {"TaskDefinition": {"Ref": "Task"}}}
}
NAMED = {"ClusterName": "shop", "ServiceName": {"Fn::GetAtt": ["Service", "Name"]}}
ELSEWHERE = {"ClusterName": "shop", "ServiceName": "elsewhere"}


def _task(**roles: Any) -> dict[str, Any]:
    return {**SERVICE, "Task": {"Type": "AWS::ECS::TaskDefinition", "Properties": roles}}


def _passed(
    ask: Ask,
    configuration: dict[str, Any],
    granted: dict[str, Any] | None = None,
    resources: dict[str, Any] | None = None,
) -> dict[str, str]:
    statements = [{"Effect": "Allow", "Action": "iam:PassRole", **granted}] if granted else []
    asked = ask("Deploy/AWS/ECS", configuration, statements, resources)
    found = [each for each in asked if each.iam_action == "iam:PassRole"]
    assert {each.rule for each in found} <= {"ecs-pass-role-missing"}
    return {each.resource.rpartition("/")[2]: each.verdict for each in found}


def test_both_roles_of_the_task_are_passed(ask: Ask) -> None:
    roles = {
        "TaskRoleArn": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/task"},
        "ExecutionRoleArn": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/execution"},
    }
    granted = {"Resource": roles["TaskRoleArn"]}

    assert _passed(ask, NAMED, granted, _task(**roles)) == {
        "task": "allowed",
        "execution": "missing",
    }


def test_a_task_without_roles_passes_none(ask: Ask) -> None:
    assert _passed(ask, NAMED, None, _task()) == {}


@pytest.mark.parametrize(
    ("granted", "verdict"),
    [
        (None, "missing"),
        ({"Resource": "*"}, "allowed"),
        ({"Resource": "arn:aws:iam::111122223333:role/task"}, "unknown"),
    ],
)
def test_some_role_is_passed_where_the_service_is_not_in_the_tree(
    ask: Ask, granted: dict[str, Any] | None, verdict: str
) -> None:
    assert set(_passed(ask, ELSEWHERE, granted).values()) == {verdict}


def test_the_roles_are_passed_to_tasks_and_to_no_other_service(ask: Ask) -> None:
    def verdict(service: str) -> Any:
        condition = {"StringEquals": {"iam:PassedToService": service}}
        return set(_passed(ask, ELSEWHERE, {"Resource": "*", "Condition": condition}).values())

    assert verdict("ecs-tasks.amazonaws.com") == {"allowed"}
    assert verdict("ecs.amazonaws.com") == {"missing"}


@pytest.mark.parametrize(
    ("tags", "certainty"), [([{"Key": "team", "Value": "shop"}], "high"), ([], "low")]
)
def test_tagging_is_certain_where_the_task_is_seen_to_have_tags(
    ask: Ask, tags: list[Any], certainty: str
) -> None:
    asked = ask("Deploy/AWS/ECS", NAMED, (), _task(Tags=tags))

    assert [e.certainty for e in asked if e.iam_action == "ecs:TagResource"] == [certainty]


def test_a_service_named_by_its_arn_is_that_service(ask: Ask) -> None:
    arn = "arn:aws:ecs:eu-west-1:111122223333:service/shop/web"
    asked = ask("Deploy/AWS/ECS", {"ClusterName": "shop", "ServiceName": arn}, [], None)
    services = {each.resource for each in asked if each.iam_action == "ecs:UpdateService"}
    assert services == {arn}
