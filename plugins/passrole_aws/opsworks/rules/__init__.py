"""The rules of OpsWorks, one a file."""

from passrole_aws.opsworks.rules.deploy_eol import deploy_eol

RULES = (deploy_eol,)
