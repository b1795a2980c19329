"""``AWS::Serverless::Function``: the function, its role, versions, aliases, deployments.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
"""

from __future__ import annotations

from passrole.documents.nodes import Mapping, Node
from passrole.stacks.cloudformation.generated import Data
from passrole.stacks.cloudformation.scope import call_of
from passrole.stacks.cloudformation.transforms.sam.desk import (
    Declared,
    Desk,
    attribute,
    branches,
    is_no_value,
    reference,
)
from passrole.stacks.cloudformation.transforms.sam.destinations import (
    dead_letters,
    invocation_results,
    opposite,
)
from passrole.stacks.cloudformation.transforms.sam.events import function_events
from passrole.stacks.cloudformation.transforms.sam.roles import (
    Policies,
    aws_managed,
    role_properties,
    trust_of,
    written_policies,
)
from passrole.stacks.cloudformation.transforms.walking import plain_text

_OWN = frozenset(
    (
        # Read by SAM, and no property of AWS::Lambda::Function.
        "AssumeRolePolicyDocument", "AutoPublishAlias", "AutoPublishAliasAllProperties",
        "AutoPublishCodeSha256", "CodeUri", "DeadLetterQueue", "DeploymentPreference",
        "EventInvokeConfig", "Events", "FunctionUrlConfig", "ImageUri", "InlineCode",
        "PermissionsBoundary", "Policies", "PropagateTags", "ProvisionedConcurrencyConfig",
        "PublishToLatestPublished", "Role", "RolePath", "SourceKMSKeyArn", "Tags", "Tracing",
        "VersionDeletionPolicy", "VersionDescription",
    )
)  # fmt: skip

_LONGEST_ALIAS = 128


def expand_function(desk: Desk, owner: Declared) -> None:
    """The function and all that SAM makes for it."""
    role_id = f"{owner.id}Role"
    properties: dict[str, Data] = {
        key.text: value for key, value in owner.properties.pairs if key.text not in _OWN
    }
    tags = tag_list(desk, "lambda:createdBy", owner.get("Tags"), owner.node)
    properties["Code"] = _code(desk, owner)
    properties["Tags"] = tags
    tracing, queue = owner.get("Tracing"), owner.get("DeadLetterQueue")
    if tracing is not None:
        properties["TracingConfig"] = {"Mode": tracing}
    if isinstance(queue, Mapping):
        properties["DeadLetterConfig"] = {"TargetArn": queue.get("TargetArn") or queue}
    policies = _policies(desk, owner, role_id)
    function_events(desk, owner, policies, _invoked(desk, owner))
    trust = owner.get("AssumeRolePolicyDocument") or trust_of("lambda")
    role = role_properties(owner, trust, policies, tags)
    properties["Role"] = _role(desk, owner, role_id, role)
    desk.replace(owner, "AWS::Lambda::Function", properties)
    _deployment(desk, owner)
    if owner.get("FunctionUrlConfig") is not None:
        target: Data = {"TargetFunctionArn": reference(owner.id)}
        desk.add(owner, f"{owner.id}Url", "AWS::Lambda::Url", target)


def tag_list(desk: Desk, created_by: str, tags: Node | None, at: Node) -> Data:
    """Tags as the services take them, with the one that SAM adds."""
    first: Data = {"Key": created_by, "Value": "SAM"}
    if tags is None:
        return [first]
    if not isinstance(tags, Mapping) or call_of(tags) is not None:
        return desk.workshop.unknown("the tags are not known", at)
    return [first, *({"Key": key, "Value": value} for key, value in tags.pairs)]


def _policies(desk: Desk, owner: Declared, role_id: str) -> Policies:
    """What the function's own role gets, but for its events."""
    durable = owner.get("DurableConfig") is not None
    basic = "AWSLambdaBasicDurableExecutionRolePolicy" if durable else "AWSLambdaBasicExecutionRole"
    found = Policies([aws_managed(f"service-role/{basic}")], [])
    tracing = owner.get("Tracing")
    if tracing is not None and desk.text(tracing) != "Disabled":
        found.managed.append(aws_managed("AWSXrayWriteOnlyAccess"))
    if owner.get("VpcConfig") is not None:
        found.managed.append(aws_managed("service-role/AWSLambdaVPCAccessExecutionRole"))
    queue, results = owner.get("DeadLetterQueue"), owner.get("EventInvokeConfig")
    if queue is not None:
        found.inline.append(dead_letters(desk, queue))
    if results is not None:
        found.inline.extend(invocation_results(desk, owner, results))
    written = written_policies(desk, owner, role_id)
    found.managed.extend(written.managed)
    found.inline.extend(written.inline)
    return found


