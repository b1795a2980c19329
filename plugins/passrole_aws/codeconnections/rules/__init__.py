"""The rules of connections, one a file."""

from passrole_aws.codeconnections.rules.use_missing import use_missing

RULES = (use_missing,)
