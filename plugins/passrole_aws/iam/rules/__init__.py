"""The rules of IAM, one a file."""

from passrole_aws.iam.rules.arn_path_lost import arn_path_lost
from passrole_aws.iam.rules.explicit_deny_hit import explicit_deny_hit
from passrole_aws.iam.rules.missing_action_permission import missing_action_permission
from passrole_aws.iam.rules.pass_role_wrong_passed_to_service import (
    pass_role_wrong_passed_to_service,
)
from passrole_aws.iam.rules.permissions_boundary_blocks import permissions_boundary_blocks
from passrole_aws.iam.rules.policy_race_no_dependency import policy_race_no_dependency
from passrole_aws.iam.rules.resource_account_or_region_mismatch import (
    resource_account_or_region_mismatch,
)
from passrole_aws.iam.rules.role_older_than_service import role_older_than_service
from passrole_aws.iam.rules.scp_blocks_pipeline import scp_blocks_pipeline
from passrole_aws.iam.rules.service_role_trust_missing import service_role_trust_missing

RULES = (
    arn_path_lost,
    explicit_deny_hit,
    missing_action_permission,
    pass_role_wrong_passed_to_service,
    permissions_boundary_blocks,
    policy_race_no_dependency,
    resource_account_or_region_mismatch,
    role_older_than_service,
    scp_blocks_pipeline,
    service_role_trust_missing,
)
