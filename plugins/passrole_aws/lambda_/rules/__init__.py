"""The rules of Lambda, one a file."""

from passrole_aws.lambda_.rules.invoke_missing import invoke_missing
from passrole_aws.lambda_.rules.job_result_missing import job_result_missing
from passrole_aws.lambda_.rules.putjob_resource_scoped import putjob_resource_scoped

RULES = (invoke_missing, job_result_missing, putjob_resource_scoped)
