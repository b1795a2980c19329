from collections.abc import Callable
from typing import Any

Ask = Callable[..., list[Any]]
APPLICATION = {"Application": {"Type": "AWS::AppConfig::Application", "Properties": {"Name": "s"}}}


def test_an_application_is_named_by_its_identifier(ask: Ask) -> None:
    on_application = {
        "Effect": "Allow",
        "Action": "appconfig:*Deployment",
        "Resource": {
            "Fn::Sub": "arn:aws:appconfig:${AWS::Region}:${AWS::AccountId}:application/${Application}"
        },
    }
    configuration = {"Application": {"Ref": "Application"}}
    asked = ask("Deploy/AWS/AppConfig", configuration, [on_application], APPLICATION)

    assert {each.iam_action: each.verdict for each in asked} == {
        "appconfig:StartDeployment": "allowed",
        "appconfig:GetDeployment": "allowed",
        "appconfig:StopDeployment": "allowed",
    }
