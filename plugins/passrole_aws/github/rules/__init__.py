"""The rules of GitHub sources and their webhooks, one a file."""

from passrole_aws.github.rules.oauth_token_literal import oauth_token_literal
from passrole_aws.github.rules.token_reused_as_webhook_secret import token_reused_as_webhook_secret
from passrole_aws.github.rules.v1_source import v1_source

RULES = (oauth_token_literal, token_reused_as_webhook_secret, v1_source)
