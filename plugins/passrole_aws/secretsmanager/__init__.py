"""Secrets Manager: secrets and who may read them."""

from passrole import ResourceType, hookimpl
from passrole_aws.secretsmanager.resources import RESOURCE_TYPES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES
