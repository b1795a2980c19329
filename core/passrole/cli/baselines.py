"""``--baseline`` and ``--write-baseline``: what was found before, from a file and into one."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from passrole.errors import UsageError
from passrole.findings import BaselineEntry, Results
from passrole.records import NamedTuple
from passrole.reporters.escaping import printable
from passrole.reporters.grouping import counted
from passrole.settings import Settings

USUAL_FILE = "passrole-baseline.json"


class Baseline(NamedTuple):
    """The file to compare with and what it holds, and the one to write; empty for none."""

    file: str = ""
    entries: tuple[BaselineEntry, ...] = ()
    target: str = ""


def baseline_of(settings: Settings, target: str | None = None) -> Baseline:
    """What is asked for, the file read; ``target`` is that of ``--write-baseline``, empty for any.

    A file that is not there yet is one to write. Raises UsageError for a file that is no baseline.
    """
    file = os.fspath(settings.baseline or "")
    if target is not None:
        target = target or file or USUAL_FILE
        _see_that_nothing_is_lost(target)
        if target == file and not os.path.lexists(file):
            file = ""
    return Baseline(file, _read(file) if file else (), target or "")


def _read(file: str) -> tuple[BaselineEntry, ...]:
    from passrole.baseline import LARGEST, read_baseline  # noqa: PLC0415 - where there is one

    try:
        with Path(file).open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        hint = "; --write-baseline makes one" if not os.path.lexists(file) else ""
        raise UsageError(f"{file}: cannot be read: {error.strerror}{hint}") from error
    return read_baseline(data, file)


def _see_that_nothing_is_lost(target: str) -> None:
    """A path that was meant to be scanned must not be written over."""
    if not os.path.lexists(target):
        return
    try:
        _read(target)
    except UsageError as error:
        words = f"--write-baseline={target}: it is there and no baseline, so it stays as it is"
        hint = "what is to be scanned goes before --write-baseline"
        raise UsageError(f"{words}; {hint} ({error})") from error


def compared(results: Results, baseline: Baseline, settings: Settings) -> Results:
    """The results as the baseline sees them; as they are where there is none to compare with."""
    if not baseline.file:
        return results
    from passrole.baseline import compare  # noqa: PLC0415 - where there is one

    root = os.path.realpath(settings.root)
    scanned = [os.path.realpath(path) for path in settings.paths]

    def place(path: str) -> str:
        return os.path.join(root, *path.split("/"))  # noqa: PTH118 - a text for texts

    def is_looked_at(path: str) -> bool:
        if settings.changes is not None:
            return False  # what is not found may be where nothing changed
        real = place(path)
        return any(
            real == each or real.startswith(each.rstrip(os.sep) + os.sep) for each in scanned
        )

    def is_gone(path: str) -> bool:
        return not os.path.lexists(place(path))

    return compare(results, baseline.entries, baseline.file, is_looked_at, is_gone)


def to_write(results: Results, baseline: Baseline, settings: Settings) -> list[tuple[str, str]]:
    """The text of the baseline with the file that it goes into, told to who runs the command.

    Of an incomplete run there is none: what could not be read may hold what it knows.
    """
    if not baseline.target:
        return []
    if results.incomplete and not settings.allow_incomplete:
        _say(f"{baseline.target} is not written: the analysis is incomplete")
        return []
    from passrole.baseline import as_text  # noqa: PLC0415 - where there is one

    known = results.baseline.unchanged if results.baseline is not None else ()
    findings = (*results.findings, *known)
    aside = results.set_aside
    # Where what told a cause is mended, what it told better is not new.
    more = f", with {len(aside)} more of the same causes" if aside else ""
    _say(f"{counted(len(findings), 'finding')} in {baseline.target}{more}")
    return [(as_text((*findings, *aside)), baseline.target)]


def after_writing(results: Results, written: bool) -> Results:
    """What still counts: nothing that a baseline holds from now on."""
    return replace(results, findings=()) if written else results


def _say(words: str) -> None:
    print(f"passrole: {printable(words)}", file=sys.stderr)
