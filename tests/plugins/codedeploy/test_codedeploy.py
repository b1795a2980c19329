from collections.abc import Callable
from typing import Any

from passrole import Certainty

Ask = Callable[..., list[Any]]
GROUP = {
    "Application": {
        "Type": "AWS::CodeDeploy::Application",
        "Properties": {"ApplicationName": "shop"},
    },
    "Group": {
        "Type": "AWS::CodeDeploy::DeploymentGroup",
        "Properties": {
            "ApplicationName": {"Ref": "Application"},
            "DeploymentGroupName": "production",
        },
    },
}
CONFIGURATION = {
    "ApplicationName": {"Ref": "Application"},
    "DeploymentGroupName": {"Ref": "Group"},
}
HERE = "arn:aws:codedeploy:${region}:${account}"


def test_the_certain_needs_name_application_group_and_configurations(ask: Ask) -> None:
    asked = ask("Deploy/AWS/CodeDeploy", CONFIGURATION, (), GROUP)

    assert {
        each.iam_action: each.resource for each in asked if each.certainty is Certainty.HIGH
    } == {
        "codedeploy:CreateDeployment": f"{HERE}:deploymentgroup:shop/production",
        "codedeploy:GetDeployment": f"{HERE}:deploymentgroup:shop/production",
        "codedeploy:RegisterApplicationRevision": f"{HERE}:application:shop",
        "codedeploy:GetDeploymentConfig": f"{HERE}:deploymentconfig:*",
    }


def test_a_grant_on_one_configuration_is_not_called_missing(ask: Ask) -> None:
    granted = {
        "Effect": "Allow",
        "Action": "codedeploy:GetDeploymentConfig",
        "Resource": {
            "Fn::Sub": "arn:aws:codedeploy:${AWS::Region}:${AWS::AccountId}"
            ":deploymentconfig:CodeDeployDefault.OneAtATime"
        },
    }
    asked = ask("Deploy/AWS/CodeDeploy", CONFIGURATION, [granted], GROUP)

    (verdict,) = (e.verdict for e in asked if e.iam_action == "codedeploy:GetDeploymentConfig")
    assert verdict == "unknown"


def test_a_deployment_to_ecs_registers_the_task_definition_and_passes_some_role(ask: Ask) -> None:
    asked = ask("Deploy/AWS/CodeDeployToECS", CONFIGURATION, (), GROUP)
    found = {each.iam_action: each for each in asked}

    registered = found["ecs:RegisterTaskDefinition"]
    assert (registered.verdict, registered.rule) == (
        "missing",
        "codedeploy-ecs-register-taskdef-missing",
    )
    passed = found["iam:PassRole"]
    assert (passed.verdict, passed.rule) == ("missing", "ecs-pass-role-missing")
