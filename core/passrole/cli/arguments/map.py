"""``passrole map``'s arguments."""

from __future__ import annotations

import argparse

from passrole.cli.arguments.scanning import scan_options

MAP_FORMATS = ("tree", "json", "mermaid", "dot", "graphml", "html")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options and arguments of the command."""
    scan_options(parser)
    parser.add_argument(
        "--format",
        choices=MAP_FORMATS,
        default="tree",
        metavar="FORMAT",
        help=f"{', '.join(MAP_FORMATS[:-1])} or {MAP_FORMATS[-1]} (default: tree)",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write there and not to the screen")
