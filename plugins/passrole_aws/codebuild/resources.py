"""Build projects."""

from collections.abc import Iterator

from passrole import BuildProject, Resource, ResourceType


def read_project(resource: Resource) -> Iterator[BuildProject]:
    """One project with its service role."""
    yield BuildProject(resource, role=resource["role"])


RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::CodeBuild::Project",
        terraform="aws_codebuild_project",
        arn="arn:{partition}:codebuild:{region}:{account}:project/{name}",
        attributes={"Arn": "arn"},
        terraform_attributes={"arn": "arn", "id": "arn", "name": "name"},
        fields={
            "name": ("Name", "name"),
            "role": ("ServiceRole", "service_role"),
        },
        read=read_project,
        source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-codebuild-project.html",
    ),
)
