"""Who may approve, start, edit and see pipelines, and what such policies get wrong."""

from passrole_aws.access.rules.approval_arn_wrong_level import approval_arn_wrong_level
from passrole_aws.access.rules.approval_unrestricted import approval_unrestricted
from passrole_aws.access.rules.approver_can_edit import approver_can_edit
from passrole_aws.access.rules.compute_log_view_missing import compute_log_view_missing
from passrole_aws.access.rules.console_user_events_missing import console_user_events_missing
from passrole_aws.access.rules.custom_action_only_operations import custom_action_only_operations
from passrole_aws.access.rules.legacy_managed_policy import legacy_managed_policy
from passrole_aws.access.rules.list_pipelines_scoped import list_pipelines_scoped
from passrole_aws.access.rules.parallel_approval_needs_list_actions import (
    parallel_approval_needs_list_actions,
)
from passrole_aws.access.rules.partner_only_operations import partner_only_operations
from passrole_aws.access.rules.pipeline_editor_is_admin import pipeline_editor_is_admin
from passrole_aws.access.rules.pipeline_editor_pass_role_missing import (
    pipeline_editor_pass_role_missing,
)
from passrole_aws.access.rules.stage_level_arn_missing import stage_level_arn_missing
from passrole_aws.access.rules.start_execution_unrestricted import start_execution_unrestricted

RULES = (
    approval_arn_wrong_level,
    approval_unrestricted,
    approver_can_edit,
    compute_log_view_missing,
    console_user_events_missing,
    custom_action_only_operations,
    legacy_managed_policy,
    list_pipelines_scoped,
    parallel_approval_needs_list_actions,
    partner_only_operations,
    pipeline_editor_is_admin,
    pipeline_editor_pass_role_missing,
    stage_level_arn_missing,
    start_execution_unrestricted,
)
