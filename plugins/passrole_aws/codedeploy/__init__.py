"""CodeDeploy: what a deploy action needs on its application and deployment group."""

from passrole import ActionProvider, ResourceType, Rule, hookimpl
from passrole_aws.codedeploy.entities import DeploymentGroup, LaunchSettings, ScalingGroup
from passrole_aws.codedeploy.providers import PROVIDERS
from passrole_aws.codedeploy.resources import RESOURCE_TYPES
from passrole_aws.codedeploy.rules import RULES

__all__ = [
    "DeploymentGroup",
    "LaunchSettings",
    "ScalingGroup",
    "passrole_action_providers",
    "passrole_resource_types",
    "passrole_rules",
]


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
