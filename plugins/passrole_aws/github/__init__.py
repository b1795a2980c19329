"""GitHub by OAuth token: a source action that no IAM permission opens."""

from passrole import ActionProvider, Rule, hookimpl
from passrole_aws.github.providers import PROVIDERS
from passrole_aws.github.rules import RULES


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
