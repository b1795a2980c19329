"""``passrole completion``'s arguments."""

from __future__ import annotations

import argparse

from passrole.cli.arguments.scanning import plugin_options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options and arguments of the command."""
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), metavar="SHELL")
    plugin_options(parser)
