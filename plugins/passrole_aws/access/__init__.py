"""Who may see, start, approve and edit pipelines: the users of CodePipeline and its API."""

from passrole import Operation, Rule, hookimpl
from passrole_aws.access.operations import OPERATIONS
from passrole_aws.access.rules import RULES


@hookimpl
def passrole_operations() -> tuple[Operation, ...]:
    return OPERATIONS


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
