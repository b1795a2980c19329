"""The rules of manual approvals, one a file."""

from passrole_aws.approval.rules.sns_publish_missing import sns_publish_missing

RULES = (sns_publish_missing,)
