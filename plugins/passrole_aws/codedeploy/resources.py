"""Applications and deployment groups, and the instances behind them."""

from collections.abc import Iterator

from passrole import Absent, Resource, ResourceType, Value, elements
from passrole_aws.codedeploy.entities import DeploymentGroup, LaunchSettings, ScalingGroup


def read_group(resource: Resource) -> Iterator[DeploymentGroup]:
    """One deployment group with its Auto Scaling group."""
    listed = resource["scaling_groups"]
    groups = tuple(elements(listed))
    yield DeploymentGroup(resource, scaling_group=groups[0] if len(groups) == 1 else listed)


def read_scaling_group(resource: Resource) -> Iterator[ScalingGroup]:
    """One Auto Scaling group with what launches its instances."""
    ways = ("template_id", "template_name", "mixed_template_id", "configuration")
    yield ScalingGroup(resource, launch=_first(resource, ways))


def read_launch_settings(resource: Resource) -> Iterator[LaunchSettings]:
    """One launch template or configuration with its instance profile."""
    yield LaunchSettings(resource, profile=_first(resource, ("profile_arn", "profile_name")))


def _first(resource: Resource, names: tuple[str, ...]) -> Value:
    """The first of the fields that is set, absent where none is."""
    values = [resource[name] for name in names]
    return next((each for each in values if not isinstance(each, Absent)), values[-1])


CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
MIXED = "MixedInstancesPolicy"
MIXED_TERRAFORM = "mixed_instances_policy.0.launch_template.0"
ARN = "arn:{partition}:codedeploy:{region}:{account}"

# What Terraform gives as `id` of applications and groups changed with its versions: not listed, so
# it stays a hole.
RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::CodeDeploy::Application",
        terraform="aws_codedeploy_app",
        arn=f"{ARN}:application:{{name}}",
        terraform_attributes={
            "arn": "arn",
            "application_id": "id",
            "name": "name",
        },
        fields={"name": ("ApplicationName", "name")},
        source=f"{CFN}aws-resource-codedeploy-application.html",
    ),
    ResourceType(
        cloudformation="AWS::CodeDeploy::DeploymentGroup",
        terraform="aws_codedeploy_deployment_group",
        arn=f"{ARN}:deploymentgroup:{{application}}/{{name}}",
        terraform_attributes={
            "arn": "arn",
            "app_name": "{application}",
            "deployment_group_name": "name",
            "deployment_group_id": "id",
        },
        fields={
            "name": ("DeploymentGroupName", "deployment_group_name"),
            "application": ("ApplicationName", "app_name"),
            "scaling_groups": ("AutoScalingGroups", "autoscaling_groups"),
        },
        read=read_group,
        source=f"{CFN}aws-resource-codedeploy-deploymentgroup.html",
    ),
    ResourceType(
        cloudformation="AWS::CodeDeploy::DeploymentConfig",
        terraform="aws_codedeploy_deployment_config",
        arn=f"{ARN}:deploymentconfig:{{name}}",
        terraform_attributes={
            "arn": "arn",
            "id": "name",
            "deployment_config_name": "name",
            "deployment_config_id": "id",
        },
        fields={"name": ("DeploymentConfigName", "deployment_config_name")},
        source=f"{CFN}aws-resource-codedeploy-deploymentconfig.html",
    ),
    ResourceType(
        cloudformation="AWS::AutoScaling::AutoScalingGroup",
        terraform="aws_autoscaling_group",
        arn="arn:{partition}:autoscaling:{region}:{account}"
        ":autoScalingGroup:{id}:autoScalingGroupName/{name}",
        attributes={"AutoScalingGroupARN": "arn"},
        terraform_attributes={"arn": "arn", "id": "name", "name": "name"},
        fields={
            "name": ("AutoScalingGroupName", "name"),
            "template_id": ("LaunchTemplate.LaunchTemplateId", "launch_template.0.id"),
            "template_name": ("LaunchTemplate.LaunchTemplateName", "launch_template.0.name"),
            "mixed_template_id": (
                f"{MIXED}.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId",
                f"{MIXED_TERRAFORM}.launch_template_specification.0.launch_template_id",
            ),
            "configuration": ("LaunchConfigurationName", "launch_configuration"),
        },
        read=read_scaling_group,
        source=f"{CFN}aws-resource-autoscaling-autoscalinggroup.html",
    ),
    ResourceType(
        cloudformation="AWS::EC2::LaunchTemplate",
        terraform="aws_launch_template",
        arn="arn:{partition}:ec2:{region}:{account}:launch-template/{id}",
        ref="id",
        attributes={"LaunchTemplateId": "id"},
        terraform_attributes={"arn": "arn", "id": "id", "name": "name"},
        fields={
            "name": ("LaunchTemplateName", "name"),
            "profile_arn": (
                "LaunchTemplateData.IamInstanceProfile.Arn",
                "iam_instance_profile.0.arn",
            ),
            "profile_name": (
                "LaunchTemplateData.IamInstanceProfile.Name",
                "iam_instance_profile.0.name",
            ),
        },
        read=read_launch_settings,
        source=f"{CFN}aws-resource-ec2-launchtemplate.html",
    ),
    ResourceType(
        cloudformation="AWS::AutoScaling::LaunchConfiguration",
        terraform="aws_launch_configuration",
        arn="arn:{partition}:autoscaling:{region}:{account}"
        ":launchConfiguration:{id}:launchConfigurationName/{name}",
        terraform_attributes={"arn": "arn", "id": "name", "name": "name"},
        fields={
            "name": ("LaunchConfigurationName", "name"),
            # A name or an ARN.
            "profile_name": ("IamInstanceProfile", "iam_instance_profile"),
        },
        read=read_launch_settings,
        source=f"{CFN}aws-resource-autoscaling-launchconfiguration.html",
    ),
)
