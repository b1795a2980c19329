"""The rules of deployments to EKS, one a file."""

from passrole_aws.eks.rules.deploy_access_missing import deploy_access_missing

RULES = (deploy_access_missing,)
