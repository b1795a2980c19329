"""Policy correctness: what is wrong in a policy document wherever it stands."""

from passrole import Rule, hookimpl
from passrole_aws.policies.rules import RULES


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
