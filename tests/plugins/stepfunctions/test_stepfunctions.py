from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., list[Any]]
HERE = "arn:aws:states:${region}:${account}"
LITERAL = "arn:aws:states:eu-west-1:444455556666:stateMachine:migration"


def _machine(**properties: Any) -> dict[str, Any]:
    return {
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {"StateMachineName": "migration", **properties},
        }
    }


def _described(ask: Ask, configuration: dict[str, Any], *rest: Any) -> dict[str, str]:
    asked = ask("Invoke/AWS/StepFunctions", configuration, *rest)
    return {e.resource: e.verdict for e in asked if e.iam_action == "states:DescribeExecution"}


@pytest.mark.parametrize("machine", [{"Ref": "Machine"}, {"Fn::GetAtt": ["Machine", "Arn"]}])
def test_the_execution_is_that_of_the_state_machine(ask: Ask, machine: Any) -> None:
    found = _described(ask, {"StateMachineArn": machine}, (), _machine())

    assert found == {f"{HERE}:execution:migration:*": "missing"}


def test_the_execution_is_where_the_state_machine_is_with_the_prefix_of_its_name(ask: Ask) -> None:
    configuration = {"StateMachineArn": LITERAL, "ExecutionNamePrefix": "release-"}

    assert list(_described(ask, configuration)) == [
        "arn:aws:states:eu-west-1:444455556666:execution:migration:release-*"
    ]


def test_a_grant_on_the_state_machine_is_none_on_its_executions(ask: Ask) -> None:
    configuration = {"StateMachineArn": {"Ref": "Machine"}}
    on_machine = {"Effect": "Allow", "Action": "states:*", "Resource": {"Ref": "Machine"}}
    on_execution = {
        "Effect": "Allow",
        "Action": "states:DescribeExecution",
        "Resource": {
            "Fn::Sub": "arn:aws:states:${AWS::Region}:${AWS::AccountId}:execution:${Machine.Name}:*"
        },
    }
    assert set(_described(ask, configuration, [on_machine], _machine()).values()) == {"missing"}
    assert set(_described(ask, configuration, [on_execution], _machine()).values()) == {"allowed"}


def test_an_express_state_machine_is_not_looked_at_again(ask: Ask) -> None:
    configuration = {"StateMachineArn": {"Ref": "Machine"}}

    assert _described(ask, configuration, (), _machine(StateMachineType="EXPRESS")) == {}


def test_the_execution_of_a_state_machine_that_nobody_knows_is_not_known(ask: Ask) -> None:
    configuration = {"StateMachineArn": {"Fn::ImportValue": "machine"}}
    granted = {"Effect": "Allow", "Action": "states:*", "Resource": LITERAL}

    assert set(_described(ask, configuration, [granted]).values()) == {"unknown"}
