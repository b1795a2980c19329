"""Step Functions: state machines that a pipeline starts."""

from passrole import ActionProvider, ResourceType, Rule, hookimpl
from passrole_aws.stepfunctions.entities import StateMachine
from passrole_aws.stepfunctions.providers import PROVIDERS
from passrole_aws.stepfunctions.resources import RESOURCE_TYPES
from passrole_aws.stepfunctions.rules import RULES

__all__ = [
    "StateMachine",
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
