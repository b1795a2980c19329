"""CloudFormation's functions and pseudo parameters as expressions of Terraform."""

import re
from collections.abc import Mapping
from typing import Any

from tests.corpus.twins.expressions import Expression, Template, Written, native, template

SECRET = re.compile(r"\{\{resolve:secretsmanager:(.+?)(?::SecretString)?:*\}\}")
HOLE = re.compile(r"\$\{([^}]+)\}")

PSEUDO = {
    "AWS::AccountId": ("aws_caller_identity", "account_id"),
    "AWS::Region": ("aws_region", "name"),
    "AWS::Partition": ("aws_partition", "partition"),
    "AWS::URLSuffix": ("aws_partition", "dns_suffix"),
}

REFERENCES: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "AWS::AutoScaling::AutoScalingGroup": ("aws_autoscaling_group", "name", {}),
    "AWS::CodeBuild::Project": ("aws_codebuild_project", "name", {"Arn": "arn"}),
    "AWS::CodeBuild::SourceCredential": ("aws_codebuild_source_credential", "arn", {}),
    "AWS::CodeCommit::Repository": (
        "aws_codecommit_repository", "repository_id", {"Arn": "arn", "Name": "repository_name"},
    ),
    "AWS::CodeConnections::Connection": (
        "aws_codeconnections_connection", "arn", {"ConnectionArn": "arn"},
    ),
    "AWS::CodeDeploy::Application": ("aws_codedeploy_app", "name", {}),
    "AWS::CodeDeploy::DeploymentGroup": (
        "aws_codedeploy_deployment_group", "deployment_group_name", {},
    ),
    "AWS::CodePipeline::CustomActionType": ("aws_codepipeline_custom_action_type", "id", {}),
    "AWS::CodePipeline::Pipeline": ("aws_codepipeline", "name", {}),
    "AWS::CodePipeline::Webhook": ("aws_codepipeline_webhook", "name", {"Url": "url"}),
    "AWS::CodeStarConnections::Connection": (
        "aws_codestarconnections_connection", "arn", {"ConnectionArn": "arn"},
    ),
    "AWS::CodeStarNotifications::NotificationRule": (
        "aws_codestarnotifications_notification_rule", "arn", {"Arn": "arn"},
    ),
    "AWS::EC2::EIP": ("aws_eip", "public_ip", {"AllocationId": "id"}),
    "AWS::EC2::InternetGateway": ("aws_internet_gateway", "id", {"InternetGatewayId": "id"}),
    "AWS::EC2::LaunchTemplate": (
        "aws_launch_template", "id",
        {"LatestVersionNumber": "latest_version", "LaunchTemplateId": "id"},
    ),
    "AWS::EC2::NatGateway": ("aws_nat_gateway", "id", {"NatGatewayId": "id"}),
    "AWS::EC2::Route": ("aws_route", "id", {}),
    "AWS::EC2::RouteTable": ("aws_route_table", "id", {"RouteTableId": "id"}),
    "AWS::EC2::SecurityGroup": ("aws_security_group", "id", {"GroupId": "id", "VpcId": "vpc_id"}),
    "AWS::EC2::SecurityGroupEgress": ("aws_vpc_security_group_egress_rule", "id", {}),
    "AWS::EC2::SecurityGroupIngress": ("aws_vpc_security_group_ingress_rule", "id", {}),
    "AWS::EC2::Subnet": ("aws_subnet", "id", {"AvailabilityZone": "availability_zone"}),
    "AWS::EC2::SubnetRouteTableAssociation": ("aws_route_table_association", "id", {}),
    "AWS::EC2::VPC": (
        "aws_vpc", "id",
        {"CidrBlock": "cidr_block", "DefaultSecurityGroup": "default_security_group_id"},
    ),
    "AWS::EC2::VPCGatewayAttachment": ("aws_internet_gateway_attachment", "id", {}),
    "AWS::ECR::Repository": (
        "aws_ecr_repository", "name", {"Arn": "arn", "RepositoryUri": "repository_url"},
    ),
    "AWS::ECS::Cluster": ("aws_ecs_cluster", "name", {"Arn": "arn"}),
    "AWS::ECS::Service": ("aws_ecs_service", "id", {"Name": "name", "ServiceArn": "id"}),
    "AWS::ECS::TaskDefinition": ("aws_ecs_task_definition", "arn", {"TaskDefinitionArn": "arn"}),
    "AWS::EKS::AccessEntry": (
        "aws_eks_access_entry", "access_entry_arn", {"AccessEntryArn": "access_entry_arn"},
    ),
    "AWS::EKS::Cluster": ("aws_eks_cluster", "name", {"Arn": "arn"}),
    "AWS::ElasticLoadBalancingV2::Listener": ("aws_lb_listener", "arn", {"ListenerArn": "arn"}),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (
        "aws_lb", "arn", {"DNSName": "dns_name", "LoadBalancerArn": "arn"},
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": (
        "aws_lb_target_group", "arn",
        {"TargetGroupArn": "arn", "TargetGroupName": "name", "TargetGroupFullName": "arn_suffix"},
    ),
    "AWS::Events::EventBusPolicy": ("aws_cloudwatch_event_permission", "id", {}),
    "AWS::Events::Rule": ("aws_cloudwatch_event_rule", "name", {"Arn": "arn"}),
    "AWS::IAM::Group": ("aws_iam_group", "name", {"Arn": "arn"}),
    "AWS::IAM::InstanceProfile": ("aws_iam_instance_profile", "name", {"Arn": "arn"}),
    "AWS::IAM::ManagedPolicy": ("aws_iam_policy", "arn", {"PolicyArn": "arn"}),
    "AWS::IAM::Policy": ("aws_iam_role_policy", "id", {}),
    "AWS::IAM::Role": ("aws_iam_role", "name", {"Arn": "arn", "RoleId": "unique_id"}),
    "AWS::IAM::User": ("aws_iam_user", "name", {"Arn": "arn"}),
    "AWS::KMS::Alias": ("aws_kms_alias", "name", {"Arn": "arn"}),
    "AWS::KMS::Key": ("aws_kms_key", "key_id", {"Arn": "arn", "KeyId": "key_id"}),
    "AWS::Lambda::Function": ("aws_lambda_function", "function_name", {"Arn": "arn"}),
    "AWS::Logs::LogGroup": ("aws_cloudwatch_log_group", "name", {"Arn": "arn"}),
    "AWS::S3::Bucket": (
        "aws_s3_bucket", "bucket",
        {
            "Arn": "arn", "DomainName": "bucket_domain_name",
            "RegionalDomainName": "bucket_regional_domain_name",
        },
    ),
    "AWS::S3::BucketPolicy": ("aws_s3_bucket_policy", "id", {}),
    "AWS::SNS::Subscription": ("aws_sns_topic_subscription", "arn", {"Arn": "arn"}),
    "AWS::SNS::Topic": ("aws_sns_topic", "arn", {"TopicArn": "arn", "TopicName": "name"}),
    "AWS::SNS::TopicPolicy": ("aws_sns_topic_policy", "id", {}),
    "AWS::StepFunctions::StateMachine": (
        "aws_sfn_state_machine", "arn", {"Arn": "arn", "Name": "name"},
    ),
}  # fmt: skip
"""Of each type its twin, what gives as much as ``Ref``, and as much as each ``Fn::GetAtt``."""


