"""Notifications of the developer tools: rules, and the topics they tell."""

from passrole import ResourceType, Rule, hookimpl
from passrole_aws.notifications.resources import RESOURCE_TYPES
from passrole_aws.notifications.rules import RULES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
