"""The arguments of ``passrole rulesets``."""

from __future__ import annotations

import argparse

from passrole.cli.arguments import listing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Those of a list, and what tests a ruleset."""
    parser.add_argument(
        "--test",
        metavar="NAME|FILE",
        help="run the examples of the checks that a ruleset declares, and list nothing",
    )
    listing.add_arguments(parser)
