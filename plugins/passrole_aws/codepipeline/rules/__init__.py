"""The rules of CodePipeline, one a file."""

from passrole_aws.codepipeline.rules.action_role_trust_missing import action_role_trust_missing
from passrole_aws.codepipeline.rules.action_role_unsupported_owner import (
    action_role_unsupported_owner,
)
from passrole_aws.codepipeline.rules.assume_role_permission_missing import (
    assume_role_permission_missing,
)
from passrole_aws.codepipeline.rules.condition_rule_permission_missing import (
    condition_rule_permission_missing,
)
from passrole_aws.codepipeline.rules.cross_account_pass_role import cross_account_pass_role
from passrole_aws.codepipeline.rules.cross_region_source_action import cross_region_source_action

RULES = (
    action_role_trust_missing,
    action_role_unsupported_owner,
    assume_role_permission_missing,
    condition_rule_permission_missing,
    cross_account_pass_role,
    cross_region_source_action,
)
