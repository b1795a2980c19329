"""Queues and their policies."""

from collections.abc import Iterator

from passrole import (
    PolicyKind,
    Queue,
    Resource,
    ResourcePolicy,
    ResourceType,
    elements,
    read_policy,
    written_policy,
)

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
# What Ref gives of a queue, by which its policies name it.
URL = "https://sqs.{region}.amazonaws.com/{account}/{name}"


def read_queue(resource: Resource) -> Iterator[Queue]:
    """One queue with the key that encrypts its messages, and the policy that is written in it."""
    yield Queue(resource, policy=written_policy(resource), key=resource["key"])


def read_queue_policy(resource: Resource) -> Iterator[ResourcePolicy]:
    """The policy, once for each queue that it names."""
    policy = read_policy(resource["policy"], PolicyKind.RESOURCE, resource.id)
    for queue in elements(resource["of"]):
        yield ResourcePolicy(resource, of=queue, policy=policy, kind=Queue)


RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::SQS::Queue",
        terraform="aws_sqs_queue",
        arn="arn:{partition}:sqs:{region}:{account}:{name}",
        ref=URL,
        attributes={"Arn": "arn", "QueueName": "name", "QueueUrl": URL},
        terraform_attributes={"arn": "arn", "id": URL, "name": "name", "url": URL},
        fields={
            "name": ("QueueName", "name"),
            "key": ("KmsMasterKeyId", "kms_master_key_id"),
            "policy": ("", "policy"),
        },
        read=read_queue,
        source=f"{CFN}aws-resource-sqs-queue.html",
    ),
    ResourceType(
        cloudformation="AWS::SQS::QueuePolicy",
        terraform="aws_sqs_queue_policy",
        ref="id",
        attributes={"Id": "id"},
        terraform_attributes={"id": "{of}", "queue_url": "{of}"},
        fields={"of": ("Queues", "queue_url"), "policy": ("PolicyDocument", "policy")},
        read=read_queue_policy,
        source=f"{CFN}aws-resource-sqs-queuepolicy.html",
    ),
    ResourceType(
        cloudformation="AWS::SQS::QueueInlinePolicy",
        ref="id",
        fields={"of": ("Queue", ""), "policy": ("PolicyDocument", "")},
        read=read_queue_policy,
        source=f"{CFN}aws-resource-sqs-queueinlinepolicy.html",
    ),
)
