"""SNS topics: where a manual approval announces itself."""

from collections.abc import Iterator

from passrole import (
    PolicyKind,
    Resource,
    ResourcePolicy,
    ResourceType,
    Topic,
    elements,
    read_policy,
    written_policy,
)

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"


def read_topic(resource: Resource) -> Iterator[Topic]:
    """One topic with the key that encrypts its messages, and the policy that is written in it."""
    yield Topic(resource, policy=written_policy(resource), key=resource["key"])


def read_topic_policy(resource: Resource) -> Iterator[ResourcePolicy]:
    """The policy, once for each topic that it names."""
    policy = read_policy(resource["policy"], PolicyKind.RESOURCE, resource.id)
    for topic in elements(resource["of"]):
        yield ResourcePolicy(resource, of=topic, policy=policy, kind=Topic)


RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::SNS::Topic",
        terraform="aws_sns_topic",
        arn="arn:{partition}:sns:{region}:{account}:{name}",
        ref="arn",
        attributes={"TopicArn": "arn", "TopicName": "name"},
        terraform_attributes={"arn": "arn", "id": "arn", "name": "name"},
        fields={
            "name": ("TopicName", "name"),
            "key": ("KmsMasterKeyId", "kms_master_key_id"),
            "policy": ("", "policy"),
        },
        read=read_topic,
        source=f"{CFN}aws-resource-sns-topic.html",
    ),
    ResourceType(
        cloudformation="AWS::SNS::TopicPolicy",
        terraform="aws_sns_topic_policy",
        ref="id",
        attributes={"Id": "id"},
        terraform_attributes={"id": "{of}", "arn": "{of}"},
        fields={"of": ("Topics", "arn"), "policy": ("PolicyDocument", "policy")},
        read=read_topic_policy,
        source=f"{CFN}aws-resource-sns-topicpolicy.html",
    ),
    ResourceType(
        cloudformation="AWS::SNS::TopicInlinePolicy",
        ref="id",
        fields={"of": ("TopicArn", ""), "policy": ("PolicyDocument", "")},
        read=read_topic_policy,
        source=f"{CFN}aws-resource-sns-topicinlinepolicy.html",
    ),
)
