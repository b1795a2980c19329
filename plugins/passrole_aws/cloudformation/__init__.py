"""CloudFormation: what each action mode needs, and the role that CloudFormation is handed."""

from passrole import ActionProvider, ResourceType, Rule, hookimpl
from passrole_aws.cloudformation.providers import PROVIDERS
from passrole_aws.cloudformation.resources import RESOURCE_TYPES
from passrole_aws.cloudformation.rules import RULES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
