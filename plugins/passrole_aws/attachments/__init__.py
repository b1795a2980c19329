"""IAM policies that are resources of their own, and how they come to roles, users and groups."""

from passrole import ResourceType, hookimpl
from passrole_aws.attachments.resources import RESOURCE_TYPES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES
