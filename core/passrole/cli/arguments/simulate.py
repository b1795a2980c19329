"""``passrole simulate``'s arguments."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options and arguments of the command."""
    parser.add_argument("--cases", metavar="FILE", help="one case a line; - for standard input")
    parser.add_argument("--action", metavar="ACTION")
    parser.add_argument("--resource", metavar="ARN", default="*")
    parser.add_argument("--principal", metavar="ARN")
    parser.add_argument("--resource-account", metavar="ID")
    for option in ("identity", "boundary"):
        parser.add_argument(f"--{option}", action="append", default=[], metavar="FILE")
    parser.add_argument("--session", metavar="FILE")
    parser.add_argument("--scp", action="append", default=[], metavar="FILE", help="one a level")
    parser.add_argument("--rcp", action="append", default=[], metavar="FILE", help="one a level")
    parser.add_argument("--resource-policy", metavar="FILE")
    parser.add_argument("--context", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--format", choices=("text", "json"), default="text")
