"""Every command in one table, in the order of ``passrole --help``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NamedTuple

from passrole.cli.arguments import (
    check,
    completion,
    config,
    diff,
    explain,
    listing,
    new_plugin,
    policy,
    simulate,
    why,
)
from passrole.cli.arguments import map as mapping
from passrole.cli.examples import (
    CHECK_EXAMPLES,
    COMPLETION_EXAMPLES,
    CONFIG_EXAMPLES,
    DIFF_EXAMPLES,
    EXPLAIN_EXAMPLES,
    MAP_EXAMPLES,
    NEW_PLUGIN_EXAMPLES,
    POLICY_EXAMPLES,
    WHY_EXAMPLES,
)


class Command(NamedTuple):
    """A command: what adds its arguments, and the module of ``cli`` whose ``run_NAME`` runs it.

    ``words`` is its line in the help, ``positional`` what its usage ends with.
    """

    name: str
    words: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    module: str
    positional: str = ""
    examples: str = ""


COMMANDS = (
    Command("check", "say what is missing",
            check.add_arguments, "check", "[PATH...]", CHECK_EXAMPLES),
    Command("map", "show every action, what it needs and who grants it",
            mapping.add_arguments, "mapping", "[PATH...]", MAP_EXAMPLES),
    Command("policy", "write the least-privilege policy of each role that a pipeline uses",
            policy.add_arguments, "policy", "[PATH...]", POLICY_EXAMPLES),
    Command("why", "say what needs an IAM action, and which statements grant or deny it",
            why.add_arguments, "why", "ACTION [PATH...]", WHY_EXAMPLES),
    Command("diff", "say what roles gained and lost between two trees or revisions",
            diff.add_arguments, "diff", "BASE [HEAD]", DIFF_EXAMPLES),
    Command("rules", "list the rules", listing.add_arguments, "listing"),
    Command("rulesets", "list the rulesets, or test the checks that one declares",
            listing.add_ruleset_arguments, "listing"),
    Command("plugins", "list the plugins and what each brings", listing.add_arguments, "listing"),
    Command("explain",
            "print the page of a rule or of an IAM action, or what an error text comes from",
            explain.add_arguments, "explain", "RULE|ACTION|ERROR_TEXT [PATH...]",
            EXPLAIN_EXAMPLES),
    Command("simulate", "decide one request, or a file of them",
            simulate.add_arguments, "simulate"),
    Command("config", "show the settings that hold, and where each comes from",
            config.add_arguments, "config", "[PATH...]", CONFIG_EXAMPLES),
    Command("completion", "print a script that completes commands in bash, zsh or fish",
            completion.add_arguments, "completion", "bash|zsh|fish", COMPLETION_EXAMPLES),
    Command("new-plugin", "write a plugin of your own to begin with, whose tests pass",
            new_plugin.add_arguments, "new_plugin", "NAME", NEW_PLUGIN_EXAMPLES),
)  # fmt: skip
