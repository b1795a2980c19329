from collections.abc import Callable
from typing import Any

Ask = Callable[..., list[Any]]
CONFIGURATION = {"InstanceTagKey": "app", "InstanceTagValue": "shop", "InstanceType": "EC2"}
HERE = "arn:aws:elasticloadbalancing:${region}:${account}:targetgroup"


def _registered(ask: Ask, listed: Any, *rest: Any) -> dict[str, str]:
    asked = ask("Deploy/AWS/EC2", {**CONFIGURATION, "TargetGroupNameList": listed}, *rest)
    operation = "elasticloadbalancing:RegisterTargets"
    return {each.resource: each.verdict for each in asked if each.iam_action == operation}


def test_load_balancers_are_a_need_only_with_target_groups(ask: Ask) -> None:
    asked = ask("Deploy/AWS/EC2", CONFIGURATION)

    assert not [each for each in asked if each.iam_action.startswith("elasticloadbalancing:")]
    assert {each.rule for each in asked} == {"ec2-deploy-permission-missing"}


def test_every_target_group_of_the_list_is_asked_for(ask: Ask) -> None:
    assert list(_registered(ask, "blue, green")) == [f"{HERE}/blue/*", f"{HERE}/green/*"]


def test_a_target_group_of_the_tree_may_be_granted_by_its_arn(ask: Ask) -> None:
    group = {"Group": {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup"}}
    granted = {
        "Effect": "Allow",
        "Action": "elasticloadbalancing:RegisterTargets",
        "Resource": {"Ref": "Group"},
    }
    name = {"Fn::GetAtt": ["Group", "TargetGroupName"]}

    assert set(_registered(ask, name, [granted], group).values()) == {"allowed"}


def _sent(ask: Ask, configuration: dict[str, Any], condition: dict[str, Any]) -> str:
    granted = {
        "Effect": "Allow",
        "Action": "ssm:SendCommand",
        "Resource": {"Fn::Sub": "arn:aws:ec2:${AWS::Region}:${AWS::AccountId}:instance/*"},
        "Condition": condition,
    }
    asked = ask("Deploy/AWS/EC2", configuration, [granted])
    (found,) = (
        e for e in asked if e.iam_action == "ssm:SendCommand" and ":instance/" in e.resource
    )
    return str(found.verdict)


def test_commands_may_be_limited_to_instances_with_the_tag(ask: Ask) -> None:
    right = {"StringEquals": {"aws:ResourceTag/app": "shop"}}
    wrong = {"StringEquals": {"aws:ResourceTag/app": "desk"}}

    assert _sent(ask, CONFIGURATION, right) == "allowed"
    assert _sent(ask, CONFIGURATION, wrong) == "missing"


def test_without_a_value_the_instances_have_the_tag_and_nobody_knows_its_value(ask: Ask) -> None:
    any_value = {"InstanceTagKey": "app", "InstanceType": "EC2"}

    assert _sent(ask, any_value, {"Null": {"aws:ResourceTag/app": "false"}}) == "allowed"
    assert _sent(ask, any_value, {"StringEquals": {"aws:ResourceTag/app": "shop"}}) == "unknown"
