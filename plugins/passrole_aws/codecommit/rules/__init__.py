"""The rules of CodeCommit, one a file."""

from passrole_aws.codecommit.rules.status import status

RULES = (status,)
