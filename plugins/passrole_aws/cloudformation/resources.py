"""Stacks, as policies and deployments refer to them. They are read by the core, not as entities."""

from passrole import ResourceType

RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::CloudFormation::Stack",
        terraform="aws_cloudformation_stack",
        arn="arn:{partition}:cloudformation:{region}:{account}:stack/{name}/{id}",
        name="name",
        ref="arn",
        terraform_attributes={"id": "arn", "name": "name"},
        # CloudFormation makes up the name of a nested stack.
        fields={"name": ("", "name")},
        source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudformation-stack.html",
    ),
)
