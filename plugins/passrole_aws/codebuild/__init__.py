"""CodeBuild: what a build or test action needs, and what its project's service role needs."""

from passrole import ActionProvider, ResourceType, Rule, hookimpl
from passrole_aws.codebuild.providers import PROVIDERS
from passrole_aws.codebuild.resources import RESOURCE_TYPES
from passrole_aws.codebuild.rules import RULES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
