"""The rules of artifacts, one a file."""

from passrole_aws.artifacts.rules.artifact_bucket_access_missing import (
    artifact_bucket_access_missing,
)
from passrole_aws.artifacts.rules.artifact_bucket_writable_by_others import (
    artifact_bucket_writable_by_others,
)
from passrole_aws.artifacts.rules.artifact_kms_permission_missing import (
    artifact_kms_permission_missing,
)
from passrole_aws.artifacts.rules.cross_account_artifact_chain import cross_account_artifact_chain
from passrole_aws.artifacts.rules.cross_account_bucket_policy_missing import (
    cross_account_bucket_policy_missing,
)
from passrole_aws.artifacts.rules.cross_account_default_key import cross_account_default_key
from passrole_aws.artifacts.rules.cross_account_kms_alias import cross_account_kms_alias
from passrole_aws.artifacts.rules.cross_account_put_object_acl_missing import (
    cross_account_put_object_acl_missing,
)
from passrole_aws.artifacts.rules.cross_region_artifact_store_missing import (
    cross_region_artifact_store_missing,
)
from passrole_aws.artifacts.rules.key_policy_broad import key_policy_broad
from passrole_aws.artifacts.rules.key_policy_missing_principal import key_policy_missing_principal

RULES = (
    artifact_bucket_access_missing,
    artifact_bucket_writable_by_others,
    artifact_kms_permission_missing,
    cross_account_artifact_chain,
    cross_account_bucket_policy_missing,
    cross_account_default_key,
    cross_account_kms_alias,
    cross_account_put_object_acl_missing,
    cross_region_artifact_store_missing,
    key_policy_broad,
    key_policy_missing_principal,
)
