"""Every policy of a resource is read, wherever it is written, and is that resource's."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from passrole import Entity, Text, Unknown
from passrole.asking import read_entities
from passrole.contributions import Contributions
from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.graph.questions import Graph
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes

POLICY = {"Statement": [{"Effect": "Allow", "Action": "x:Y", "Principal": "*", "Resource": "*"}]}
TEXT = json.dumps(POLICY)
OWNER = {"Ref": "Owner"}
ARN = {"Fn::GetAtt": ["Owner", "Arn"]}

CLOUDFORMATION: dict[str, tuple[dict[str, Any], dict[str, Any] | None]] = {
    "bucket": ({"Type": "AWS::S3::Bucket"}, {"Type": "AWS::S3::BucketPolicy", "Bucket": OWNER, "PolicyDocument": POLICY}),
    "key": ({"Type": "AWS::KMS::Key", "KeyPolicy": POLICY}, None),
    "replica": ({"Type": "AWS::KMS::ReplicaKey", "KeyPolicy": POLICY}, None),
    "topic": ({"Type": "AWS::SNS::Topic"}, {"Type": "AWS::SNS::TopicPolicy", "Topics": [OWNER], "PolicyDocument": POLICY}),
    "topic, inline": ({"Type": "AWS::SNS::Topic"}, {"Type": "AWS::SNS::TopicInlinePolicy", "TopicArn": OWNER, "PolicyDocument": POLICY}),
    "queue": ({"Type": "AWS::SQS::Queue"}, {"Type": "AWS::SQS::QueuePolicy", "Queues": [OWNER], "PolicyDocument": POLICY}),
    "images": ({"Type": "AWS::ECR::Repository", "RepositoryPolicyText": POLICY}, None),
    "images as text": ({"Type": "AWS::ECR::Repository", "RepositoryPolicyText": TEXT}, None),
    "bus": ({"Type": "AWS::Events::EventBus", "Name": "b"}, {"Type": "AWS::Events::EventBusPolicy", "EventBusName": OWNER, "Statement": POLICY["Statement"][0]}),
    "secret": ({"Type": "AWS::SecretsManager::Secret"}, {"Type": "AWS::SecretsManager::ResourcePolicy", "SecretId": OWNER, "ResourcePolicy": POLICY}),
    "function": ({"Type": "AWS::Lambda::Function"}, {"Type": "AWS::Lambda::Permission", "FunctionName": ARN, "Action": "x:Y", "Principal": "*"}),
    "function by name": ({"Type": "AWS::Lambda::Function"}, {"Type": "AWS::Lambda::Permission", "FunctionName": OWNER, "Action": "x:Y", "Principal": "sns.amazonaws.com"}),
    "vault": ({"Type": "AWS::Backup::BackupVault", "BackupVaultName": "v", "AccessPolicy": POLICY}, None),
    "table": ({"Type": "AWS::DynamoDB::Table", "ResourcePolicy": {"PolicyDocument": POLICY}}, None),
    "endpoint": ({"Type": "AWS::EC2::VPCEndpoint", "PolicyDocument": POLICY}, None),
    "files": ({"Type": "AWS::EFS::FileSystem", "FileSystemPolicy": POLICY}, None),
    "access point": ({"Type": "AWS::S3::AccessPoint", "Policy": POLICY}, None),
    "packages": ({"Type": "AWS::CodeArtifact::Domain", "DomainName": "d", "PermissionsPolicyDocument": POLICY}, None),
}  # fmt: skip

TERRAFORM: dict[str, tuple[dict[str, Any], dict[str, Any] | None]] = {
    "bucket": ({"aws_s3_bucket": {}}, {"aws_s3_bucket_policy": {"bucket": "${aws_s3_bucket.owner.id}", "policy": TEXT}}),
    "key": ({"aws_kms_key": {"policy": TEXT}}, None),
    "key, apart": ({"aws_kms_key": {}}, {"aws_kms_key_policy": {"key_id": "${aws_kms_key.owner.id}", "policy": TEXT}}),
    "topic": ({"aws_sns_topic": {"policy": TEXT}}, None),
    "topic, apart": ({"aws_sns_topic": {}}, {"aws_sns_topic_policy": {"arn": "${aws_sns_topic.owner.arn}", "policy": TEXT}}),
    "queue": ({"aws_sqs_queue": {"policy": TEXT}}, None),
    "queue, apart": ({"aws_sqs_queue": {}}, {"aws_sqs_queue_policy": {"queue_url": "${aws_sqs_queue.owner.url}", "policy": TEXT}}),
    "images": ({"aws_ecr_repository": {"name": "r"}}, {"aws_ecr_repository_policy": {"repository": "${aws_ecr_repository.owner.name}", "policy": TEXT}}),
    "secret": ({"aws_secretsmanager_secret": {}}, {"aws_secretsmanager_secret_policy": {"secret_arn": "${aws_secretsmanager_secret.owner.arn}", "policy": TEXT}}),
    "function": ({"aws_lambda_function": {"function_name": "f"}}, {"aws_lambda_permission": {"function_name": "${aws_lambda_function.owner.function_name}", "action": "x:Y", "principal": "*"}}),
    "endpoint": ({"aws_vpc_endpoint": {"policy": TEXT}}, None),
    "domain": ({"aws_opensearch_domain": {"domain_name": "d"}}, {"aws_opensearch_domain_policy": {"domain_name": "${aws_opensearch_domain.owner.domain_name}", "access_policies": TEXT}}),
}  # fmt: skip


def read(contributions: Contributions, name: str, data: object) -> Graph:
    document = parse(name, json.dumps(data).encode(), Limits())
    types = ResourceTypes.of(contributions.resource_types)
    entities, crashes = read_entities(read_stacks([document], types, Deployment()))
    assert not crashes
    return Graph(entities, ())


def of_template(contributions: Contributions, resources: Mapping[str, Any]) -> Graph:
    written = {}
    for name, resource in resources.items():
        properties = {key: value for key, value in resource.items() if key != "Type"}
        written[name] = {"Type": resource["Type"], "Properties": properties}
    return read(contributions, "template.json", {"Resources": written})


def actions(graph: Graph, owner: Entity) -> list[str]:
    policy = graph.policy_of(owner)
    assert policy is not None
    return [str(action) for each in policy.statements for action in each.actions]


@pytest.mark.parametrize("case", CLOUDFORMATION)
def test_in_a_template(case: str, contributions: Contributions) -> None:
    owner, policy = CLOUDFORMATION[case]
    graph = of_template(contributions, {"Owner": owner} | ({"Policy": policy} if policy else {}))
    (entity,) = (each for each in graph.entities if each.resource.id == "Owner")
    assert actions(graph, entity) == ["x:Y"]
    assert [each.policy.kind for each in graph.documents] == ["resource"]
    assert not any(each.policy.problems for each in graph.documents)


@pytest.mark.parametrize("case", TERRAFORM)
def test_in_terraform(case: str, contributions: Contributions) -> None:
    owner, policy = TERRAFORM[case]
    written = [*owner.items(), *(policy.items() if policy else ())]
    resources = {type_: {"owner": arguments} for type_, arguments in written}
    graph = read(contributions, "main.tf.json", {"resource": resources})
    (entity,) = (each for each in graph.entities if each.resource.type_name in owner)
    assert actions(graph, entity) == ["x:Y"]
    assert [each.policy.kind for each in graph.documents] == ["resource"]
    assert not any(each.policy.problems for each in graph.documents)


@pytest.mark.parametrize(
    ("type_", "document"),
    [
        ("AWS::Logs::ResourcePolicy", "PolicyDocument"),
        ("AWS::ECR::RegistryPolicy", "PolicyText"),
        ("AWS::Organizations::ResourcePolicy", "Content"),
        ("AWS::XRay::ResourcePolicy", "PolicyDocument"),
        ("AWS::VpcLattice::AuthPolicy", "Policy"),
        ("aws_glue_resource_policy", "policy"),
        ("aws_cloudwatch_log_resource_policy", "policy_document"),
        ("aws_codebuild_resource_policy", "policy"),
    ],
)
def test_a_policy_of_what_is_no_resource_of_the_tree_is_a_document_too(
    type_: str, document: str, contributions: Contributions
) -> None:
    graph = (
        of_template(contributions, {"Policy": {"Type": type_, document: TEXT}})
        if "::" in type_
        else read(contributions, "m.tf.json", {"resource": {type_: {"it": {document: TEXT}}}})
    )
    (found,) = graph.documents
    assert [str(each.actions[0]) for each in found.policy.statements] == ["x:Y"]
    assert found.location.line == 1


def test_the_permissions_of_a_function_have_a_say_together(contributions: Contributions) -> None:
    def permission(service: str, **more: object) -> dict[str, object]:
        return {
            "Type": "AWS::Lambda::Permission",
            "FunctionName": OWNER,
            "Action": "lambda:InvokeFunction",
            "Principal": service,
            **more,
        }

    graph = of_template(
        contributions,
        {
            "Owner": {"Type": "AWS::Lambda::Function"},
            "One": permission("events.amazonaws.com", SourceArn="arn:aws:events:x"),
            "Two": permission("111122223333", SourceAccount="111122223333"),
        },
    )
    policy = graph.policy_of(graph.entities[0])
    assert policy is not None
    one, two = policy.statements
    assert [str(each.operator) for each in (*one.conditions, *two.conditions)
            if not isinstance(each, Unknown)] == ["ArnLike", "StringEquals"]  # fmt: skip
    principals = [each for statement in (one, two) for each in statement.principals]
    assert [
        (each.kind, each.value.known())
        for each in principals
        if not isinstance(each, Unknown) and isinstance(each.value, Text)
    ] == [("Service", "events.amazonaws.com"), ("AWS", "111122223333")]


def test_a_bucket_policy_under_a_condition_has_a_say_in_its_world_only(
    contributions: Contributions,
) -> None:
    template = {
        "Parameters": {"Env": {"Type": "String"}},
        "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Env"}, "prod"]}},
        "Resources": {
            "Owner": {"Type": "AWS::S3::Bucket"},
            "Policy": {
                "Type": "AWS::S3::BucketPolicy",
                "Condition": "Prod",
                "Properties": {"Bucket": OWNER, "PolicyDocument": POLICY},
            },
        },
    }
    graph = read(contributions, "template.json", template)
    policy = graph.policy_of(graph.entities[0])
    assert policy is not None
    assert [each.world.describe() for each in policy.statements] == ["Env is prod"]


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        ("SERVICE_CONTROL_POLICY", ["scp"]),
        ("RESOURCE_CONTROL_POLICY", ["rcp"]),
        ("TAG_POLICY", []),
    ],
)
def test_an_organization_has_policies_of_which_some_are_iams(
    written: str, kinds: list[str], contributions: Contributions
) -> None:
    policy = {"Type": "AWS::Organizations::Policy", "Name": "p"}
    policies = of_template(
        contributions, {"Policy": {**policy, "Type": "AWS::Organizations::Policy"}}
    )
    assert not policies.documents  # a type that is not known is no policy of IAM
    template = {
        "Resources": {
            "Policy": {
                "Type": "AWS::Organizations::Policy",
                "Properties": {"Name": "p", "Type": written, "Content": POLICY},
            }
        }
    }
    graph = read(contributions, "template.json", template)
    assert [each.policy.kind for each in graph.documents] == kinds


def test_a_permission_set_has_the_policies_that_come_to_it(contributions: Contributions) -> None:
    allow = {"Statement": [{"Effect": "Allow", "Action": "s3:A", "Resource": "*"}]}
    inline = json.dumps(allow)
    of = "${aws_ssoadmin_permission_set.it.arn}"
    in_terraform = {
        "aws_ssoadmin_permission_set": {"it": {"name": "it", "instance_arn": "arn:aws:sso:::instance/i"}},
        "aws_ssoadmin_permission_set_inline_policy": {"it": {"permission_set_arn": of, "inline_policy": inline}},
        "aws_iam_policy": {"own": {"name": "own", "policy": inline.replace("s3:A", "s3:B")}},
        "aws_ssoadmin_customer_managed_policy_attachment": {"it": {"permission_set_arn": of, "customer_managed_policy_reference": [{"name": "own"}]}},
        "aws_ssoadmin_permissions_boundary_attachment": {"it": {"permission_set_arn": of, "permissions_boundary": [{"managed_policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]}},
    }  # fmt: skip
    boundary = {"ManagedPolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    in_template = {
        "Set": {"Type": "AWS::SSO::PermissionSet", "Name": "it", "InlinePolicy": allow,
                "CustomerManagedPolicyReferences": [{"Name": "own"}], "PermissionsBoundary": boundary},
        "Own": {"Type": "AWS::IAM::ManagedPolicy", "ManagedPolicyName": "own",
                "PolicyDocument": json.loads(inline.replace("s3:A", "s3:B"))},
    }  # fmt: skip
    for graph in (
        of_template(contributions, in_template),
        read(contributions, "main.tf.json", {"resource": in_terraform}),
    ):
        (found,) = graph.principals
        granted = [str(action) for each in graph.grants_of(found) for action in each.actions]
        assert sorted(granted) == ["s3:A", "s3:B"]
        (limit,) = graph.policies.boundary(found) or ()
        assert not isinstance(limit, Unknown) and limit.name == "ReadOnlyAccess"
