"""EKS: deployments to Kubernetes clusters."""

from passrole import ActionProvider, ResourceType, hookimpl
from passrole_aws.eks.entities import AccessEntry, Cluster
from passrole_aws.eks.providers import PROVIDERS
from passrole_aws.eks.resources import RESOURCE_TYPES

__all__ = [
    "AccessEntry",
    "Cluster",
    "passrole_action_providers",
    "passrole_resource_types",
]


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS
