"""The rules of Step Functions, one a file."""

from passrole_aws.stepfunctions.rules.execution_arn_mismatch import execution_arn_mismatch

RULES = (execution_arn_mismatch,)
