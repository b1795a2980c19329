"""The rules of stack sets, one a file."""

from passrole_aws.stacksets.rules.permissions import permissions

RULES = (permissions,)
