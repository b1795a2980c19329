"""``passrole why``'s arguments."""

from __future__ import annotations

import argparse

from passrole.cli.arguments.scanning import scan_options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options and arguments of the command."""
    parser.add_argument(
        "action", metavar="ACTION", help="s3:GetObject, or a pattern such as codebuild:Start*"
    )
    scan_options(parser)
    parser.add_argument("--role", metavar="ROLE", help="of this role only: a name, an id or an ARN")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("-o", "--output", metavar="FILE", help="write there and not to the screen")
