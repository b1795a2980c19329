"""Applications, environments, profiles and strategies: all are named by identifiers."""

from passrole import ResourceType

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
ARN = "arn:{partition}:appconfig:{region}:{account}"

RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::AppConfig::Application",
        terraform="aws_appconfig_application",
        arn=f"{ARN}:application/{{id}}",
        ref="id",
        attributes={"ApplicationId": "id"},
        terraform_attributes={"arn": "arn", "id": "id", "name": "name"},
        fields={"name": ("Name", "name")},
        source=f"{CFN}aws-resource-appconfig-application.html",
    ),
    ResourceType(
        cloudformation="AWS::AppConfig::Environment",
        terraform="aws_appconfig_environment",
        arn=f"{ARN}:application/{{application}}/environment/{{id}}",
        ref="id",
        attributes={"EnvironmentId": "id"},
        terraform_attributes={"arn": "arn", "environment_id": "id", "name": "name"},
        fields={"name": ("Name", "name"), "application": ("ApplicationId", "application_id")},
        source=f"{CFN}aws-resource-appconfig-environment.html",
    ),
    ResourceType(
        cloudformation="AWS::AppConfig::ConfigurationProfile",
        terraform="aws_appconfig_configuration_profile",
        arn=f"{ARN}:application/{{application}}/configurationprofile/{{id}}",
        ref="id",
        attributes={"ConfigurationProfileId": "id"},
        terraform_attributes={"arn": "arn", "configuration_profile_id": "id", "name": "name"},
        fields={"name": ("Name", "name"), "application": ("ApplicationId", "application_id")},
        source=f"{CFN}aws-resource-appconfig-configurationprofile.html",
    ),
    ResourceType(
        cloudformation="AWS::AppConfig::DeploymentStrategy",
        terraform="aws_appconfig_deployment_strategy",
        arn=f"{ARN}:deploymentstrategy/{{id}}",
        ref="id",
        attributes={"Id": "id"},
        terraform_attributes={"arn": "arn", "id": "id", "name": "name"},
        fields={"name": ("Name", "name")},
        source=f"{CFN}aws-resource-appconfig-deploymentstrategy.html",
    ),
)
