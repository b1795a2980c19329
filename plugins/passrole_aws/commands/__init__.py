"""Commands: shell commands that CodePipeline runs by itself."""

from passrole import ActionProvider, Rule, hookimpl
from passrole_aws.commands.providers import PROVIDERS
from passrole_aws.commands.rules import RULES


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
