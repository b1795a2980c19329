"""Every command in one table, in the order of ``passrole --help``."""

from __future__ import annotations

import argparse
from importlib import import_module

from passrole.cli.examples import (
    CHECK_EXAMPLES,
    COMPLETION_EXAMPLES,
    CONFIG_EXAMPLES,
    DIFF_EXAMPLES,
    EXPLAIN_EXAMPLES,
    MAP_EXAMPLES,
    NEW_PLUGIN_EXAMPLES,
    POLICY_EXAMPLES,
    SIMULATE_EXAMPLES,
    WHY_EXAMPLES,
)
from passrole.records import NamedTuple


class Command(NamedTuple):
    """A command: the module of ``cli.arguments`` that knows its arguments, and that which runs it.

    ``words`` is its line in the help, ``positional`` what its usage ends with.
    """

    name: str
    words: str
    arguments: str
    module: str
    positional: str = ""
    examples: str = ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add its options and arguments."""
        import_module(f"passrole.cli.arguments.{self.arguments}").add_arguments(parser)


COMMANDS = (
    Command("check", "say what is missing", "check", "check", "[PATH...]", CHECK_EXAMPLES),
    Command("map", "show every action, what it needs and who grants it",
            "map", "mapping", "[PATH...]", MAP_EXAMPLES),
    Command("policy", "write the least-privilege policy of each role that a pipeline uses",
            "policy", "policy", "[PATH...]", POLICY_EXAMPLES),
    Command("why", "say what needs an IAM action, and which statements grant or deny it",
            "why", "why", "ACTION [PATH...]", WHY_EXAMPLES),
    Command("diff", "say what roles gained and lost between two trees or revisions",
            "diff", "diff", "BASE [HEAD]", DIFF_EXAMPLES),
    Command("rules", "list the rules", "listing", "listing"),
    Command("rulesets", "list the rulesets, or test the checks that one declares",
            "rulesets", "listing"),
    Command("plugins", "list the plugins and what each brings", "listing", "listing"),
    Command("explain",
            "print the page of a rule or of an IAM action, or what an error text comes from",
            "explain", "explain", "RULE|ACTION|ERROR_TEXT [PATH...]", EXPLAIN_EXAMPLES),
    Command("simulate", "decide one request, or a file of them", "simulate", "simulate",
            examples=SIMULATE_EXAMPLES),
    Command("config", "show the settings that hold, and where each comes from",
            "config", "config", "[PATH...]", CONFIG_EXAMPLES),
    Command("completion", "print a script that completes commands in bash, zsh or fish",
            "completion", "completion", "bash|zsh|fish", COMPLETION_EXAMPLES),
    Command("new-plugin", "write a plugin of your own to begin with, whose tests pass",
            "new_plugin", "new_plugin", "NAME", NEW_PLUGIN_EXAMPLES),
)  # fmt: skip
