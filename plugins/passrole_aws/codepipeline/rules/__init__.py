"""The rules of CodePipeline, one a file."""

from passrole_aws.codepipeline.rules.action_role_trust_missing import action_role_trust_missing
from passrole_aws.codepipeline.rules.action_role_unsupported_owner import (
    action_role_unsupported_owner,
)
from passrole_aws.codepipeline.rules.artifact_count_invalid import artifact_count_invalid
from passrole_aws.codepipeline.rules.artifact_name_undefined import artifact_name_undefined
from passrole_aws.codepipeline.rules.assume_role_permission_missing import (
    assume_role_permission_missing,
)
from passrole_aws.codepipeline.rules.condition_rule_permission_missing import (
    condition_rule_permission_missing,
)
from passrole_aws.codepipeline.rules.config_key_unknown import config_key_unknown
from passrole_aws.codepipeline.rules.cross_account_pass_role import cross_account_pass_role
from passrole_aws.codepipeline.rules.cross_region_source_action import cross_region_source_action
from passrole_aws.codepipeline.rules.polling_source import polling_source
from passrole_aws.codepipeline.rules.trigger_filter_combination_invalid import (
    trigger_filter_combination_invalid,
)
from passrole_aws.codepipeline.rules.v2_feature_on_v1_pipeline import v2_feature_on_v1_pipeline

RULES = (
    action_role_trust_missing,
    action_role_unsupported_owner,
    artifact_count_invalid,
    artifact_name_undefined,
    assume_role_permission_missing,
    condition_rule_permission_missing,
    config_key_unknown,
    cross_account_pass_role,
    cross_region_source_action,
    polling_source,
    trigger_filter_combination_invalid,
    v2_feature_on_v1_pipeline,
)
