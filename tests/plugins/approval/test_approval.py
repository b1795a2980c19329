"""Manual approvals and the topics they publish to."""

from passrole import Certainty, Given, ResourcePolicy, Topic, Via, known
from passrole.asking import read_entities
from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes
from passrole_aws.approval.providers import MANUAL
from passrole_aws.approval.resources import RESOURCE_TYPES


def test_an_approval_needs_nothing_unless_it_is_announced() -> None:
    assert {need.when for need in MANUAL.needs} == {Given("NotificationArn")}
    assert MANUAL.artifacts is None


def test_publishing_is_certain_and_the_key_of_the_topic_is_not() -> None:
    found = {need.iam_action: need for need in MANUAL.needs}
    assert found["sns:Publish"].resource == "{NotificationArn}"
    assert found["sns:Publish"].certainty is Certainty.HIGH
    assert found["kms:Decrypt"].resource == Via("NotificationArn", ((Topic, "key"),))
    assert found["kms:GenerateDataKey"].certainty is Certainty.LOW
    assert found["kms:Decrypt"].rule == "approval-sns-topic-encryption"
    assert all(need.source.startswith("https://") for need in MANUAL.needs)


def test_a_topic_is_known_by_its_arn() -> None:
    document = parse(
        "topics.yaml",
        b"""\
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: approvals, KmsMasterKeyId: alias/own}
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Statement: [{Effect: Allow, Action: sns:Publish, Principal: "*", Resource: "*"}]
""",
        Limits(),
    )
    stacks = read_stacks([document], ResourceTypes.of(RESOURCE_TYPES), Deployment())
    (topic, policy), crashes = read_entities(stacks)
    assert crashes == []
    assert isinstance(topic, Topic)
    assert str(topic.resource.arn) == "arn:aws:sns:${region}:${account}:approvals"
    assert known(topic.key) == "alias/own"
    assert isinstance(policy, ResourcePolicy)
    assert policy.of == topic.resource.arn
    assert len(policy.policy.statements) == 1


def test_a_policy_that_is_written_in_the_topic_is_the_topics() -> None:
    document = parse(
        "topics.tf.json",
        b"""\
{"resource": {"aws_sns_topic": {"told": {"name": "told", "policy":
  "{\\"Statement\\": [{\\"Effect\\": \\"Allow\\", \\"Action\\": \\"sns:Publish\\", \\"Principal\\": \\"*\\"}]}"
}}}}
""",
        Limits(),
    )
    stacks = read_stacks([document], ResourceTypes.of(RESOURCE_TYPES), Deployment())
    (topic,), crashes = read_entities(stacks)
    assert crashes == []
    assert [policy.kind for policy in topic.policies] == ["resource"]
