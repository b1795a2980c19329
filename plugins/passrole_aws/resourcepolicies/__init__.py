"""Resource policies of services that no pipeline action works on."""

from passrole import ResourceType, hookimpl
from passrole_aws.resourcepolicies.resources import RESOURCE_TYPES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES
