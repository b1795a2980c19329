"""Custom actions: job workers that poll for their work."""

from passrole import ActionProvider, Rule, hookimpl
from passrole_aws.custom.providers import PROVIDERS
from passrole_aws.custom.rules import RULES


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
