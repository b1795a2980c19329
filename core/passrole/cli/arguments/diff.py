"""``passrole diff``'s arguments."""

from __future__ import annotations

import argparse

from passrole.cli.arguments.ruling import rule_options
from passrole.cli.arguments.scanning import facts

DIFF_FORMATS = ("text", "json", "markdown")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options and arguments of the command."""
    parser.add_argument(
        "base", metavar="BASE",
        help="a folder, or a revision of git: main, v1.2, HEAD~3; main...topic takes where the two "
        "parted, and topic as HEAD",
    )  # fmt: skip
    parser.add_argument(
        "head", metavar="HEAD", nargs="?", default="",
        help="a folder or a revision (default: the work tree, with what is not committed)",
    )  # fmt: skip
    parser.add_argument(
        "--repo", metavar="DIR", default=".", help="in the repository around this folder"
    )
    parser.add_argument(
        "--path", action="append", default=[], metavar="PATH", dest="within",
        help="only what is below this path of both sides, as it is from their roots",
    )  # fmt: skip
    output = parser.add_argument_group("output")
    output.add_argument(
        "--format", choices=DIFF_FORMATS, default="text", metavar="FORMAT",
        help=f"{', '.join(DIFF_FORMATS[:-1])} or {DIFF_FORMATS[-1]} (default: text)",
    )  # fmt: skip
    output.add_argument("-o", "--output", metavar="FILE", help="write there and not to the screen")
    rule_options(parser)
    parser.add_argument(
        "--fail-on-gained", action="store_true",
        help="exit with 1 as well where a role gains what no pipeline needs",
    )  # fmt: skip
    facts(parser)