def _role(desk: Desk, owner: Declared, role_id: str, properties: Data) -> Data:
    """The ``Role`` of the function; a role is made where, or as far as, none is given."""
    given = owner.get("Role")
    arn = attribute(role_id)
    if given is None:
        desk.add(owner, role_id, "AWS::IAM::Role", properties)
        return arn
    choice = branches(given)
    if choice is None or not any(is_no_value(value) for value in choice[1:]):
        return given
    name, then, otherwise = choice
    condition = plain_text(name)
    if is_no_value(then) and is_no_value(otherwise):
        desk.add(owner, role_id, "AWS::IAM::Role", properties)
        return arn
    if condition is not None and is_no_value(otherwise):
        condition = opposite(desk, condition, given)
    desk.add(owner, role_id, "AWS::IAM::Role", properties, condition=condition)
    parts: list[Data] = [arn if is_no_value(value) else value for value in (then, otherwise)]
    return {"Fn::If": [name, *parts]}


def _code(desk: Desk, owner: Declared) -> Data:
    inline, image, uri = (owner.get(name) for name in ("InlineCode", "ImageUri", "CodeUri"))
    if inline is not None:
        return {"ZipFile": inline}
    if image is not None:
        return {"ImageUri": image}
    if isinstance(uri, Mapping) and call_of(uri) is None:
        names = {"Bucket": "S3Bucket", "Key": "S3Key", "Version": "S3ObjectVersion"}
        return {names.get(key.text, key.text): value for key, value in uri.pairs}
    text = plain_text(uri) or ""
    bucket, _, key = text.removeprefix("s3://").partition("/")
    if text.startswith("s3://") and key:
        return {"S3Bucket": bucket, "S3Key": key}
    if uri is not None:
        return uri  # a folder, which is uploaded when the stack is deployed
    return desk.workshop.unknown("where the code is, the template does not say", owner.key)


def _invoked(desk: Desk, owner: Declared) -> Data:
    """The ARN that events invoke: of the function, or of the alias that ``AutoPublishAlias`` makes.

    SAM adds a digest to the logical id of the version.
    """
    alias = owner.get("AutoPublishAlias")
    if alias is None:
        return attribute(owner.id)
    version: Data = {"FunctionName": reference(owner.id)}
    version_id = desk.add(owner, f"{owner.id}Version", "AWS::Lambda::Version", version)
    desk.renamed[f"{owner.id}.Version"] = version_id
    name = desk.text(alias)
    if name is None or len(name) > _LONGEST_ALIAS:
        return desk.workshop.unknown("the name of the alias is not known", alias)
    properties: Data = {
        "Name": desk.workshop.scalar(name, alias),
        "FunctionName": reference(owner.id),
        "FunctionVersion": attribute(version_id, "Version"),
    }
    alias_id = desk.add(owner, f"{owner.id}Alias{name}", "AWS::Lambda::Alias", properties)
    desk.renamed[f"{owner.id}.Alias"] = alias_id
    return reference(alias_id)


def _deployment(desk: Desk, owner: Declared) -> None:
    """Gradual deployments: an application, a role for all functions, a group for each.

    Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-deploymentpreference.html
    """
    preference = owner.get("DeploymentPreference")
    if not isinstance(preference, Mapping):
        return
    if (desk.text(preference.get("Enabled")) or "true").lower() == "false":
        return
    application, role_id = "ServerlessDeploymentApplication", "CodeDeployServiceRole"
    desk.add(owner, application, "AWS::CodeDeploy::Application", {"ComputePlatform": "Lambda"})
    role: Data | None = preference.get("Role")
    if role is None:
        properties: Data = {
            "AssumeRolePolicyDocument": trust_of("codedeploy"),
            "ManagedPolicyArns": [aws_managed("service-role/AWSCodeDeployRoleForLambda")],
        }
        desk.add(owner, role_id, "AWS::IAM::Role", properties)
        role = attribute(role_id)
    group: Data = {"ApplicationName": reference(application), "ServiceRoleArn": role}
    desk.add(owner, f"{owner.id}DeploymentGroup", "AWS::CodeDeploy::DeploymentGroup", group)
