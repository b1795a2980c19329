"""Service Catalog: new versions of products."""

from passrole import ActionProvider, ResourceType, hookimpl
from passrole_aws.servicecatalog.providers import PROVIDERS
from passrole_aws.servicecatalog.resources import RESOURCE_TYPES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS
