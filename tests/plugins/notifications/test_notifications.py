"""Who is told what happens to a pipeline, and what keeps the message from arriving."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from passrole import Graph, NotificationRule, known
from passrole.contributions import Contributions
from passrole.findings import Finding
from passrole.testing import findings_in

Find = Callable[..., tuple[Finding, ...]]

NOTIFICATIONS = "codestar-notifications.amazonaws.com"
EVENTS = "events.amazonaws.com"
TOPIC = {"Ref": "Topic"}
NOTIFY = {
    "Type": "AWS::CodeStarNotifications::NotificationRule",
    "Properties": {
        "Name": "failed",
        "Resource": "arn:aws:codepipeline:eu-west-1:111122223333:shop",
        "Targets": [{"TargetType": "SNS", "TargetAddress": TOPIC}],
    },
}


def on_event(source: str, **target: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "EventPattern": {"source": [source]},
            "Targets": [{"Id": "told", "Arn": TOPIC, **target}],
        },
    }


def topic(key: Any = None) -> dict[str, Any]:
    properties = {} if key is None else {"KmsMasterKeyId": key}
    return {"Type": "AWS::SNS::Topic", "Properties": properties}


def admitting(service: str, actions: list[str]) -> dict[str, Any]:
    principal = {"Service": service}
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*", "Principal": principal}
    return {"Statement": [statement]}


def topic_policy(service: str) -> dict[str, Any]:
    document = admitting(service, ["sns:Publish"])
    return {
        "Type": "AWS::SNS::TopicPolicy",
        "Properties": {"Topics": [TOPIC], "PolicyDocument": document},
    }


@pytest.fixture(scope="session")
def find(contributions: Contributions) -> Find:
    """What one rule finds in a template, given as its resources."""
    rules = {rule.id: rule for rule in contributions.rules}

    def found(rule: str, **resources: Any) -> tuple[Finding, ...]:
        text = json.dumps({"Resources": resources})
        return findings_in(text, rules[rule], contributions, "json")

    return found


def test_a_notification_rule_knows_whom_it_tells(
    graph_of: Callable[[Mapping[str, Any]], Graph],
) -> None:
    graph = graph_of({"Rule": NOTIFY, "Topic": topic()})
    (rule,) = (each for each in graph.entities if isinstance(each, NotificationRule))
    assert known(rule.of) == "arn:aws:codepipeline:eu-west-1:111122223333:shop"
    assert len(rule.targets) == 1


@pytest.mark.parametrize(
    ("rule", "policy", "confidence"),
    [
        (NOTIFY, topic_policy(NOTIFICATIONS), None),
        (NOTIFY, topic_policy(EVENTS), "high"),
        (NOTIFY, None, "medium"),
        (on_event("aws.codepipeline"), topic_policy(EVENTS), None),
        (on_event("aws.codepipeline"), topic_policy(NOTIFICATIONS), "high"),
        (on_event("aws.autoscaling"), topic_policy(NOTIFICATIONS), None),
        (on_event("aws.codepipeline", RoleArn="arn:aws:iam::111122223333:role/e"), None, None),
    ],
)
def test_the_topic_has_to_admit_the_service_that_publishes(
    rule: Any, policy: Any, confidence: str | None, find: Find
) -> None:
    resources = {"Rule": rule, "Topic": topic(), **({"Policy": policy} if policy else {})}
    found = find("notification-target-unreachable", **resources)
    assert [finding.confidence.value for finding in found] == ([confidence] if confidence else [])


def key(service: str | None) -> dict[str, Any]:
    properties = {}
    if service is not None:
        document = admitting(service, ["kms:GenerateDataKey*", "kms:Decrypt"])
        properties = {"KeyPolicy": document}
    return {"Type": "AWS::KMS::Key", "Properties": properties}


ALIAS = {
    "Type": "AWS::KMS::Alias",
    "Properties": {"AliasName": "alias/told", "TargetKeyId": {"Ref": "Key"}},
}


@pytest.mark.parametrize(
    ("encrypted_with", "resources", "flagged"),
    [
        ("alias/aws/sns", {}, True),
        (None, {}, False),
        ({"Ref": "Key"}, {"Key": key(NOTIFICATIONS)}, False),
        ({"Ref": "Key"}, {"Key": key(EVENTS)}, True),
        ({"Ref": "Key"}, {"Key": key(None)}, True),
        ({"Ref": "Alias"}, {"Key": key(EVENTS), "Alias": ALIAS}, True),
        ({"Ref": "Alias"}, {"Key": key(NOTIFICATIONS), "Alias": ALIAS}, False),
        ("alias/elsewhere", {}, False),
    ],
)
def test_the_key_of_the_topic_has_to_admit_the_service_that_publishes(
    encrypted_with: Any, resources: Mapping[str, Any], flagged: bool, find: Find
) -> None:
    found = find(
        "approval-sns-topic-encryption", Rule=NOTIFY, Topic=topic(encrypted_with), **resources
    )
    assert bool(found) is flagged
