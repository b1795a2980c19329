"""Acme: deployments that look their releases up in a table."""

from passrole_acme.providers import PROVIDERS
from passrole_acme.resources import RESOURCE_TYPES
from passrole_acme.rules import RULES

from passrole import ActionProvider, ResourceType, Rule, hookimpl


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    """What runs actions, and which permissions that makes necessary."""
    return PROVIDERS


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    """Types of resources: their names and ARNs, and how they are read."""
    return RESOURCE_TYPES


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    """What is checked."""
    return RULES
