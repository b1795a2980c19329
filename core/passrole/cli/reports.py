"""Which reports a run writes, and where to: ``--format`` and ``-o`` as they were given."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from typing import Any

from passrole.errors import UsageError
from passrole.records import NamedTuple

SCREEN = "-"


class Wanted(NamedTuple):
    """A format and the file it goes into, None for the screen."""

    format: str
    target: str | None = None


class InOrder(argparse.Action):
    """Keeps ``--format`` and ``-o`` together as they were given: their order says what is whose."""

    def __call__(
        self,
        _parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,  # noqa: ARG002 - argparse's name for it
    ) -> None:
        """Add one option to those before it."""
        given = [*(getattr(namespace, self.dest) or ()), (self.metavar, str(values))]
        setattr(namespace, self.dest, given)


def wanted_reports(given: Sequence[tuple[str, str]] | None, usual: str) -> tuple[Wanted, ...]:
    """The reports that the options name: ``("FORMAT", name)`` and ``("FILE", path)`` in order.

    A file belongs to the format before it, a leading one to the first format. Raises UsageError
    for what would be lost: a second report on the screen, two files for one format, two reports
    in one file.
    """
    reports = [
        Wanted(name, _file_of(name, files)) for name, files in _by_format(given or (), usual)
    ]
    if sum(each.target is None for each in reports) > 1:
        names = " and ".join(each.format for each in reports if each.target is None)
        raise UsageError(f"only one report goes to the screen, not {names}: -o FILE after a format")
    targets = [each.target for each in reports if each.target is not None]
    files = [os.path.realpath(each) for each in targets if not each.startswith("/dev/")]
    for target in files:
        if files.count(target) > 1:
            raise UsageError(f"two reports go into the same file: {target}")
    return tuple(reports)


def _by_format(given: Sequence[tuple[str, str]], usual: str) -> Iterator[tuple[str, list[str]]]:
    name, files = "", []
    for kind, value in given:
        if kind == "FILE":
            files.append(value)
            continue
        if name:
            yield name, files
            files = []
        name = value
    yield name or usual, files


def _file_of(name: str, files: list[str]) -> str | None:
    if len(files) > 1:
        raise UsageError(f"the {name} report has more than one -o: put each after its --format")
    return None if files in ([], [SCREEN]) else files[0]
