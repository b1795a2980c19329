"""The rules of Commands, one a file."""

from passrole_aws.commands.rules.commands_on_non_compute_action import (
    commands_on_non_compute_action,
)
from passrole_aws.commands.rules.logs_missing import logs_missing

RULES = (
    commands_on_non_compute_action,
    logs_missing,
)
