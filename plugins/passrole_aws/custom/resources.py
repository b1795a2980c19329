"""Action types that somebody made: what a custom action is an instance of."""

from collections.abc import Iterator

from passrole import Resource, ResourceType
from passrole_aws.custom.entities import ActionType

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"


def read_action_type(resource: Resource) -> Iterator[ActionType]:
    """One action type."""
    yield ActionType(
        resource,
        category=resource["category"],
        provider=resource["provider"],
        version=resource["version"],
    )


RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::CodePipeline::CustomActionType",
        terraform="aws_codepipeline_custom_action_type",
        arn="arn:{partition}:codepipeline:{region}:{account}"
        ":actiontype:Custom/{category}/{provider}/{version}",
        name="provider",
        ref="id",  # inferred: the documentation calls it the name of the resource
        attributes={"Id": "id"},
        terraform_attributes={"arn": "arn"},
        fields={
            "category": ("Category", "category"),
            "provider": ("Provider", "provider_name"),
            "version": ("Version", "version"),
        },
        read=read_action_type,
        source=f"{CFN}aws-resource-codepipeline-customactiontype.html",
    ),
)
