"""The rules of ECR, one a file."""

from passrole_aws.ecr.rules.source_describe_missing import source_describe_missing

RULES = (source_describe_missing,)
