"""IAM Identity Center: permission sets and their policies."""

from passrole import ResourceType, hookimpl
from passrole_aws.identitycenter.resources import RESOURCE_TYPES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES
