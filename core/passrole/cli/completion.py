"""``passrole completion``: what a shell has to know to complete commands, options and values."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Final

from passrole.cli import CLEAN
from passrole.cli.options import load_contributions
from passrole.contributions import Contributions
from passrole.records import NamedTuple
from passrole.reporters import BUILT_IN

_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]*")


class Argument(NamedTuple):
    """An option or an argument of a command, and what its value may be.

    ``options`` is empty for an argument that stands by its place. ``takes`` says whether a value
    follows; ``words`` are its values, ``listed`` whether several may be given with commas.
    """

    options: tuple[str, ...]
    takes: bool
    words: tuple[str, ...] = ()
    listed: bool = False
    help: str = ""


class Completed(NamedTuple):
    """A command with its line in the help and all that may follow it."""

    name: str
    help: str
    arguments: tuple[Argument, ...]

    @property
    def options(self) -> tuple[str, ...]:
        """Every option, short and long."""
        return tuple(option for each in self.arguments for option in each.options)

    @property
    def words(self) -> tuple[str, ...]:
        """What the arguments that stand by their place may be."""
        return tuple(word for each in self.arguments if not each.options for word in each.words)


def run_completion(options: argparse.Namespace) -> int:
    """Print the script for a shell."""
    shell = import_module(f"passrole.cli.shells.{options.shell}")
    script: str = shell.script(tuple(commands(load_contributions(options))))
    sys.stdout.write(script)
    return CLEAN


def commands(contributions: Contributions) -> Iterator[Completed]:
    """Every command of the parser, with the names that its options take."""
    from passrole.cli.parser import build_parser  # noqa: PLC0415 - it makes this command's parser

    named = _Names(contributions)
    for action in build_parser()._actions:  # noqa: SLF001 - argparse has no other way to ask
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            helps = {each.dest: each.help or "" for each in action._choices_actions}  # noqa: SLF001 - as above
            for name, parser in action.choices.items():
                arguments = (named.argument(name, each) for each in parser._actions)  # noqa: SLF001 - as above
                yield Completed(name, helps.get(name, ""), tuple(arguments))


class _Names:
    """The names of rules, rulesets, formats and plugins that are there."""

    def __init__(self, contributions: Contributions) -> None:
        rules = _harmless(each.id for each in contributions.rules)
        plugins = _harmless(each.name for each in contributions.plugins)
        self._of = {
            "select": rules, "ignore": rules,
            "ruleset": _harmless(contributions.rulesets),
            "plugin": (*plugins, *(f"no:{each}" for each in plugins)),
            "explain asked": rules,
            "check reports": _harmless({*BUILT_IN, *contributions.reporters}),
        }  # fmt: skip

    def argument(self, command: str, action: argparse.Action) -> Argument:
        words = self._of.get(action.dest) or self._of.get(f"{command} {action.dest}") or ()
        if action.choices is not None:
            words = _harmless(map(str, action.choices))
        if action.metavar == "FILE":
            words = ()
        takes = action.nargs != 0
        listed = action.dest in ("select", "ignore")
        text = " ".join((action.help or "").split())
        return Argument(tuple(action.option_strings), takes, words, listed, text)


def _harmless(names: Iterable[str]) -> tuple[str, ...]:
    """The names that mean nothing to a shell, sorted."""
    return tuple(sorted(name for name in names if _WORD.fullmatch(name)))
