"""Which files of a work tree are not what a revision has: committed since, staged, or neither.

Contents are compared, so that neither the index nor a filter has a say. A file that git would give
other ends of lines counts as unchanged; what a filter makes of one counts as changed.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import new as new_hash
from pathlib import Path

from passrole.documents.limits import Limits
from passrole.documents.reading import read_file
from passrole.documents.revisions import Entry

Contents = Callable[[Sequence[str]], Mapping[str, bytes]]
_DEEPEST = 20


class Changes:
    """The difference of a work tree from a revision; each file is looked at when it is asked for.

    Paths are relative to the root of a run, and lead to ``top``, the work tree, by ``prefix``.
    ``everywhere`` is a file that changed and has a say in everything, empty where there is none.
    """

    everywhere = ""

    def __init__(
        self,
        revision: str,
        top: Path,
        root: Path,
        entries: Iterable[Entry],
        contents: Contents,
        limits: Limits,
    ) -> None:
        """``contents`` gives what the revision has under the ids of objects."""
        self.revision = revision
        self._top = Path(os.path.realpath(top))
        self._prefix = os.path.relpath(os.path.realpath(root), self._top).replace(os.sep, "/")
        self._entries = {each.path: each for each in entries}
        self._contents = contents
        self._limits = limits
        self._known: dict[str, bool] = {}
        self._by_name: dict[str, list[str]] | None = None

    def has_changed(self, path: str) -> bool:
        """Whether a file is new, gone or has another content; true for what is not in the tree."""
        inside = self._inside(path)
        if inside is None:
            return True
        found = self._known.get(inside)
        if found is None:
            found = self._known[inside] = self._differs(inside, 0)
        return found

    def gone(self) -> tuple[str, ...]:
        """The files of the revision that are no longer there, sorted."""
        return tuple(
            path
            for inside, entry in sorted(self._entries.items())
            if not entry.is_submodule and not os.path.lexists(self._top / inside)
            if (path := self._outside(inside)) is not None
        )

    def named(self, name: str) -> tuple[str, ...]:
        """The files of the revision with a name, wherever they are."""
        if self._by_name is None:
            self._by_name = {}
            for inside in self._entries:
                path = self._outside(inside)
                if path is not None:
                    self._by_name.setdefault(posixpath.basename(path), []).append(path)
        return tuple(self._by_name.get(name, ()))

    def before(self, paths: Iterable[str]) -> dict[str, bytes]:
        """What the revision has in files, without those that it does not have."""
        wanted: dict[str, list[str]] = {}
        for path in paths:
            entry = self._entries.get(self._inside(path) or "")
            small = entry is not None and entry.size is not None and entry.size <= self._limits.size
            if entry is not None and small and not entry.is_link and not entry.is_submodule:
                wanted.setdefault(entry.oid, []).append(path)
        found = self._contents(list(wanted)) if wanted else {}
        return {path: data for oid, data in found.items() for path in wanted[oid]}

    def _inside(self, path: str) -> str | None:
        inside = posixpath.normpath(posixpath.join(self._prefix, path))
        return None if inside == ".." or inside.startswith(("../", "/")) else inside

    def _outside(self, inside: str) -> str | None:
        """The path relative to the root of the run; None for what is not below it."""
        if self._prefix == ".":
            return inside
        rest = inside.removeprefix(f"{self._prefix}/")
        return rest if rest != inside else None

    def _differs(self, inside: str, depth: int) -> bool:
        entry, place = self._entries.get(inside), self._top / inside
        if not os.path.lexists(place):
            return entry is not None
        if entry is None or entry.is_submodule or depth > _DEEPEST:
            return True
        if place.is_symlink():
            written = os.fsencode(place.readlink())
            if not entry.is_link or not _is(written, entry.oid):
                return True
            target = posixpath.normpath(
                posixpath.join(posixpath.dirname(inside), os.fsdecode(written))
            )
            return target.startswith(("../", "/")) or self._differs(target, depth + 1)
        if entry.is_link:
            return True
        data = read_file(str(place), self._limits)
        if not isinstance(data, bytes):
            return True
        return not (_is(data, entry.oid) or _is(data.replace(b"\r\n", b"\n"), entry.oid))


def _is(data: bytes, oid: str) -> bool:
    """Whether an object of git has these bytes.

    Source: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
    """
    digest = new_hash("sha256" if len(oid) == 64 else "sha1", usedforsecurity=False)
    digest.update(b"blob %d\0" % len(data))
    digest.update(data)
    return digest.hexdigest() == oid
