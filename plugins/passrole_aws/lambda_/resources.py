"""Functions, their aliases and versions."""

from collections.abc import Iterator

from passrole import Function, Resource, ResourceType


def read_function(resource: Resource) -> Iterator[Function]:
    """One function with its execution role."""
    yield Function(resource, role=resource["role"])


CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
FUNCTION = "arn:{partition}:lambda:{region}:{account}:function:{name}"
# A function may be given by its name or by its ARN: no field, so its name stays a hole.
ON_FUNCTION = "arn:{partition}:lambda:{region}:{account}:function:{function name}"

RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::Lambda::Function",
        terraform="aws_lambda_function",
        arn=FUNCTION,
        attributes={"Arn": "arn"},
        terraform_attributes={
            "arn": "arn",
            "id": "name",
            "function_name": "name",
            "qualified_arn": f"{FUNCTION}:{{id}}",
        },
        fields={"name": ("FunctionName", "function_name"), "role": ("Role", "role")},
        read=read_function,
        source=f"{CFN}aws-resource-lambda-function.html",
    ),
    ResourceType(
        cloudformation="AWS::Serverless::Function",
        arn=FUNCTION,
        attributes={"Arn": "arn"},
        fields={"name": ("FunctionName", ""), "role": ("Role", "")},
        read=read_function,
        source="https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html",
    ),
    ResourceType(
        cloudformation="AWS::Lambda::Alias",
        terraform="aws_lambda_alias",
        arn=f"{ON_FUNCTION}:{{name}}",
        ref="arn",
        attributes={"AliasArn": "arn"},
        terraform_attributes={"arn": "arn", "id": "arn", "name": "name"},
        fields={"name": ("Name", "name")},
        source=f"{CFN}aws-resource-lambda-alias.html",
    ),
    ResourceType(
        cloudformation="AWS::Lambda::Version",
        arn=f"{ON_FUNCTION}:{{id}}",
        ref="arn",
        attributes={"FunctionArn": "arn", "Version": "id"},
        source=f"{CFN}aws-resource-lambda-version.html",
    ),
)
