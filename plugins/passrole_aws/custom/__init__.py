"""Custom actions: job workers that poll for their work."""

from passrole import ActionProvider, hookimpl
from passrole_aws.custom.providers import PROVIDERS


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS
