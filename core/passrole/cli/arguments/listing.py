"""The arguments of ``passrole rules`` and ``plugins``."""

from __future__ import annotations

import argparse

from passrole.cli.arguments.scanning import plugin_options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of a list."""
    parser.add_argument("--format", choices=("text", "json"), default="text")
    plugin_options(parser)
