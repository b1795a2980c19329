"""The files of a revision in a private folder: as git would check them out, without its filters.

Links are made as links and last of all, so that nothing is ever written through one; whoever reads
the folder follows none that leads out of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from passrole.documents.limits import Limits
from passrole.documents.nodes import Problem
from passrole.documents.recognition import format_of
from passrole.documents.revisions import MOST_BYTES, Entry, Revisions
from passrole.errors import IncompleteError
from passrole.records import NamedTuple

SUBMODULE, POINTER = "submodule", "lfs-pointer"
"""Why a path of a revision is passed over: its content is in another repository, or in a store."""

_POINTER: Final = b"version https://git-lfs.github.com/spec/"
_LONGEST_LINK: Final = 4_096
_LARGEST: Final = 64_000_000


class Checkout(NamedTuple):
    """What could not be written, each with its path, and what was passed over with the reason."""

    problems: tuple[tuple[str, Problem], ...]
    passed_over: tuple[tuple[str, str], ...]


def check_out(
    revisions: Revisions, entries: Iterable[Entry], folder: Path, limits: Limits
) -> Checkout:
    """Write the files of a revision into an empty folder.

    Raises IncompleteError where git fails, or where there is more than any repository has.
    """
    return _Writer(folder, limits).write(revisions, sorted(entries))


class _Writer:
    """One folder that is filled."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits
        self._made: set[str] = set()
        self._problems: list[tuple[str, Problem]] = []
        self._passed_over: list[tuple[str, str]] = []

    def write(self, revisions: Revisions, entries: list[Entry]) -> Checkout:
        """Write all of them."""
        wanted = [entry for entry in entries if self._is_wanted(entry)]
        if sum(entry.size or 0 for entry in wanted) > MOST_BYTES:
            raise IncompleteError(f"the revision has more than {MOST_BYTES:,} bytes")
        places: dict[str, list[Entry]] = {}
        for entry in wanted:
            places.setdefault(entry.oid, []).append(entry)
        links: list[tuple[Entry, bytes]] = []
        for oid, pieces in revisions.contents(list(places)):
            files = [each for each in places[oid] if not each.is_link]
            if pieces is None:
                for entry in places[oid]:
                    self._fail(entry.path, "the clone does not have its content")
                continue
            links += self._contents(files, [e for e in places[oid] if e.is_link], pieces)
        for entry, target in sorted(links):
            self._link(entry, target)
        return Checkout(tuple(sorted(self._problems)), tuple(sorted(self._passed_over)))

    def _is_wanted(self, entry: Entry) -> bool:
        if entry.is_submodule:
            self._passed_over.append((f"{entry.path}/", SUBMODULE))
            return False
        if not _is_safe(entry.path):
            self._fail(entry.path, "no such path can be checked out")
            return False
        if entry.size is None:
            self._fail(entry.path, "the clone does not have its content")
            return False
        if entry.is_link:
            return entry.size <= _LONGEST_LINK
        if entry.size <= self._limits.size:
            return True
        candidate = format_of(entry.path) is not None
        if candidate and entry.size > _LARGEST:
            self._problems.append((entry.path, Problem("limit", "too large to be read", 0, 0)))
        return candidate and entry.size <= _LARGEST

    def _contents(
        self, files: list[Entry], links: list[Entry], pieces: Iterator[bytes]
    ) -> Iterator[tuple[Entry, bytes]]:
        """Write one content to each of its places; yield the links that it is the target of."""
        data = b"".join(pieces)
        for entry in files:
            self._file(entry, data)
        yield from ((entry, data) for entry in links)

    def _file(self, entry: Entry, data: bytes) -> None:
        if data.startswith(_POINTER) and len(data) < 1_024 and format_of(entry.path) is not None:
            self._passed_over.append((entry.path, POINTER))
            return
        try:
            with self._place(entry.path).open("xb") as file:
                file.write(data)
        except (OSError, ValueError) as error:
            self._fail(entry.path, _reason(error))

    def _link(self, entry: Entry, target: bytes) -> None:
        try:
            self._place(entry.path).symlink_to(os.fsdecode(target))
        except (OSError, ValueError, NotImplementedError) as error:
            self._fail(entry.path, _reason(error))

    def _place(self, path: str) -> Path:
        """Where a file goes; the folders above it are made, and are no links."""
        parent = path.rpartition("/")[0]
        if parent not in self._made:
            (self._folder / parent).mkdir(parents=True, exist_ok=True)
            self._made.add(parent)
        return self._folder / path

    def _fail(self, path: str, reason: str) -> None:
        problem = Problem("unreadable", f"cannot be read: {reason}", 0, 0)
        if format_of(path) is not None:
            self._problems.append((path, problem))


def _is_safe(path: str) -> bool:
    parts = path.split("/")
    if any(part in ("", ".", "..") or part.lower() == ".git" for part in parts):
        return False
    return "\0" not in path and not (os.sep == "\\" and any(each in path for each in "\\:"))


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or type(error).__name__).lower()
