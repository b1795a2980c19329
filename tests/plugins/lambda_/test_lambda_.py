from collections.abc import Callable
from typing import Any

import pytest

from passrole import Certainty

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


def _certain(ask: Ask, configuration: dict[str, str]) -> set[str]:
    asked = ask("Deploy/AWS/Lambda", {"FunctionName": "smoke", **configuration})
    return {e.iam_action for e in asked if e.certainty is Certainty.HIGH}


def test_a_deployment_surely_moves_an_alias_only_where_it_names_one(ask: Ask) -> None:
    assert "lambda:UpdateAlias" not in _certain(ask, {})
    assert "lambda:UpdateAlias" in _certain(ask, {"FunctionAlias": "live"})


def test_every_alarm_that_watches_over_a_deployment_is_read(ask: Ask) -> None:
    asked = ask("Deploy/AWS/Lambda", {"FunctionName": "smoke", "Alarms": "errors,latency"})

    assert [e.resource.rpartition(":")[2] for e in asked if e.iam_action.startswith("cloudw")] == [
        "errors",
        "latency",
    ]


def test_the_function_itself_reports_the_result_of_its_job(ask: Ask) -> None:
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": {"Statement": []}},
    }
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Role": {"Fn::GetAtt": ["SmokeRole", "Arn"]}},
    }
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    asked = ask(
        "Invoke/AWS/Lambda",
        {"FunctionName": {"Ref": "Smoke"}},
        [everything],
        {"Smoke": function, "SmokeRole": role},
    )
    (found,) = (e for e in asked if e.iam_action == "codepipeline:PutJobSuccessResult")
    assert (found.verdict, found.rule) == ("missing", "lambda-job-result-missing")
