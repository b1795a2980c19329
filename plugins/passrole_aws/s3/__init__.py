"""S3 as a source and as a place to deploy to: what either action needs on its bucket."""

from passrole import ActionProvider, Rule, hookimpl
from passrole_aws.s3.providers import PROVIDERS
from passrole_aws.s3.rules import RULES


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return RULES
