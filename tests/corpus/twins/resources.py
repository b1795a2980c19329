"""One resource of CloudFormation as the resources of Terraform that say the same."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from tests.corpus.twins.arguments import Body, arguments, snake
from tests.corpus.twins.expressions import Encoded, Expression, blocks
from tests.corpus.twins.intrinsics import REFERENCES, NoTwinError, Stack
from tests.corpus.twins.pipelines import pipeline


class Twin(NamedTuple):
    """One resource of Terraform."""

    type: str
    name: str
    body: Body


def twins_of(logical_id: str, stack: Stack) -> Iterator[Twin]:
    """The resources that take the place of one of a template, the main one first."""
    resource = stack.resources[logical_id]
    type_name = resource["Type"]
    if type_name not in REFERENCES:
        raise NoTwinError(type_name)
    if "Condition" in resource:
        raise NoTwinError("Condition of a resource")
    written = resource.get("Properties", {})
    name = stack.names[logical_id]
    if type_name == "AWS::IAM::Policy":
        yield from _inline(name, written, stack)
        return
    if type_name == "AWS::SNS::TopicPolicy":
        yield from _topic_policies(name, written, stack)
        return
    terraform = REFERENCES[type_name][0]
    if type_name == "AWS::CodePipeline::Pipeline":
        yield Twin(terraform, name, pipeline(written, stack))
        return
    body = arguments(type_name, written, stack)
    for extend in BESIDE.get(type_name, ()):
        body |= dict(extend(name, written, stack))
    yield Twin(terraform, name, body)
    for split in SPLIT.get(type_name, ()):
        yield from split(name, written, stack)


def _numbered(name: str, index: int) -> str:
    return f"{name}_{index + 1}" if index else name


def _inline(name: str, written: Mapping[str, Any], stack: Stack) -> Iterator[Twin]:
    if written.get("Users") or written.get("Groups"):
        raise NoTwinError("AWS::IAM::Policy of users or groups")
    for index, role in enumerate(written["Roles"]):
        yield Twin(
            "aws_iam_role_policy",
            _numbered(name, index),
            {
                "name": stack.value(written["PolicyName"]),
                "role": stack.value(role),
                "policy": Encoded(stack.value(written["PolicyDocument"])),
            },
        )


def _topic_policies(name: str, written: Mapping[str, Any], stack: Stack) -> Iterator[Twin]:
    for index, topic in enumerate(written["Topics"]):
        policy = Encoded(stack.value(written["PolicyDocument"]))
        body = {"arn": stack.value(topic), "policy": policy}
        yield Twin("aws_sns_topic_policy", _numbered(name, index), body)


def _of_role(name: str, written: Mapping[str, Any], stack: Stack) -> Iterator[Twin]:
    return _policies_of("role", name, written, stack)


def _of_group(name: str, written: Mapping[str, Any], stack: Stack) -> Iterator[Twin]:
    return _policies_of("group", name, written, stack)


def _of_user(name: str, written: Mapping[str, Any], stack: Stack) -> Iterator[Twin]:
    yield from _policies_of("user", name, written, stack)
    if "Groups" in written:
        user = Expression(f"aws_iam_user.{name}.name")
        body = {"user": user, "groups": stack.value(written["Groups"])}
        yield Twin("aws_iam_user_group_membership", name, body)


def _policies_of(kind: str, name: str, written: Mapping[str, Any], stack: Stack) -> Iterator[Twin]:
    """The policies of a role, a user or a group, each a resource of its own."""
    holder = {kind: Expression(f"aws_iam_{kind}.{name}.name")}
    for index, policy in enumerate(written.get("Policies", ())):
        body = {
            "name": stack.value(policy["PolicyName"]),
            "policy": Encoded(stack.value(policy["PolicyDocument"])),
        }
        yield Twin(f"aws_iam_{kind}_policy", _numbered(name, index), body | holder)
    for index, managed in enumerate(written.get("ManagedPolicyArns", ())):
        body = {"policy_arn": stack.value(managed)}
        yield Twin(f"aws_iam_{kind}_policy_attachment", _numbered(name, index), body | holder)


def _attached(name: str, written: Mapping[str, Any], stack: Stack) -> Iterator[Twin]:
    for index, role in enumerate(written.get("Roles", ())):
        arn = Expression(f"aws_iam_policy.{name}.arn")
        body = {"role": stack.value(role), "policy_arn": arn}
        yield Twin("aws_iam_role_policy_attachment", _numbered(name, index), body)


def _of_bucket(name: str, written: Mapping[str, Any], stack: Stack) -> Iterator[Twin]:
    bucket = {"bucket": Expression(f"aws_s3_bucket.{name}.id")}
    kinds = {
        "BucketEncryption": "aws_s3_bucket_server_side_encryption_configuration",
        "OwnershipControls": "aws_s3_bucket_ownership_controls",
        "PublicAccessBlockConfiguration": "aws_s3_bucket_public_access_block",
        "VersioningConfiguration": "aws_s3_bucket_versioning",
    }
    for key, kind in kinds.items():
        if key not in written:
            continue
        settings = written[key]
        if key == "BucketEncryption":
            defaults = settings["ServerSideEncryptionConfiguration"][0]
            chosen = defaults["ServerSideEncryptionByDefault"]
            apply = {"sse_algorithm": chosen["SSEAlgorithm"]}
            if "KMSMasterKeyID" in chosen:
                apply["kms_master_key_id"] = stack.value(chosen["KMSMasterKeyID"])
            inner = blocks([apply])
            body: Body = {"rule": blocks([{"apply_server_side_encryption_by_default": inner}])}
        elif key == "OwnershipControls":
            ownership = settings["Rules"][0]["ObjectOwnership"]
            body = {"rule": blocks([{"object_ownership": ownership}])}
        elif key == "VersioningConfiguration":
            body = {"versioning_configuration": blocks([{"status": settings["Status"]}])}
        else:
            body = arguments("", settings, stack)
        yield Twin(kind, name, bucket | body)


def _targets(name: str, written: Mapping[str, Any], stack: Stack) -> Iterator[Twin]:
    for index, target in enumerate(written.get("Targets", ())):
        body: Body = {"rule": Expression(f"aws_cloudwatch_event_rule.{name}.name")}
        for key in ("Arn", "RoleArn", "Input"):
            if key in target:
                body[snake(key)] = stack.value(target[key])
        yield Twin("aws_cloudwatch_event_target", _numbered(name, index), body)


def _webhook(name: str, written: Mapping[str, Any], stack: Stack) -> Iterator[Twin]:
    triggers = written.get("Triggers", {})
    if triggers.get("Webhook") not in (True, "true"):
        return
    body: Body = {"project_name": Expression(f"aws_codebuild_project.{name}.name")}
    body["filter_group"] = blocks(
        {"filter": blocks(arguments("", each, stack) for each in group)}
        for group in triggers.get("FilterGroups", ())
    )
    if "PullRequestBuildPolicy" in triggers:
        policy = arguments("", triggers["PullRequestBuildPolicy"], stack)
        body["pull_request_build_policy"] = blocks([policy])
    yield Twin("aws_codebuild_webhook", name, body)


def _launch_data(name: str, written: Mapping[str, Any], stack: Stack) -> Iterable[tuple[str, Any]]:
    yield from arguments("", written["LaunchTemplateData"], stack).items()


def _instance_role(
    name: str, written: Mapping[str, Any], stack: Stack
) -> Iterable[tuple[str, Any]]:
    yield "role", stack.value(written["Roles"][0])


def _code(name: str, written: Mapping[str, Any], stack: Stack) -> Iterable[tuple[str, Any]]:
    if "Code" in written:
        yield "filename", f"{name}.zip"


Split = Callable[[str, Mapping[str, Any], Stack], Iterable[Any]]

SPLIT: Mapping[str, tuple[Split, ...]] = {
    "AWS::Events::Rule": (_targets,),
    "AWS::CodeBuild::Project": (_webhook,),
    "AWS::IAM::Group": (_of_group,),
    "AWS::IAM::ManagedPolicy": (_attached,),
    "AWS::IAM::Role": (_of_role,),
    "AWS::IAM::User": (_of_user,),
    "AWS::S3::Bucket": (_of_bucket,),
}
BESIDE: Mapping[str, tuple[Split, ...]] = {
    "AWS::EC2::LaunchTemplate": (_launch_data,),
    "AWS::IAM::InstanceProfile": (_instance_role,),
    "AWS::Lambda::Function": (_code,),
}
