"""The rules of CodeDeploy, one a file."""

from passrole_aws.codedeploy.rules.ecs_register_taskdef_missing import ecs_register_taskdef_missing

RULES = (ecs_register_taskdef_missing,)
