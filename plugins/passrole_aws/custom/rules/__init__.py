"""The rules of custom actions, one a file."""

from passrole_aws.custom.rules.worker_permission import worker_permission

RULES = (worker_permission,)
