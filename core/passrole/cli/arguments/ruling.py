"""Options of every command that reports findings: which rules, and which findings fail."""

from __future__ import annotations

import argparse

from passrole.configuration.checks import FAIL_ON


def rule_options(parser: argparse.ArgumentParser) -> None:
    """Rulesets, single rules, and the severity from which the exit code is 1."""
    rules = parser.add_argument_group("rules")
    rules.add_argument(
        "--ruleset",
        metavar="NAME|FILE",
        help="see `passrole rulesets`, or a YAML file of your own (default: default)",
    )
    rules.add_argument(
        "--select", action="append", default=[], metavar="RULE[,RULE]", help="these rules only"
    )
    rules.add_argument(
        "--ignore", action="append", default=[], metavar="RULE[,RULE]", help="not these rules"
    )
    rules.add_argument(
        "--fail-on", choices=FAIL_ON, metavar="SEVERITY",
        help="the severity from which the exit code is 1 (default: high); `unknown` fails on "
        "undecided needs as well",
    )  # fmt: skip
