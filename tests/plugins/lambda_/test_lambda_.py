from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., list[Any]]
FUNCTION = {
    "Smoke": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "smoke"}},
    "Live": {
        "Type": "AWS::Lambda::Alias",
        "Properties": {"Name": "live", "FunctionName": {"Ref": "Smoke"}},
    },
}


def _invoke(ask: Ask, name: Any, resource: Any) -> Any:
    granted = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": resource}
    asked = ask("Invoke/AWS/Lambda", {"FunctionName": name}, [granted], FUNCTION)
    (found,) = (each for each in asked if each.iam_action == "lambda:InvokeFunction")
    return found


@pytest.mark.parametrize(
    "name", ["smoke", {"Ref": "Smoke"}, {"Fn::GetAtt": ["Smoke", "Arn"]}], ids=str
)
def test_the_function_may_be_named_or_given_by_its_arn(ask: Ask, name: Any) -> None:
    found = _invoke(ask, name, {"Fn::GetAtt": ["Smoke", "Arn"]})

    assert found.resource == "arn:aws:lambda:${region}:${account}:function:smoke"
    assert found.verdict == "allowed"


def test_a_grant_on_another_function_does_not_help(ask: Ask) -> None:
    other = {"Fn::Sub": "arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:other"}

    assert _invoke(ask, "smoke", other).verdict == "missing"


def test_an_alias_is_covered_by_its_own_arn(ask: Ask) -> None:
    assert _invoke(ask, {"Ref": "Live"}, {"Ref": "Live"}).verdict == "allowed"
