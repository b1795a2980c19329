"""Stacks of OpsWorks, as policies and deployments refer to them."""

from passrole import ResourceType

RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::OpsWorks::Stack",
        terraform="aws_opsworks_stack",
        arn="arn:{partition}:opsworks:{region}:{account}:stack/{id}/",
        ref="id",
        terraform_attributes={"arn": "arn", "id": "id", "name": "name"},
        fields={"name": ("Name", "name")},
        source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-opsworks-stack.html",
    ),
)
