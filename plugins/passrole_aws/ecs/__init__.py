"""ECS: what a deploy action needs on its service, and the roles of the task it passes."""

from passrole import ActionProvider, ResourceType, Rule, hookimpl
from passrole_aws.ecs.entities import EcsService, TaskDefinition
from passrole_aws.ecs.providers import PROVIDERS
from passrole_aws.ecs.resources import RESOURCE_TYPES
from passrole_aws.ecs.rules import RULES

__all__ = [
    "EcsService", "TaskDefinition", "passrole_action_providers", "passrole_resource_types",
    "passrole_rules",
]  # fmt: skip


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
