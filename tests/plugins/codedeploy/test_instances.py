from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., list[Any]]
RULE = "codedeploy-instance-profile-artifact-access"
CONFIGURATION = {"ApplicationName": "shop", "DeploymentGroupName": {"Ref": "Group"}}
ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {"Statement": []},
        "Policies": [
            {
                "PolicyName": "own",
                "PolicyDocument": {
                    "Statement": {
                        "Effect": "Allow",
                        "Action": "s3:GetObject",
                        "Resource": "arn:aws:s3:::artifacts/*",
                    }
                },
            }
        ],
    },
}
BY_TEMPLATE = {
    "Instances": {
        "Type": "AWS::AutoScaling::AutoScalingGroup",
        "Properties": {"LaunchTemplate": {"LaunchTemplateId": {"Ref": "Launch"}}},
    },
    "Launch": {
        "Type": "AWS::EC2::LaunchTemplate",
        "Properties": {"LaunchTemplateData": {"IamInstanceProfile": {"Name": {"Ref": "Profile"}}}},
    },
}
BY_CONFIGURATION = {
    "Instances": {
        "Type": "AWS::AutoScaling::AutoScalingGroup",
        "Properties": {"LaunchConfigurationName": {"Ref": "Launch"}},
    },
    "Launch": {
        "Type": "AWS::AutoScaling::LaunchConfiguration",
        "Properties": {"IamInstanceProfile": {"Fn::GetAtt": ["Profile", "Arn"]}},
    },
}


def _resources(launched: dict[str, Any], *groups: Any) -> dict[str, Any]:
    return {
        "Group": {
            "Type": "AWS::CodeDeploy::DeploymentGroup",
            "Properties": {"ApplicationName": "shop", "AutoScalingGroups": list(groups)},
        },
        "Profile": {
            "Type": "AWS::IAM::InstanceProfile",
            "Properties": {"Roles": [{"Ref": "InstanceRole"}]},
        },
        "InstanceRole": ROLE,
        **launched,
    }


def _asked(ask: Ask, resources: dict[str, Any]) -> dict[str, str]:
    asked = ask("Deploy/AWS/CodeDeploy", CONFIGURATION, (), resources)
    return {each.iam_action: each.verdict for each in asked if each.rule == RULE}


@pytest.mark.parametrize("launched", [BY_TEMPLATE, BY_CONFIGURATION])
def test_the_role_of_the_instances_reads_the_artifacts(ask: Ask, launched: dict[str, Any]) -> None:
    assert _asked(ask, _resources(launched, {"Ref": "Instances"})) == {
        "s3:GetObject": "allowed",
        "s3:GetObjectVersion": "missing",
    }


def test_instances_that_nobody_can_name_are_not_asked_about(ask: Ask) -> None:
    assert _asked(ask, _resources(BY_TEMPLATE)) == {}
    assert _asked(ask, _resources({}, "elsewhere")) == {}
    assert _asked(ask, _resources(BY_TEMPLATE, {"Ref": "Instances"}, "another")) == {}
