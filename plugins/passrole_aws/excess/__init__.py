"""Excess: what the roles of pipelines and builds may do that nothing needs, and who may be them."""

from passrole import Rule, hookimpl
from passrole_aws.excess.rules import RULES


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
