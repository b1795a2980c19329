"""Repositories of images, the registry, and their policies."""

from collections.abc import Iterator

from passrole import (
    PolicyKind,
    Resource,
    ResourcePolicy,
    ResourceType,
    read_policy,
    written_policy,
)
from passrole_aws.ecr.entities import ImageRepository

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
TERRAFORM = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/"
REGISTRY = "{account}.dkr.ecr.{region}.amazonaws.com/{name}"


def read_repository(resource: Resource) -> Iterator[ImageRepository]:
    """One repository, and the policy that is written in it."""
    yield ImageRepository(resource, policy=written_policy(resource))


def read_repository_policy(resource: Resource) -> Iterator[ResourcePolicy]:
    """The policy of one repository, or of the registry as a whole."""
    policy = read_policy(resource["policy"], PolicyKind.RESOURCE, resource.id)
    yield ResourcePolicy(resource, of=resource["of"], policy=policy, kind=ImageRepository)


RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::ECR::Repository",
        terraform="aws_ecr_repository",
        arn="arn:{partition}:ecr:{region}:{account}:repository/{name}",
        attributes={"Arn": "arn", "RepositoryUri": REGISTRY},
        terraform_attributes={
            "arn": "arn", "id": "name", "name": "name", "repository_url": REGISTRY,
            "registry_id": "{account}",
        },
        fields={"name": ("RepositoryName", "name"), "policy": ("RepositoryPolicyText", "")},
        read=read_repository,
        source=f"{CFN}aws-resource-ecr-repository.html",
    ),
    ResourceType(
        cloudformation="AWS::ECR::PublicRepository",
        terraform="aws_ecrpublic_repository",
        arn="arn:{partition}:ecr-public::{account}:repository/{name}",
        attributes={"Arn": "arn"},
        terraform_attributes={"arn": "arn", "id": "name", "repository_name": "name"},
        fields={
            "name": ("RepositoryName", "repository_name"),
            "policy": ("RepositoryPolicyText", ""),
        },
        read=read_repository,
        source=f"{CFN}aws-resource-ecr-publicrepository.html",
    ),
    ResourceType(
        terraform="aws_ecr_repository_policy",
        terraform_attributes={"id": "{of}", "repository": "{of}"},
        fields={"of": ("", "repository"), "policy": ("", "policy")},
        read=read_repository_policy,
        source=f"{TERRAFORM}ecr_repository_policy",
    ),
    ResourceType(
        terraform="aws_ecrpublic_repository_policy",
        terraform_attributes={"id": "{of}", "repository_name": "{of}"},
        fields={"of": ("", "repository_name"), "policy": ("", "policy")},
        read=read_repository_policy,
        source=f"{TERRAFORM}ecrpublic_repository_policy",
    ),
    ResourceType(
        cloudformation="AWS::ECR::RegistryPolicy",
        terraform="aws_ecr_registry_policy",
        ref="id",
        fields={"policy": ("PolicyText", "policy")},
        read=read_repository_policy,
        source=f"{CFN}aws-resource-ecr-registrypolicy.html",
    ),
)  # fmt: skip
