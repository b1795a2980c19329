"""Paths: what somebody who controls a source, a build or its start can reach, and the gates."""

from passrole import Rule, hookimpl
from passrole_aws.paths.rules import RULES


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
