"""Connections to GitHub, GitLab, Bitbucket: what a source action needs to use one."""

from passrole import ActionProvider, ResourceType, Rule, hookimpl
from passrole_aws.codeconnections.providers import PROVIDERS
from passrole_aws.codeconnections.resources import RESOURCE_TYPES
from passrole_aws.codeconnections.rules import RULES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
