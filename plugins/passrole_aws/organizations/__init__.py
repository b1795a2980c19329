"""Organizations: service and resource control policies."""

from passrole import ResourceType, hookimpl
from passrole_aws.organizations.resources import RESOURCE_TYPES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES
