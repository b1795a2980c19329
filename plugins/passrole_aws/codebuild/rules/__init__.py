"""The rules of CodeBuild, one a file."""

from passrole_aws.codebuild.rules.artifact_access_missing import artifact_access_missing
from passrole_aws.codebuild.rules.batch_permissions import batch_permissions
from passrole_aws.codebuild.rules.start_build_missing import start_build_missing

RULES = (artifact_access_missing, batch_permissions, start_build_missing)
