"""Partner actions: what runs outside of AWS and needs no permission of a role."""

from passrole import ActionProvider, hookimpl
from passrole_aws.partners.providers import PROVIDERS


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS
