"""The files that a scan may open beside its candidates: nested templates, modules, parameters.

What a scanned file names is opened only inside the tree: below the root of the scan, or below one
of the paths that the user gave. Neither ``..`` nor a link leads out.
"""

from __future__ import annotations

import errno
import os
import posixpath
from collections.abc import Iterable, Mapping

from passrole.documents.limits import Limits
from passrole.documents.nodes import Document, Problem
from passrole.documents.reading import read_file
from passrole.documents.recognition import parse
from passrole.documents.seen import Seen

_NOT_THERE = (errno.ENOENT, errno.ENOTDIR)
OUTSIDE = "outside-tree"
"""The kind of problem that a path gives which leads out of the tree."""


class Tree:
    """The files of a scan by the paths that are shown for them; each is read at most once.

    A path is POSIX, relative to the root; ``..`` stands where a scanned folder is beside the root.
    """

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        paths: Iterable[str | os.PathLike[str]] = (),
        limits: Limits | None = None,
        seen: Seen | None = None,
        edited: Mapping[str, bytes] | None = None,
    ) -> None:
        """A tree over ``root`` and the folders in or beside which ``paths`` are; None: no files.

        What is looked at is written down in ``seen``; ``edited`` stands for some of the files.
        """
        self._root = os.path.realpath(root) if root is not None else None
        given = [os.path.realpath(path) for path in paths]
        folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in given]
        self._bases = tuple(dict.fromkeys(([self._root] if self._root else []) + folders))
        self._limits = limits or Limits()
        self._seen = seen
        self._refused: dict[str, Problem] = {}
        self._data: dict[str, bytes | Problem | None] = dict(edited or {})
        self._documents: dict[str, Document] = {}
        self.sought: set[str] = set()
        """The names of files that were looked for wherever in the tree they are."""

    def read(self, path: str) -> bytes | Problem | None:
        """The bytes of the file at ``path``; None where there is none.

        A problem of kind ``outside-tree``, ``unreadable`` or ``limit`` where it may not or cannot
        be read.
        """
        path = posixpath.normpath(path)
        if path not in self._data:
            data = self._data[path] = self._read(path)
            if self._seen is not None:
                self._seen.file(path, data)
        return self._data[path]

    def peek(self, path: str) -> bytes | Problem | None:
        """As ``read``, with nothing kept of it."""
        return self._read(posixpath.normpath(path))

    def document(self, path: str) -> Document | Problem | None:
        """The document in the file at ``path``, whatever it is about; as ``read`` otherwise."""
        path = posixpath.normpath(path)
        found = self._documents.get(path)
        if found is None:
            data = self.read(path)
            if not isinstance(data, bytes):
                return data
            found = self._documents[path] = parse(path, data, self._limits)
        return found

    def add(self, document: Document) -> None:
        """Keep a document that was read already, so that it is not read again."""
        self._documents[posixpath.normpath(document.path)] = document

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every document that was read or added so far."""
        return tuple(self._documents.values())

    @property
    def opened(self) -> frozenset[str]:
        """The paths of what was read because something named it."""
        return frozenset(path for path, data in self._data.items() if isinstance(data, bytes))

    @property
    def refused(self) -> tuple[tuple[str, Problem], ...]:
        """What is there and could not be read: who named it does not know what it says."""
        return tuple(sorted(self._refused.items(), key=lambda each: each[0]))

    def names(self, folder: str) -> tuple[str, ...]:
        """The names of the files in ``folder``, sorted; none where it cannot be listed."""
        names = self._names(folder)
        if self._seen is not None:
            self._seen.folder(folder, names)
        return names

    def _names(self, folder: str) -> tuple[str, ...]:
        location = self.location(folder)
        if not isinstance(location, str):
            return ()
        try:
            with os.scandir(location) as entries:
                return tuple(sorted(entry.name for entry in entries if entry.is_file()))
        except OSError as error:
            if error.errno not in _NOT_THERE:
                self._refused[folder] = Problem(
                    "unreadable", f"cannot be listed: {error.strerror}", 0, 0
                )
            return ()

    def _read(self, path: str) -> bytes | Problem | None:
        location = self.location(path)
        if not isinstance(location, str) or not _is_there(location):
            return location if isinstance(location, Problem) else None
        data = read_file(location, self._limits)
        if data is None:  # too large, and nothing that we would look for in a walk
            data = Problem("limit", f"more than {self._limits.size:,} bytes", 0, 0)
        if isinstance(data, Problem):
            self._refused[path] = data
        return data

    def location(self, path: str) -> str | Problem | None:
        """The real place of ``path``, if it is inside the tree."""
        if self._root is None:
            return None
        drive, rest = os.path.splitdrive(path)  # what is scanned may be on another one
        if "\0" in path or posixpath.isabs(path) or (drive and not posixpath.isabs(rest)):
            return Problem(OUTSIDE, f"{path!r} is not a path inside the scanned tree", 0, 0)
        start = (drive, os.sep) if drive else (self._root,)
        real = os.path.realpath(os.path.join(*start, *rest.split("/")))
        if any(
            real == base or real.startswith(base.rstrip(os.sep) + os.sep) for base in self._bases
        ):
            return real
        return Problem(OUTSIDE, f"{path} leads out of the scanned tree", 0, 0)


def _is_there(location: str) -> bool:
    """Whether something has that name; true where the system does not say."""
    try:
        os.lstat(location)
    except OSError as error:
        return error.errno not in _NOT_THERE
    return True
