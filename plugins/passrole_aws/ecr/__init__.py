"""ECR: images as a source, and builds that publish them."""

from passrole import ActionProvider, ResourceType, Rule, hookimpl
from passrole_aws.ecr.providers import PROVIDERS
from passrole_aws.ecr.resources import RESOURCE_TYPES
from passrole_aws.ecr.rules import RULES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
