"""The rules of ECS, one a file."""

from passrole_aws.ecs.rules.pass_role_missing import pass_role_missing
from passrole_aws.ecs.rules.tag_resource_missing import tag_resource_missing

RULES = (pass_role_missing, tag_resource_missing)
