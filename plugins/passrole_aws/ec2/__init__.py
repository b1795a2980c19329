"""EC2: deployments to instances through Systems Manager."""

from passrole import ActionProvider, ResourceType, Rule, hookimpl
from passrole_aws.ec2.entities import TargetGroup
from passrole_aws.ec2.providers import PROVIDERS
from passrole_aws.ec2.resources import RESOURCE_TYPES
from passrole_aws.ec2.rules import RULES

__all__ = [
    "TargetGroup",
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
