"""Elastic Beanstalk: what a deploy action needs on its environment."""

from passrole import ActionProvider, ResourceType, Rule, hookimpl
from passrole_aws.elasticbeanstalk.providers import PROVIDERS
from passrole_aws.elasticbeanstalk.resources import RESOURCE_TYPES
from passrole_aws.elasticbeanstalk.rules import RULES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
