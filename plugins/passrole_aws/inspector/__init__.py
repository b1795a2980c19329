"""Inspector: scans of code and of images."""

from passrole import ActionProvider, hookimpl
from passrole_aws.inspector.providers import PROVIDERS


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS
