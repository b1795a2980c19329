"""Stack sets, as policies and deployments refer to them."""

from passrole import ResourceType

RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::CloudFormation::StackSet",
        terraform="aws_cloudformation_stack_set",
        arn="arn:{partition}:cloudformation:{region}:{account}:stackset/{name}:{id}",
        ref="{name}:{id}",
        attributes={"StackSetId": "{name}:{id}"},
        terraform_attributes={
            "arn": "arn",
            "id": "name",
            "name": "name",
            "stack_set_id": "{name}:{id}",
        },
        fields={"name": ("StackSetName", "name")},
        source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudformation-stackset.html",
    ),
)
