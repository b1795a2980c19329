"""Artifacts: the buckets they lie in, the keys that encrypt them, and who moves them."""

from passrole import ActionProvider, ResourceType, Rule, hookimpl
from passrole_aws.artifacts.providers import PROVIDERS
from passrole_aws.artifacts.resources import RESOURCE_TYPES
from passrole_aws.artifacts.rules import RULES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
