"""S3 as a source and as a place to deploy to: what either action needs on its bucket."""

from passrole import ActionProvider, ResourceType, Rule, hookimpl
from passrole_aws.s3.entities import BucketAcls
from passrole_aws.s3.providers import PROVIDERS
from passrole_aws.s3.resources import RESOURCE_TYPES
from passrole_aws.s3.rules import RULES

__all__ = [
    "BucketAcls",
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
