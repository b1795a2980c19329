"""Functions, their aliases and versions."""

from collections.abc import Iterator

from passrole import (
    Absent,
    Function,
    PolicyKind,
    Record,
    Resource,
    ResourcePolicy,
    ResourceType,
    Text,
    Value,
    literal,
    read_policy,
)


def read_function(resource: Resource) -> Iterator[Function]:
    """One function with its execution role."""
    yield Function(resource, role=resource["role"])


def read_permission(resource: Resource) -> Iterator[ResourcePolicy]:
    """One statement of a function's policy, as the service makes it of the permission."""
    conditions: dict[str, dict[str, Value]] = {}
    for field, operator, key in CONDITIONS:
        if not isinstance(resource[field], Absent):
            conditions.setdefault(operator, {})[key] = resource[field]
    written: dict[str, Value] = {
        "Effect": literal("Allow", resource.origin),
        "Action": resource["action"],
        "Principal": _principal(resource["principal"]),
        "Resource": resource["of"],
    }
    if conditions:
        blocks = {operator: Record(keys) for operator, keys in conditions.items()}
        written["Condition"] = Record(blocks, resource.origin)
    document = Record({"Statement": Record(written, resource.origin)}, resource.origin)
    policy = read_policy(document, PolicyKind.RESOURCE, resource.id, as_written=False)
    yield ResourcePolicy(resource, of=resource["of"], policy=policy, kind=Function)


def _principal(written: Value) -> Value:
    """A service where it looks like one, else an account or an ARN."""
    text = written.known() if isinstance(written, Text) else None
    if text == "*":
        return written
    if text is not None and "." in text and not text.startswith("arn:"):
        return Record({"Service": written}, written.origin)
    return Record({"AWS": written}, written.origin) if isinstance(written, Text) else written


CONDITIONS = (
    ("source arn", "ArnLike", "AWS:SourceArn"),
    ("source account", "StringEquals", "AWS:SourceAccount"),
    ("organization", "StringEquals", "aws:PrincipalOrgID"),
    ("token", "StringEquals", "lambda:EventSourceToken"),
    ("url auth", "StringEquals", "lambda:FunctionUrlAuthType"),
)

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
    ResourceType(
        cloudformation="AWS::Lambda::Permission",
        terraform="aws_lambda_permission",
        ref="id",
        attributes={"Id": "id"},
        fields={
            "of": ("FunctionName", "function_name"),
            "action": ("Action", "action"),
            "principal": ("Principal", "principal"),
            "source arn": ("SourceArn", "source_arn"),
            "source account": ("SourceAccount", "source_account"),
            "organization": ("PrincipalOrgID", "principal_org_id"),
            "token": ("EventSourceToken", "event_source_token"),
            "url auth": ("FunctionUrlAuthType", "function_url_auth_type"),
        },
        read=read_permission,
        source=f"{CFN}aws-resource-lambda-permission.html",
    ),
    ResourceType(
        cloudformation="AWS::Lambda::LayerVersionPermission",
        terraform="aws_lambda_layer_version_permission",
        ref="id",
        attributes={"Id": "id"},
        fields={
            "of": ("LayerVersionArn", "layer_name"),
            "action": ("Action", "action"),
            "principal": ("Principal", "principal"),
            "organization": ("OrganizationId", "organization_id"),
        },
        read=read_permission,
        source=f"{CFN}aws-resource-lambda-layerversionpermission.html",
    ),
)
