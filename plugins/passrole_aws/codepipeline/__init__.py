"""CodePipeline: what a pipeline is, and which roles run its actions."""

from passrole import ActionProvider, ResourceType, Rule, hookimpl
from passrole_aws.codepipeline.providers import PROVIDERS
from passrole_aws.codepipeline.resources import RESOURCE_TYPES
from passrole_aws.codepipeline.rules import RULES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
