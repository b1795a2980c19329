"""The rules of deployments to EC2, one a file."""

from passrole_aws.ec2.rules.deploy_permission_missing import deploy_permission_missing

RULES = (deploy_permission_missing,)
