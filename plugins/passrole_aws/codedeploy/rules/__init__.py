"""The rules of CodeDeploy, one a file."""

from passrole_aws.codedeploy.rules.ecs_register_taskdef_missing import ecs_register_taskdef_missing
from passrole_aws.codedeploy.rules.instance_profile_artifact_access import (
    instance_profile_artifact_access,
)

RULES = (ecs_register_taskdef_missing, instance_profile_artifact_access)
