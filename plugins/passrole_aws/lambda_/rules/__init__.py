"""The rules of Lambda, one a file."""

from passrole_aws.lambda_.rules.invoke_missing import invoke_missing

RULES = (invoke_missing,)
