"""The arguments of ``passrole rules``, ``rulesets`` and ``plugins``."""

from __future__ import annotations

import argparse

from passrole.cli.arguments.scanning import plugin_options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of a list."""
    parser.add_argument("--format", choices=("text", "json"), default="text")
    plugin_options(parser)


def add_ruleset_arguments(parser: argparse.ArgumentParser) -> None:
    """Those of ``rulesets``, which tests one as well."""
    parser.add_argument(
        "--test",
        metavar="NAME|FILE",
        help="run the examples of the checks that a ruleset declares, and list nothing",
    )
    add_arguments(parser)
