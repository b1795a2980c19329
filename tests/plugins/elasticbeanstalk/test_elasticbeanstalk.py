from collections.abc import Callable
from typing import Any

from passrole import Certainty
from passrole_aws import elasticbeanstalk

Ask = Callable[..., list[Any]]
ENVIRONMENT = {"ApplicationName": "shop", "EnvironmentName": "shop-production"}
ARN = "arn:aws:elasticbeanstalk:${region}:${account}:environment/shop/shop-production"


def _events(ask: Ask, iam_action: str) -> Any:
    granted = {"Effect": "Allow", "Action": iam_action, "Resource": "*"}
    asked = ask("Deploy/AWS/ElasticBeanstalk", ENVIRONMENT, [granted])
    (found,) = (each for each in asked if each.rule == "beanstalk-describe-events-hang")
    return found


def test_the_events_of_the_environment_are_the_one_certain_need(ask: Ask) -> None:
    asked = ask("Deploy/AWS/ElasticBeanstalk", ENVIRONMENT)

    assert [
        (each.iam_action, each.resource) for each in asked if each.certainty is Certainty.HIGH
    ] == [("elasticbeanstalk:DescribeEvents", ARN)]


def test_the_documented_wildcard_covers_the_events_and_a_list_without_them_does_not(
    ask: Ask,
) -> None:
    assert _events(ask, "elasticbeanstalk:*").verdict == "allowed"
    assert _events(ask, "elasticbeanstalk:UpdateEnvironment").verdict == "missing"


def test_wildcards_are_listed_and_nobody_is_said_to_lack_them() -> None:
    (provider,) = elasticbeanstalk.passrole_action_providers()
    blocks = [need.iam_action for need in provider.needs if need.documented_block]

    assert len(blocks) == 11
    assert provider.open_ended


def test_the_symptom_says_that_the_action_hangs() -> None:
    (provider,) = elasticbeanstalk.passrole_action_providers()
    (need,) = (n for n in provider.needs if n.rule == "beanstalk-describe-events-hang")

    assert "hangs" in need.symptom
