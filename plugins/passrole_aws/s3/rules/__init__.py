"""The rules of S3 as a source and as a place to deploy to, one a file."""

from passrole_aws.s3.rules.deploy_acl_not_supported import deploy_acl_not_supported
from passrole_aws.s3.rules.deploy_permission_missing import deploy_permission_missing
from passrole_aws.s3.rules.source_bucket_writable import source_bucket_writable
from passrole_aws.s3.rules.source_permission_missing import source_permission_missing

RULES = (
    deploy_acl_not_supported,
    deploy_permission_missing,
    source_bucket_writable,
    source_permission_missing,
)
