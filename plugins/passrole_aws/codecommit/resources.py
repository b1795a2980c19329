"""Repositories."""

from collections.abc import Iterator

from passrole import Repository, Resource, ResourceType


def read_repository(resource: Resource) -> Iterator[Repository]:
    """One repository."""
    yield Repository(resource)


RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::CodeCommit::Repository",
        terraform="aws_codecommit_repository",
        arn="arn:{partition}:codecommit:{region}:{account}:{name}",
        ref="id",
        attributes={"Arn": "arn", "Name": "name"},
        terraform_attributes={
            "arn": "arn",
            "id": "name",
            "repository_name": "name",
            "repository_id": "id",
        },
        fields={"name": ("RepositoryName", "repository_name")},
        read=read_repository,
        source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-codecommit-repository.html",
    ),
)
