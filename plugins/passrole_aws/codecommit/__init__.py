"""CodeCommit: what a source action needs on its repository."""

from passrole import ActionProvider, ResourceType, Rule, hookimpl
from passrole_aws.codecommit.providers import PROVIDERS
from passrole_aws.codecommit.resources import RESOURCE_TYPES
from passrole_aws.codecommit.rules import RULES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
