"""The rules of CloudFormation, one a file."""

from passrole_aws.cloudformation.rules.changeset_condition_too_tight import (
    changeset_condition_too_tight,
)
from passrole_aws.cloudformation.rules.missing_capability import missing_capability
from passrole_aws.cloudformation.rules.pass_role_missing import pass_role_missing
from passrole_aws.cloudformation.rules.role_artifact_read_missing import role_artifact_read_missing
from passrole_aws.cloudformation.rules.role_trust_missing import role_trust_missing
from passrole_aws.cloudformation.rules.rolearn_required import rolearn_required
from passrole_aws.cloudformation.rules.template_artifact_not_input import (
    template_artifact_not_input,
)

RULES = (
    changeset_condition_too_tight,
    missing_capability,
    pass_role_missing,
    role_artifact_read_missing,
    role_trust_missing,
    rolearn_required,
    template_artifact_not_input,
)
