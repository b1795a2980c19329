"""The rules of what starts a pipeline, one a file."""

from passrole_aws.events.rules.cross_account_event_wiring import cross_account_event_wiring
from passrole_aws.events.rules.event_pattern_mismatch import event_pattern_mismatch
from passrole_aws.events.rules.event_rule_role_missing import event_rule_role_missing
from passrole_aws.events.rules.poll_and_event_double import poll_and_event_double
from passrole_aws.events.rules.trigger_missing import trigger_missing

RULES = (
    cross_account_event_wiring,
    event_pattern_mismatch,
    event_rule_role_missing,
    poll_and_event_double,
    trigger_missing,
)
