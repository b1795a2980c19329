"""EKS: deployments to Kubernetes clusters."""

from passrole import ActionProvider, ResourceType, Rule, hookimpl
from passrole_aws.eks.entities import AccessEntry, Cluster
from passrole_aws.eks.providers import PROVIDERS
from passrole_aws.eks.resources import RESOURCE_TYPES
from passrole_aws.eks.rules import RULES

__all__ = [
    "AccessEntry",
    "Cluster",
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
