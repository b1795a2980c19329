"""The rules of ECR, one a file."""

from passrole_aws.ecr.rules.cloudtrail_trigger_legacy import cloudtrail_trigger_legacy
from passrole_aws.ecr.rules.source_describe_missing import source_describe_missing

RULES = (
    cloudtrail_trigger_legacy,
    source_describe_missing,
)
