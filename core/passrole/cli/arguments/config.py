"""``passrole config``'s arguments."""

from __future__ import annotations

import argparse

from passrole.cli.arguments.ruling import rule_options
from passrole.cli.arguments.scanning import scan_options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options and arguments of the command."""
    scan_options(parser)
    rule_options(parser)
    shown = parser.add_argument_group("output")
    shown.add_argument("--format", choices=("text", "json"), default="text")
    shown.add_argument(
        "--rules", action="store_true", help="every rule with its severity and who says so"
    )
    shown.add_argument(
        "--schema", action="store_true", help="print the JSON schema of passrole.toml, for editors"
    )
