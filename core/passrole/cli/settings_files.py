"""Which settings files a run reads: those of the project, and the user's own."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from passrole.configuration.finding import FoundFile, candidates, read_settings_file
from passrole.configuration.user import Trust, user_file
from passrole.errors import UsageError

if TYPE_CHECKING:
    from passrole.configuration.project import ProjectFile


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
    try:
        shown = os.path.relpath(found.location, boundary).replace(os.sep, "/")
    except ValueError:  # on another drive
        shown = found.location.replace(os.sep, "/")
    return read_project(found, shown, boundary)


def user_trust() -> Trust:
    """Which third-party plugins the user settings let be loaded.

    Raises UsageError where these cannot be read: what they forbid is then not known.
    """
    location = user_file()
    if location is None:
        return Trust()
    from passrole.configuration.user_reading import read_trust  # noqa: PLC0415 - few have one

    return read_trust(location)
