"""The arguments of ``passrole new-plugin``."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The name, and where to write."""
    parser.add_argument(
        "name", metavar="NAME", help="small letters, digits and hyphens; not what is installed"
    )
    parser.add_argument(
        "--into", default=".", metavar="DIR", help="the folder that gets passrole-NAME (default: .)"
    )
