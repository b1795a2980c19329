"""Which file holds the settings of a project, found upward from what is scanned."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from passrole.documents.limits import Limits
from passrole.documents.nodes import Problem
from passrole.documents.reading import read_file
from passrole.errors import UsageError
from passrole.records import NamedTuple

OWN_FILE: Final = "passrole.toml"
PYPROJECT: Final = "pyproject.toml"
SIZE: Final = 1_000_000
"""The largest settings file that is read, in bytes."""

# What follows the name where it is a key or a table, as in [tool.passrole].
_OURS: Final = re.compile(rb"passrole[\"']?[ \t]*[\].=]")


class FoundFile(NamedTuple):
    """A file of settings: where it is and what is in it."""

    location: str
    data: bytes

    @property
    def folder(self) -> str:
        """The folder that its paths are relative to."""
        return os.path.dirname(self.location)

    @property
    def is_pyproject(self) -> bool:
        """Whether only a table of it is ours."""
        return self.location.endswith(PYPROJECT)


def candidates(paths: Iterable[str | os.PathLike[str]]) -> Iterator[FoundFile]:
    """The files that may hold settings, the nearest first, ``passrole.toml`` before its neighbour.

    The search starts in the folder that all ``paths`` have in common and ends with the folder that
    holds ``.git``. Where none does it ends with the home folder or, outside of it, with the current
    one: what strangers put into ``/tmp`` must not decide. Raises UsageError for a ``passrole.toml``
    that cannot be read.
    """
    for folder in folders_above(paths):
        own = os.path.join(folder, OWN_FILE)
        if os.path.lexists(own):
            yield FoundFile(own, read_settings_file(own, shown(own), folder))
        pyproject = os.path.join(folder, PYPROJECT)
        if os.path.isfile(pyproject):
            data = read_settings_file(pyproject, shown(pyproject), folder)
            if _OURS.search(data):
                yield FoundFile(pyproject, data)


def folders_above(paths: Iterable[str | os.PathLike[str]]) -> tuple[str, ...]:
    """Where settings are looked for, the nearest folder first."""
    start = _common_folder(paths)
    chain = [start]
    while True:
        if os.path.lexists(os.path.join(chain[-1], ".git")):
            return tuple(chain)
        parent = os.path.dirname(chain[-1])
        if parent == chain[-1]:
            break
        chain.append(parent)
    for last in (os.path.realpath(Path("~").expanduser()), os.path.realpath(os.curdir)):
        if last in chain:
            return tuple(chain[: chain.index(last) + 1])
    return (start,)


def _common_folder(paths: Iterable[str | os.PathLike[str]]) -> str:
    real = [os.path.realpath(path) for path in paths] or [os.path.realpath(os.curdir)]
    folders = [each if os.path.isdir(each) else os.path.dirname(each) for each in real]
    try:
        return os.path.commonpath(folders)
    except ValueError:  # on several drives
        return folders[0]


def read_settings_file(location: str, called: str, boundary: str) -> bytes:
    """The bytes of a settings file; a link counts where it leads to a file below ``boundary``.

    Raises UsageError where it is no file, leads out, is too large or cannot be read.
    """
    real = os.path.realpath(location)
    if os.path.islink(location):
        if os.path.islink(real) or not os.path.lexists(real):
            raise UsageError(f"{called}: cannot be read: this link leads nowhere")
        if not is_inside(real, boundary):
            raise UsageError(f"{called}: cannot be read: this link leads out of its folder")
    data = read_file(real, Limits(size=SIZE))
    if isinstance(data, Problem) and data.kind != "limit":
        raise UsageError(f"{called}: {data.message}")
    if data is None or isinstance(data, Problem):
        raise UsageError(f"{called}: more than {SIZE:,} bytes; settings are never that long")
    return data


def is_inside(path: str, folder: str) -> bool:
    """Whether a real path is a folder or in it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def shown(real: str) -> str:
    """A path as people write it where they are: relative to the current folder."""
    try:
        return os.path.relpath(real).replace(os.sep, "/")
    except ValueError:  # on another drive
        return real.replace(os.sep, "/")
