"""Secrets and their policies."""

from collections.abc import Iterator

from passrole import (
    PolicyKind,
    Resource,
    ResourcePolicy,
    ResourceType,
    read_policy,
    written_policy,
)
from passrole_aws.secretsmanager.entities import Secret

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"


def read_secret(resource: Resource) -> Iterator[Secret]:
    """One secret, and the policy that is written in it."""
    yield Secret(resource, policy=written_policy(resource))


def read_secret_policy(resource: Resource) -> Iterator[ResourcePolicy]:
    """The policy of one secret."""
    policy = read_policy(resource["policy"], PolicyKind.RESOURCE, resource.id)
    yield ResourcePolicy(resource, of=resource["of"], policy=policy, kind=Secret)


RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::SecretsManager::Secret",
        terraform="aws_secretsmanager_secret",
        arn="arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{id}",
        ref="arn",
        attributes={"Id": "arn"},
        terraform_attributes={"arn": "arn", "id": "arn", "name": "name"},
        fields={"name": ("Name", "name"), "policy": ("", "policy")},
        read=read_secret,
        source=f"{CFN}aws-resource-secretsmanager-secret.html",
    ),
    ResourceType(
        cloudformation="AWS::SecretsManager::ResourcePolicy",
        terraform="aws_secretsmanager_secret_policy",
        ref="{of}",
        attributes={"Id": "{of}"},
        terraform_attributes={"id": "{of}", "secret_arn": "{of}"},
        fields={"of": ("SecretId", "secret_arn"), "policy": ("ResourcePolicy", "policy")},
        read=read_secret_policy,
        source=f"{CFN}aws-resource-secretsmanager-resourcepolicy.html",
    ),
)
