"""``passrole explain``'s arguments."""

from __future__ import annotations

import argparse

from passrole.cli.arguments.scanning import facts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options and arguments of the command."""
    parser.add_argument(
        "asked", nargs="+", metavar="RULE|ACTION|ERROR_TEXT",
        help="- reads an error text from standard input; files or folders may follow",
    )  # fmt: skip
    facts(parser)
