"""The rules of custom actions, one a file."""

from passrole_aws.custom.rules.action_type_undefined import action_type_undefined
from passrole_aws.custom.rules.worker_permission import worker_permission

RULES = (
    action_type_undefined,
    worker_permission,
)
