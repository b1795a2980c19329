"""CodeCommit: what a source action needs on its repository."""

from passrole import ActionProvider, ResourceType, hookimpl
from passrole_aws.codecommit.providers import PROVIDERS
from passrole_aws.codecommit.resources import RESOURCE_TYPES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS
