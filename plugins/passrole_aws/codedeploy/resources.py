"""Applications, deployment groups and deployment configurations."""

from passrole import ResourceType

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
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
        },
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
)
