"""Products, as policies and deployments refer to them."""

from passrole import ResourceType

RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::ServiceCatalog::CloudFormationProduct",
        terraform="aws_servicecatalog_product",
        arn="arn:{partition}:catalog:{region}:{account}:product/{id}",
        ref="id",
        attributes={"ProductName": "name"},
        terraform_attributes={"arn": "arn", "id": "id", "name": "name"},
        fields={"name": ("Name", "name")},
        source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-servicecatalog-cloudformationproduct.html",
    ),
)
