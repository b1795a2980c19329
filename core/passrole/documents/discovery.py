"""Which files of a tree are candidates. Nothing is opened here but ``.gitignore`` files.

The tree may be hostile: a directory that is a link is not entered, a file that is a link counts
only where it leads to a regular file inside the tree, and nothing else than files is taken.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from typing import Final

from passrole.documents.ignoring import Ignores, Patterns, is_ignored, read_ignore_file
from passrole.documents.nodes import Problem
from passrole.documents.recognition import Format, format_of
from passrole.records import NamedTuple

SKIPPED_DIRECTORIES: Final = frozenset(
    (
        ".git",
        ".hg",
        ".mypy_cache",
        ".ruff_cache",
        ".svn",
        ".terraform",
        ".tox",
        ".venv",
        "__pycache__",
        "node_modules",
    )
)


class Found(NamedTuple):
    """A candidate file.

    ``path`` is the one to show (POSIX, relative to the root where inside), ``location`` the one to
    read, ``format`` what the suffix promises; a file that the user names may have any suffix.
    """

    path: str
    location: str
    format: Format


class Unavailable(NamedTuple):
    """A path that could not be looked at: the run is incomplete."""

    path: str
    problem: Problem


class PassedOver(NamedTuple):
    """A path left out on purpose.

    The reason is ``ignored``, ``excluded``, ``link-outside``, ``dangling-link``, ``no-file``, or
    ``templated`` for what another tool has to make a template of first.
    """

    path: str
    reason: str


class Discovery(NamedTuple):
    """What was found; each part in the order of its paths."""

    files: tuple[Found, ...]
    problems: tuple[Unavailable, ...]
    passed_over: tuple[PassedOver, ...]


def discover(
    paths: Iterable[str | os.PathLike[str]],
    root: str | os.PathLike[str],
    exclude: Patterns | None = None,
) -> Discovery:
    """The candidates among ``paths``, directories searched to the bottom, but for ``exclude``.

    A file that is named is taken whatever its suffix and whatever ``.gitignore`` or ``exclude``
    say. Relative paths are relative to the current directory.
    """
    search = _Search(os.fspath(root), exclude)
    for path in paths:
        search.add(os.path.abspath(os.fspath(path)))
    return search.result()


def _inside(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip(os.sep) + os.sep)


class _Search:
    """One search: what it has found so far, by the real path of each file."""

    def __init__(self, root: str, exclude: Patterns | None = None) -> None:
        self.root = os.path.realpath(root)
        self.exclude = exclude
        self.named_root = os.path.abspath(root)
        self.files: dict[str, Found] = {}
        self.problems: list[Unavailable] = []
        self.passed_over: list[PassedOver] = []
        self.links: list[tuple[str, str]] = []  # the path of the link, and where it leads
        self._beside: dict[str, str] = {}  # folders that are not below the root, as they are shown

    def result(self) -> Discovery:
        for path, real in sorted(self.links):
            kind = format_of(path)
            if kind is not None:
                self.files.setdefault(real, Found(path, real, kind))
        return Discovery(
            tuple(sorted(self.files.values())),
            tuple(sorted(self.problems, key=lambda problem: problem.path)),
            tuple(sorted(set(self.passed_over))),
        )

    def shown(self, location: str) -> str:
        """The path to show for an absolute location."""
        for base in (self.root, self.named_root):
            if location != base and _inside(location, base):
                return location[len(base.rstrip(os.sep)) + 1 :].replace(os.sep, "/")
        folder, _, name = location.rpartition(os.sep)
        if not folder or _inside(self.root, location):
            return self._relative(location)
        beside = self._beside.get(folder)
        if beside is None:
            beside = self._beside[folder] = self._relative(folder)
        return f"{beside}/{name}"

    def _relative(self, location: str) -> str:
        try:
            shown = os.path.relpath(location, self.root)
        except ValueError:
            # On another drive than the root: there is no relative path.
            shown = location
        return shown.replace(os.sep, "/")

    def add(self, location: str) -> None:
        """Take an argument of the user, a file or a directory."""
        real = os.path.realpath(location)
        inside = _inside(location, self.root) or _inside(location, self.named_root)
        shown = self.shown(location)
        if inside and not _inside(real, self.root):
            self._fail(shown, "this link leads out of the tree; name the file itself")
            return
        try:
            mode = os.stat(real, follow_symlinks=False).st_mode
        except OSError as error:
            self._fail(shown, (error.strerror or "not found").lower())
            return
        if stat.S_ISDIR(mode):
            self._walk(real, real if not inside else self.root)
        elif stat.S_ISREG(mode):
            self.files[real] = Found(shown, real, format_of(location) or "template")
        else:
            self._fail(shown, "not a regular file")

    def _fail(self, path: str, reason: str) -> None:
        self.problems.append(
            Unavailable(path, Problem("unreadable", f"cannot be read: {reason}", 0, 0))
        )

    def _walk(self, start: str, boundary: str) -> None:
        """Search the directory ``start``; links may lead anywhere inside ``boundary``."""
        pending = [(start, self._ignores_above(start, boundary))]
        while pending:
            directory, ignores = pending.pop()
            try:
                with os.scandir(directory) as found:
                    entries = list(found)
            except OSError as error:
                self._fail(self.shown(directory), (error.strerror or "refused").lower())
                continue
            if any(entry.name == ".gitignore" for entry in entries):
                ignores = self._with_ignore_file(directory, ignores)
            for entry in entries:
                if entry.is_symlink():
                    self._link(entry, boundary, ignores)
                elif entry.is_dir(follow_symlinks=False):
                    if entry.name in SKIPPED_DIRECTORIES:
                        continue
                    reason = self._left_out(entry.path + os.sep, ignores)
                    if reason:
                        self.passed_over.append(PassedOver(self.shown(entry.path) + "/", reason))
                    else:
                        pending.append((entry.path, ignores))
                else:
                    self._file(entry, ignores)

    def _file(self, entry: os.DirEntry[str], ignores: Ignores) -> None:
        kind = format_of(entry.name)
        if kind is None or entry.path in self.files:
            return
        if not entry.is_file(follow_symlinks=False):
            self.passed_over.append(PassedOver(self.shown(entry.path), "no-file"))
        elif reason := self._left_out(entry.path, ignores):
            self.passed_over.append(PassedOver(self.shown(entry.path), reason))
        else:
            self.files[entry.path] = Found(self.shown(entry.path), entry.path, kind)

    def _link(self, entry: os.DirEntry[str], boundary: str, ignores: Ignores) -> None:
        shown, real = self.shown(entry.path), os.path.realpath(entry.path)
        candidate = format_of(entry.name) is not None
        reason = self._left_out(entry.path, ignores)
        if reason:
            if candidate:
                self.passed_over.append(PassedOver(shown, reason))
            return
        try:
            mode = os.stat(real, follow_symlinks=False).st_mode
        except OSError:
            mode = stat.S_IFLNK
        if stat.S_ISLNK(mode):  # it leads nowhere, or to itself
            if candidate:
                self.passed_over.append(PassedOver(shown, "dangling-link"))
        elif not _inside(real, boundary):
            if candidate or stat.S_ISDIR(mode):
                self.passed_over.append(PassedOver(shown, "link-outside"))
        elif stat.S_ISREG(mode):
            self.links.append((shown, real))
        elif candidate and not stat.S_ISDIR(mode):
            self.passed_over.append(PassedOver(shown, "no-file"))

    def _left_out(self, location: str, ignores: Ignores) -> str:
        """Why a file, or a directory that ends in a separator, does not count; else nothing."""
        if self.exclude is not None:
            slash = "/" if location.endswith(os.sep) else ""
            if self.exclude.match_file(self.shown(location.rstrip(os.sep)) + slash):
                return "excluded"
        if ignores and is_ignored(location.replace(os.sep, "/"), ignores):
            return "ignored"
        return ""

    def _with_ignore_file(self, directory: str, ignores: Ignores) -> Ignores:
        prefix = directory.rstrip(os.sep).replace(os.sep, "/") + "/"
        found = read_ignore_file(os.path.join(directory, ".gitignore"), prefix)
        return ignores if found is None else (*ignores, found)

    def _ignores_above(self, start: str, boundary: str) -> Ignores:
        """The ``.gitignore`` files from the boundary down to the parent of ``start``."""
        ignores: Ignores = ()
        directory = boundary
        for part in os.path.relpath(start, boundary).split(os.sep):
            if part == os.curdir:
                break
            ignores = self._with_ignore_file(directory, ignores)
            directory = os.path.join(directory, part)
        return ignores
