"""The rules of policy correctness, one a file."""

from passrole_aws.policies.rules.action_requires_star_resource import action_requires_star_resource
from passrole_aws.policies.rules.action_unknown import action_unknown
from passrole_aws.policies.rules.allow_not_principal import allow_not_principal
from passrole_aws.policies.rules.allow_tag_condition_unsupported import (
    allow_tag_condition_unsupported,
)
from passrole_aws.policies.rules.arn_form_unknown import arn_form_unknown
from passrole_aws.policies.rules.arn_malformed import arn_malformed
from passrole_aws.policies.rules.assumed_role_arn_in_policy import assumed_role_arn_in_policy
from passrole_aws.policies.rules.audience_claim_qualifier import audience_claim_qualifier
from passrole_aws.policies.rules.condition_key_deprecated import condition_key_deprecated
from passrole_aws.policies.rules.condition_key_unknown import condition_key_unknown
from passrole_aws.policies.rules.condition_key_unsupported import condition_key_unsupported
from passrole_aws.policies.rules.condition_operator_mismatch import condition_operator_mismatch
from passrole_aws.policies.rules.condition_operator_unknown import condition_operator_unknown
from passrole_aws.policies.rules.condition_value_invalid import condition_value_invalid
from passrole_aws.policies.rules.condition_value_type_mismatch import condition_value_type_mismatch
from passrole_aws.policies.rules.condition_values_empty import condition_values_empty
from passrole_aws.policies.rules.deny_tag_condition_unsupported import (
    deny_tag_condition_unsupported,
)
from passrole_aws.policies.rules.empty_optional_element import empty_optional_element
from passrole_aws.policies.rules.empty_policy_element import empty_policy_element
from passrole_aws.policies.rules.github_trust_too_wide import github_trust_too_wide
from passrole_aws.policies.rules.invalid_principal_format import invalid_principal_format
from passrole_aws.policies.rules.ip_range_host_bits import ip_range_host_bits
from passrole_aws.policies.rules.oidc_trust_unrestricted import oidc_trust_unrestricted
from passrole_aws.policies.rules.paired_condition_key_missing import paired_condition_key_missing
from passrole_aws.policies.rules.partition_hardcoded import partition_hardcoded
from passrole_aws.policies.rules.pass_role_star import pass_role_star
from passrole_aws.policies.rules.policy_element_missing import policy_element_missing
from passrole_aws.policies.rules.policy_element_unsupported import policy_element_unsupported
from passrole_aws.policies.rules.policy_size_exceeded import policy_size_exceeded
from passrole_aws.policies.rules.policy_syntax_invalid import policy_syntax_invalid
from passrole_aws.policies.rules.policy_variable_invalid import policy_variable_invalid
from passrole_aws.policies.rules.policy_version_missing import policy_version_missing
from passrole_aws.policies.rules.principal_id_reference import principal_id_reference
from passrole_aws.policies.rules.redundant_policy_part import redundant_policy_part
from passrole_aws.policies.rules.resource_policy_foreign import resource_policy_foreign
from passrole_aws.policies.rules.resource_type_mismatch import resource_type_mismatch
from passrole_aws.policies.rules.service_linked_role_star import service_linked_role_star
from passrole_aws.policies.rules.service_name_unknown import service_name_unknown
from passrole_aws.policies.rules.service_name_wildcard import service_name_wildcard
from passrole_aws.policies.rules.service_principal_unrestricted import (
    service_principal_unrestricted,
)
from passrole_aws.policies.rules.sid_characters_unsupported import sid_characters_unsupported
from passrole_aws.policies.rules.sid_not_unique import sid_not_unique
from passrole_aws.policies.rules.sid_repeated import sid_repeated
from passrole_aws.policies.rules.source_ip_partly_private import source_ip_partly_private
from passrole_aws.policies.rules.source_ip_private import source_ip_private
from passrole_aws.policies.rules.trust_principal_mismatch import trust_principal_mismatch
from passrole_aws.policies.rules.version_missing_variables import version_missing_variables

RULES = (
    action_requires_star_resource,
    action_unknown,
    allow_not_principal,
    allow_tag_condition_unsupported,
    arn_form_unknown,
    arn_malformed,
    assumed_role_arn_in_policy,
    audience_claim_qualifier,
    condition_key_deprecated,
    condition_key_unknown,
    condition_key_unsupported,
    condition_operator_mismatch,
    condition_operator_unknown,
    condition_value_invalid,
    condition_value_type_mismatch,
    condition_values_empty,
    deny_tag_condition_unsupported,
    empty_optional_element,
    empty_policy_element,
    github_trust_too_wide,
    invalid_principal_format,
    ip_range_host_bits,
    oidc_trust_unrestricted,
    paired_condition_key_missing,
    partition_hardcoded,
    pass_role_star,
    policy_element_missing,
    policy_element_unsupported,
    policy_size_exceeded,
    policy_syntax_invalid,
    policy_variable_invalid,
    policy_version_missing,
    principal_id_reference,
    redundant_policy_part,
    resource_policy_foreign,
    resource_type_mismatch,
    service_linked_role_star,
    service_name_unknown,
    service_name_wildcard,
    service_principal_unrestricted,
    sid_characters_unsupported,
    sid_not_unique,
    sid_repeated,
    source_ip_partly_private,
    source_ip_private,
    trust_principal_mismatch,
    version_missing_variables,
)
