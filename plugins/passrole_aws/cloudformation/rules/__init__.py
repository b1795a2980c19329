"""The rules of CloudFormation, one a file."""

from passrole_aws.cloudformation.rules.pass_role_missing import pass_role_missing
from passrole_aws.cloudformation.rules.role_trust_missing import role_trust_missing

RULES = (pass_role_missing, role_trust_missing)
