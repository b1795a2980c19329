"""Which settings files a run reads: those of the project, and the user's own."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from passrole.configuration.finding import OWN_FILE, FoundFile, candidates, read_settings_file
from passrole.configuration.user import Trust, user_file
from passrole.documents.discovery import SKIPPED_DIRECTORIES
from passrole.errors import UsageError
from passrole.records import NamedTuple

if TYPE_CHECKING:
    from passrole.configuration.project import ProjectFile

MOST_FOLDERS: Final = 10_000
"""How many folders are looked into for files that do not count."""


def found_project(
    options: argparse.Namespace, paths: Iterable[Path], root: Path | None
) -> ProjectFile | None:
    """The settings of the project: the file that is named, else the nearest one, if any."""
    if options.isolated:
        if options.config:
            raise UsageError("--isolated ignores the settings of the project, --config names some")
        return None
    if options.config:
        location = os.path.realpath(options.config)
        if not os.path.lexists(options.config):
            raise UsageError(f"--config {options.config}: no such file")
        folder = str(Path(location).parent)
        found = FoundFile(location, read_settings_file(location, options.config, folder))
        project = _read(found, root)
        if project is None:
            raise UsageError(f"--config {options.config}: it has no table [tool.passrole]")
        return project
    for each in candidates(paths):
        project = _read(each, root)
        if project is not None:
            return project
    return None


def _read(found: FoundFile, root: Path | None) -> ProjectFile | None:
    # Most runs find no file, and need no reader.
    from passrole.configuration.project import read_project  # noqa: PLC0415

    boundary = os.path.realpath(root) if root is not None else found.folder
    return read_project(found, _shown(found.location, boundary), boundary)


class Unused(NamedTuple):
    """A file of settings that does not count, and why."""

    path: str
    reason: str


def unused_files(
    options: argparse.Namespace, paths: Iterable[Path], root: Path | None, used: ProjectFile | None
) -> Iterator[Unused]:
    """The files above the paths that do not count; those below where the search ends are not met.

    Files below the paths do not count either: ``[[paths]]`` is for settings of a part.
    """
    base = os.path.realpath(root) if root is not None else os.path.realpath(os.curdir)
    for each in candidates(paths):
        shown = _shown(each.location, base)
        folder = os.path.realpath(used.folder) if used is not None else ""
        if used is not None and shown == used.path and folder == each.folder:
            continue
        if options.isolated:
            yield Unused(shown, "--isolated")
        elif options.config:
            yield Unused(shown, "--config names another one")
        elif each.is_pyproject and b"tool.passrole" not in each.data:
            continue
        elif each.folder == folder:
            yield Unused(shown, "passrole.toml beside it counts")
        else:
            yield Unused(shown, "a nearer one counts")
    for path in paths:
        for location in _below(path):
            if used is None or location != os.path.join(used.folder, OWN_FILE):  # noqa: PTH118 - a text
                yield Unused(_shown(location, base), "it is below what is scanned; see [[paths]]")


def _below(path: Path) -> Iterator[str]:
    """Every ``passrole.toml`` below a folder, as far as a bounded search finds them."""
    for count, (folder, folders, files) in enumerate(os.walk(path)):
        if count == MOST_FOLDERS:
            return
        folders[:] = sorted(set(folders) - SKIPPED_DIRECTORIES)
        if OWN_FILE in files and count:
            yield os.path.realpath(os.path.join(folder, OWN_FILE))  # noqa: PTH118 - a text


def _shown(location: str, base: str) -> str:
    try:
        return os.path.relpath(location, base).replace(os.sep, "/")
    except ValueError:  # on another drive
        return location.replace(os.sep, "/")


def user_trust() -> Trust:
    """Which third-party plugins the user settings let be loaded.

    Raises UsageError where these cannot be read: what they forbid is then not known.
    """
    location = user_file()
    if location is None:
        return Trust()
    from passrole.configuration.user_reading import read_trust  # noqa: PLC0415 - few have one

    return read_trust(location)
