"""What starts a pipeline: event rules, schedules, and the roles they start it with."""

from passrole import ResourceType, Rule, hookimpl
from passrole_aws.events.resources import RESOURCE_TYPES
from passrole_aws.events.rules import RULES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
