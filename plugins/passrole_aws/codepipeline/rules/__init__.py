"""The rules of CodePipeline, one a file."""

from passrole_aws.codepipeline.rules.action_role_trust_missing import action_role_trust_missing
from passrole_aws.codepipeline.rules.assume_role_permission_missing import (
    assume_role_permission_missing,
)

RULES = (action_role_trust_missing, assume_role_permission_missing)
