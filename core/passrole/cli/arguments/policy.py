"""``passrole policy``'s arguments."""

from __future__ import annotations

import argparse

from passrole.cli.arguments.scanning import scan_options

FORMATS = ("text", "json", "cloudformation", "cloudformation-json", "terraform", "terraform-json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options and arguments of the command."""
    scan_options(parser)
    parser.add_argument(
        "--role", action="append", default=[], metavar="ROLE",
        help="of this role only: a name, an id or an ARN; may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--include-disputed", action="store_true",
        help="put what only some source names, or what depends on a value that is not known, into "
        "the policy and not beside it",
    )  # fmt: skip
    parser.add_argument(
        "--narrow", action="store_true",
        help="begin with the present policies, and take away what nothing needs: Sids, conditions "
        "and denials stay, and so does all where more may be needed than is known",
    )  # fmt: skip
    parser.add_argument(
        "--format", choices=FORMATS, default="text", metavar="FORMAT",
        help=f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]} (default: text)",
    )  # fmt: skip
    parser.add_argument("-o", "--output", metavar="FILE", help="write there and not to the screen")
