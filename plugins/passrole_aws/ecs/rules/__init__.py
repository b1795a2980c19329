"""The rules of ECS, one a file."""

from passrole_aws.ecs.rules.pass_role_missing import pass_role_missing

RULES = (pass_role_missing,)
