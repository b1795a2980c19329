"""The rules of policy correctness, one a file."""

from passrole_aws.policies.rules.action_unknown import action_unknown
from passrole_aws.policies.rules.policy_element_missing import policy_element_missing
from passrole_aws.policies.rules.policy_element_unsupported import policy_element_unsupported
from passrole_aws.policies.rules.policy_syntax_invalid import policy_syntax_invalid
from passrole_aws.policies.rules.service_name_wildcard import service_name_wildcard
from passrole_aws.policies.rules.sid_characters_unsupported import sid_characters_unsupported
from passrole_aws.policies.rules.sid_not_unique import sid_not_unique
from passrole_aws.policies.rules.sid_repeated import sid_repeated

RULES = (
    action_unknown,
    policy_element_missing,
    policy_element_unsupported,
    policy_syntax_invalid,
    service_name_wildcard,
    sid_characters_unsupported,
    sid_not_unique,
    sid_repeated,
)