class NoTwinError(Exception):
    """What Terraform has no counterpart of, or this translation none yet."""


class Stack:
    """One template with the names that its parts have in Terraform."""

    def __init__(self, template: Mapping[str, Any], names: Mapping[str, str]) -> None:
        self.resources = template.get("Resources", {})
        self.parameters = template.get("Parameters", {})
        self.names = names
        self.data: dict[str, dict[str, Any]] = {}

    def refer(self, logical_id: str, attribute: str = "") -> Written:
        """What ``Ref`` or ``Fn::GetAtt`` gives."""
        if logical_id in PSEUDO:
            kind, name = PSEUDO[logical_id]
            self.data.setdefault(kind, {})["current"] = {}
            return Expression(f"data.{kind}.current.{name}")
        if logical_id in self.parameters:
            return Expression(f"var.{self.names[logical_id]}")
        if logical_id not in self.resources:
            raise NoTwinError(f"Ref {logical_id}")
        type_name = self.resources[logical_id]["Type"]
        if type_name not in REFERENCES:
            raise NoTwinError(type_name)
        terraform, reference, attributes = REFERENCES[type_name]
        if attribute and attribute not in attributes:
            raise NoTwinError(f"{type_name}.{attribute}")
        gives = attributes[attribute] if attribute else reference
        found = Expression(f"{terraform}.{self.names[logical_id]}.{gives}")
        if (type_name, attribute) == ("AWS::Logs::LogGroup", "Arn"):
            return template((found, ":*"))  # since version 3 of the provider its ARN is without
        return found

    def value(self, written: Any) -> Written:
        """A value with its functions replaced."""
        if isinstance(written, list):
            return [self.value(item) for item in written]
        if isinstance(written, str) and (found := SECRET.fullmatch(written)):
            return self._secret(found[1])
        if not isinstance(written, dict):
            return written
        if len(written) == 1:
            ((name, argument),) = written.items()
            if name == "Ref":
                return self.refer(argument)
            if name.startswith("Fn::"):
                return self._call(name.removeprefix("Fn::"), argument)
        return {name: self.value(item) for name, item in written.items()}

    def _secret(self, identifier: str) -> Written:
        name = re.sub(r"\W", "_", identifier).lower()
        kind = "aws_secretsmanager_secret_version"
        self.data.setdefault(kind, {})[name] = {"secret_id": identifier}
        return Expression(f"data.{kind}.{name}.secret_string")

    def _call(self, name: str, argument: Any) -> Written:
        match name, argument:
            case "GetAtt", str():
                return self.refer(*argument.split(".", 1))
            case "GetAtt", [logical_id, attribute]:
                return self.refer(logical_id, attribute)
            case "Sub", str():
                return self._sub(argument, {})
            case "Sub", [text, variables]:
                return self._sub(text, variables)
            case "Join", [str(joined), {"Fn::Split": [str(separator), text]}]:
                inner = native(self.value(text))
                return Expression(f'join("{joined}", split("{separator}", {inner}))')
            case "Join", [separator, [*items]]:
                return self._join(separator, items)
            case "Select", [index, {"Fn::Split": [separator, text]}]:
                inner = native(self.value(text))
                return Expression(f'split("{separator}", {inner})[{int(index)}]')
            case "Select", [index, {"Fn::GetAZs": _}]:
                self.data.setdefault("aws_availability_zones", {})["available"] = {}
                return Expression(f"data.aws_availability_zones.available.names[{int(index)}]")
            case "GetArtifactAtt" | "GetParam", _:
                return {f"Fn::{name}": argument}  # CodePipeline's own
        raise NoTwinError(f"Fn::{name}")

    def _join(self, separator: str, items: list[Any]) -> Written:
        parts: list[Written] = []
        for index, item in enumerate(items):
            value = self.value(item)
            if not isinstance(value, str | int | Expression | Template):
                raise NoTwinError("Fn::Join of lists")
            parts += [separator, value] if index else [value]
        return template(parts)

    def _sub(self, text: str, variables: Mapping[str, Any]) -> Written:
        parts: list[Written] = []
        for index, piece in enumerate(HOLE.split(text)):
            if index % 2 == 0:
                parts.append(piece)
            elif piece.startswith("!"):
                parts.append("${" + piece[1:] + "}")
            elif piece in variables:
                parts.append(self.value(variables[piece]))
            else:
                parts.append(self.refer(*piece.split(".", 1)))
        return template(parts)
