"""AppConfig: deployments of configuration."""

from passrole import ActionProvider, ResourceType, hookimpl
from passrole_aws.appconfig.providers import PROVIDERS
from passrole_aws.appconfig.resources import RESOURCE_TYPES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS
