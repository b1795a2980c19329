"""GitHub by OAuth token: a source action that no IAM permission opens."""

from passrole import ActionProvider, hookimpl
from passrole_aws.github.providers import PROVIDERS


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS
