"""The rules of connections, one a file."""

from passrole_aws.codeconnections.rules.condition_mismatch import condition_mismatch
from passrole_aws.codeconnections.rules.created_pending import created_pending
from passrole_aws.codeconnections.rules.detect_changes_default_trigger import (
    detect_changes_default_trigger,
)
from passrole_aws.codeconnections.rules.pass_missing import pass_missing
from passrole_aws.codeconnections.rules.prefix_mismatch import prefix_mismatch
from passrole_aws.codeconnections.rules.resource_legacy_name import resource_legacy_name
from passrole_aws.codeconnections.rules.use_missing import use_missing

RULES = (
    condition_mismatch,
    created_pending,
    detect_changes_default_trigger,
    pass_missing,
    prefix_mismatch,
    resource_legacy_name,
    use_missing,
)
