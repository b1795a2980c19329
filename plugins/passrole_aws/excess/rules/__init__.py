"""Excess, one rule a file."""

from passrole_aws.excess.rules.action_role_trusts_account_root import (
    action_role_trusts_account_root,
)
from passrole_aws.excess.rules.assume_role_star import assume_role_star
from passrole_aws.excess.rules.build_role_admin import build_role_admin
from passrole_aws.excess.rules.event_role_starts_any_pipeline import event_role_starts_any_pipeline
from passrole_aws.excess.rules.pass_role_no_service_condition import pass_role_no_service_condition
from passrole_aws.excess.rules.pipeline_role_admin import pipeline_role_admin
from passrole_aws.excess.rules.role_of_several_pipelines import shared_role_across_pipelines
from passrole_aws.excess.rules.service_role_no_source_condition import (
    service_role_no_source_condition,
)
from passrole_aws.excess.rules.service_wildcard_actions import service_wildcard_actions
from passrole_aws.excess.rules.unscoped_resource import unscoped_resource
from passrole_aws.excess.rules.unused_service_grants import unused_service_grants

RULES = (
    action_role_trusts_account_root,
    assume_role_star,
    build_role_admin,
    event_role_starts_any_pipeline,
    pass_role_no_service_condition,
    pipeline_role_admin,
    service_role_no_source_condition,
    service_wildcard_actions,
    shared_role_across_pipelines,
    unscoped_resource,
    unused_service_grants,
)
