"""What can be reached from where, one rule a file."""

from passrole_aws.paths.rules.build_role_can_escalate import build_role_can_escalate
from passrole_aws.paths.rules.build_role_can_modify_pipeline import build_role_can_modify_pipeline
from passrole_aws.paths.rules.create_role_without_boundary import create_role_without_boundary
from passrole_aws.paths.rules.prod_deploy_without_gate import prod_deploy_without_gate
from passrole_aws.paths.rules.role_can_approve_itself import role_can_approve_itself
from passrole_aws.paths.rules.source_to_admin_path import source_to_admin_path
from passrole_aws.paths.rules.start_build_override_escalation import start_build_override_escalation

RULES = (
    build_role_can_escalate,
    build_role_can_modify_pipeline,
    create_role_without_boundary,
    prod_deploy_without_gate,
    role_can_approve_itself,
    source_to_admin_path,
    start_build_override_escalation,
)
