"""Custom actions: job workers that poll for their work."""

from passrole import ActionProvider, ResourceType, Rule, hookimpl
from passrole_aws.custom.entities import ActionType
from passrole_aws.custom.providers import PROVIDERS
from passrole_aws.custom.resources import RESOURCE_TYPES
from passrole_aws.custom.rules import RULES

__all__ = [
    "ActionType", "passrole_action_providers", "passrole_resource_types", "passrole_rules",
]  # fmt: skip


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
