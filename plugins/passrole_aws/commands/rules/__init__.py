"""The rules of Commands, one a file."""

from passrole_aws.commands.rules.logs_missing import logs_missing

RULES = (logs_missing,)
