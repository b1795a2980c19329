"""The parser of the command line, made of the table of commands."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, NoReturn

from passrole._version import __version__
from passrole.cli import USAGE
from passrole.cli.commands import COMMANDS, Command
from passrole.cli.examples import EXAMPLES
from passrole.errors import did_you_mean
from passrole.reporters.escaping import printable

# argparse formats every option when it is added; the width of the screen is asked for help alone.
_UNSHOWN: Any = partial(argparse.HelpFormatter, width=80)
_SHOWN = argparse.RawDescriptionHelpFormatter


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints show what a file is called, whatever its name is made of."""

    def format_help(self) -> str:
        self.formatter_class = _SHOWN
        return super().format_help()

    def format_usage(self) -> str:
        self.formatter_class = _SHOWN
        return super().format_usage()

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """What argparse does, but for a command that is none, which is told with what was meant."""
        names = list(action.choices or ())
        if isinstance(action, argparse._SubParsersAction) and value not in names:  # noqa: SLF001
            hint = did_you_mean(value, names)
            if not hint and os.path.lexists(value):
                hint = f"; did you mean `passrole check {value}`?"
            told = hint or f", only {', '.join(names)}"
            raise argparse.ArgumentError(None, f"there is no command {value!r}{told}")
        super()._check_value(action, value)

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.format_usage()}passrole: error: {printable(message)}\n")


class _CommandParser(_Parser):
    """The parser of one command: options may stand before, between and after its arguments."""

    _within = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What argparse does, in its two steps: first the options, then all that is left."""
        if self._within or "--" in (args or ()):
            return super().parse_known_args(args, namespace)
        self._within = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._within = False


def build_parser(first: str = "") -> argparse.ArgumentParser:
    """The parser of the command line; a command's module is imported when it runs.

    Where the ``first`` argument is a command, it is one for this command alone.
    """
    parser = _Parser(
        prog="passrole",
        description="Says before deployment which IAM permission an AWS CodePipeline lacks, for "
        "which action, in which role. Reads CloudFormation and Terraform offline.",
        epilog=EXAMPLES,
        formatter_class=_UNSHOWN,
        allow_abbrev=False,
    )
    parser.add_argument("-V", "--version", action="version", version=f"passrole {__version__}")
    _verbosity(parser, quiet=False, verbose=0)
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", parser_class=_CommandParser
    )
    for command in [each for each in COMMANDS if each.name == first] or COMMANDS:
        command.add_arguments(_added(commands, command))
    return parser


def _added(
    commands: argparse._SubParsersAction[_CommandParser], command: Command
) -> argparse.ArgumentParser:
    words, positional = command.words, f" {command.positional}" if command.positional else ""
    parser: argparse.ArgumentParser = commands.add_parser(
        command.name,
        help=words,
        description=f"{words[0].upper()}{words[1:]}.",
        epilog=command.examples,
        usage=f"passrole {command.name} [OPTION...]{positional}",
        formatter_class=_UNSHOWN,
        allow_abbrev=False,
    )
    # Said before the command they hold as well, unless they are said again.
    _verbosity(parser, quiet=argparse.SUPPRESS, verbose=argparse.SUPPRESS)
    parser.set_defaults(run=_lazy(f"passrole.cli.{command.module}", command.name))
    return parser


def _verbosity(parser: argparse.ArgumentParser, *, quiet: Any, verbose: Any) -> None:
    group = parser.add_argument_group("how much is told on standard error")
    group.add_argument(
        "-q", "--quiet", action="store_true", default=quiet,
        help="no progress line, and no report on the screen that says nothing but that all is well",
    )  # fmt: skip
    group.add_argument(
        "-v", "--verbose", action="count", default=verbose,
        help="which settings and plugins, and the time of each phase; -vv also each file",
    )  # fmt: skip


def _lazy(module: str, name: str) -> Callable[[argparse.Namespace], int]:
    function = f"run_{name.replace('-', '_')}"

    def run(options: argparse.Namespace) -> int:
        command: Callable[[argparse.Namespace], int] = getattr(import_module(module), function)
        return command(options)

    return run
