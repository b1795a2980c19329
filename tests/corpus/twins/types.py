"""Where the properties of CloudFormation stand in Terraform, as the provider documents them.

A property is named in snake case unless a table says otherwise; what a table maps to None Terraform
does not have, or as a resource of its own.
"""

from collections.abc import Mapping

# Of each type, path in CloudFormation to name in Terraform. Steps are joined by dots.
RENAMED: Mapping[str, Mapping[str, str | None]] = {
    "AWS::AutoScaling::AutoScalingGroup": {
        "AutoScalingGroupName": "name",
        "LaunchTemplate.LaunchTemplateId": "id",
        "LaunchTemplate.LaunchTemplateName": "name",
        "VPCZoneIdentifier": "vpc_zone_identifier",
    },
    "AWS::CodeBuild::Project": {
        "TimeoutInMinutes": "build_timeout",
        "Triggers": None,
        "Source.BuildSpec": "buildspec",
        "Environment.EnvironmentVariables": "environment_variable",
        "LogsConfig.CloudWatchLogs": "cloudwatch_logs",
    },
    "AWS::CodeConnections::Connection": {"ConnectionName": "name"},
    "AWS::CodeStarConnections::Connection": {"ConnectionName": "name"},
    "AWS::CodeDeploy::Application": {"ApplicationName": "name"},
    "AWS::CodeDeploy::DeploymentGroup": {
        "ApplicationName": "app_name",
        "AutoScalingGroups": "autoscaling_groups",
        "BlueGreenDeploymentConfiguration": "blue_green_deployment_config",
        "ECSServices": "ecs_service",
        "LoadBalancerInfo.TargetGroupPairInfoList": "target_group_pair_info",
        "LoadBalancerInfo.TargetGroupPairInfoList.TargetGroups": "target_group",
        "LoadBalancerInfo.TargetGroupPairInfoList.ProdTrafficRoute": "prod_traffic_route",
        "LoadBalancerInfo.TargetGroupPairInfoList.TestTrafficRoute": "test_traffic_route",
    },
    "AWS::CodePipeline::CustomActionType": {
        "ConfigurationProperties": "configuration_property",
        "Provider": "provider_name",
    },
    "AWS::CodePipeline::Webhook": {
        "Filters": "filter",
        "Filters.JsonPath": "json_path",
        "RegisterWithThirdParty": None,
        "TargetPipelineVersion": None,
    },
    "AWS::CodeStarNotifications::NotificationRule": {
        "Targets": "target",
        "Targets.TargetAddress": "address",
        "Targets.TargetType": "type",
    },
    "AWS::EC2::EIP": {},
    "AWS::EC2::LaunchTemplate": {"LaunchTemplateData": None, "LaunchTemplateName": "name"},
    "AWS::EC2::SecurityGroup": {
        "GroupDescription": "description",
        "GroupName": "name",
        "SecurityGroupEgress": None,
        "SecurityGroupIngress": None,
    },
    "AWS::EC2::SecurityGroupEgress": {
        "DestinationSecurityGroupId": "referenced_security_group_id",
        "GroupId": "security_group_id",
    },
    "AWS::EC2::SecurityGroupIngress": {
        "GroupId": "security_group_id",
        "SourceSecurityGroupId": "referenced_security_group_id",
    },
    "AWS::EC2::VPC": {},
    "AWS::ECR::Repository": {"RepositoryName": "name"},
    "AWS::ECS::Cluster": {"ClusterName": "name"},
    "AWS::ECS::Service": {
        "DeploymentConfiguration": None,
        "EnableECSManagedTags": "enable_ecs_managed_tags",
        "LoadBalancers": "load_balancer",
        "NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp": None,
        "ServiceName": "name",
    },
    "AWS::ECS::TaskDefinition": {},
    "AWS::EKS::AccessEntry": {"AccessPolicies": None},
    "AWS::EKS::Cluster": {"ResourcesVpcConfig": "vpc_config"},
    "AWS::ElasticLoadBalancingV2::Listener": {"DefaultActions": "default_action"},
    "AWS::ElasticLoadBalancingV2::LoadBalancer": {
        "LoadBalancerAttributes": None,
        "Type": "load_balancer_type",
        "Scheme": None,
    },
    "AWS::ElasticLoadBalancingV2::TargetGroup": {"TargetGroupAttributes": None},
    "AWS::Events::Rule": {"Targets": None},
    "AWS::IAM::Group": {"GroupName": "name", "ManagedPolicyArns": None, "Policies": None},
    "AWS::IAM::InstanceProfile": {"InstanceProfileName": "name", "Roles": None},
    "AWS::IAM::ManagedPolicy": {
        "ManagedPolicyName": "name",
        "PolicyDocument": "policy",
        "Roles": None,
    },
    "AWS::IAM::Role": {
        "AssumeRolePolicyDocument": "assume_role_policy",
        "ManagedPolicyArns": None,
        "Policies": None,
        "RoleName": "name",
    },
    "AWS::IAM::User": {
        "Groups": None,
        "ManagedPolicyArns": None,
        "Policies": None,
        "UserName": "name",
    },
    "AWS::KMS::Alias": {"AliasName": "name"},
    "AWS::KMS::Key": {"KeyPolicy": "policy"},
    "AWS::Lambda::Function": {"Code": None},
    "AWS::Logs::LogGroup": {"LogGroupName": "name"},
    "AWS::S3::Bucket": {
        "BucketEncryption": None,
        "BucketName": "bucket",
        "OwnershipControls": None,
        "PublicAccessBlockConfiguration": None,
        "VersioningConfiguration": None,
    },
    "AWS::S3::BucketPolicy": {"PolicyDocument": "policy"},
    "AWS::SNS::Topic": {"TopicName": "name"},
    "AWS::SNS::TopicPolicy": {"PolicyDocument": "policy", "Topics": None},
    "AWS::StepFunctions::StateMachine": {
        "DefinitionString": "definition",
        "StateMachineName": "name",
        "StateMachineType": "type",
    },
}

# What is JSON text in Terraform.
ENCODED = {
    "AssumeRolePolicyDocument", "ContainerDefinitions", "EventPattern", "KeyPolicy",
    "PolicyDocument",
}  # fmt: skip

# Maps of texts, which are no blocks.
MAPS = {"Configuration", "Variables"}
