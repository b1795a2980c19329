"""The rules about artifacts, one a file."""

from passrole_aws.artifacts.rules.artifact_bucket_access_missing import (
    artifact_bucket_access_missing,
)
from passrole_aws.artifacts.rules.artifact_kms_permission_missing import (
    artifact_kms_permission_missing,
)

RULES = (artifact_bucket_access_missing, artifact_kms_permission_missing)
