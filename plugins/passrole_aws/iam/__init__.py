"""IAM: roles and policies, and what may be wrong with a permission wherever it is needed."""

from passrole import ResourceType, Rule, hookimpl
from passrole_aws.iam.resources import RESOURCE_TYPES
from passrole_aws.iam.rules import RULES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
