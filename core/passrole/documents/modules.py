"""Which Terraform files are worth parsing, told from their bytes.

The files of a directory are one module and belong together, with the modules it calls and those
that call it: a file of nothing but variables may hold the name that a policy speaks of. So a
directory is passed over as a whole, and only where nothing in it can concern us: no file of it
names a type that somebody reads, calls a module of elsewhere, or is JSON syntax, which can write
any letter as an escape; and none that it calls, and none that is read and calls it, does so either.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from typing import Final

_SOURCE: Final = re.compile(rb'source"?\s*[=:]\s*"(\.[^"\r\n]*)"')
# The head of a call, in which comments may stand, and not the word in a sentence.
_MODULE: Final = re.compile(rb"\bmodule\s+(?:[\"/#]|[\w-]+\s*[{/#])")


class TerraformFiles:
    """The files of a scan that nobody has decided on, and the directories that are read.

    ``types`` are the resources and data sources that somebody reads.
    """

    def __init__(self, types: Iterable[str]) -> None:
        self._types = frozenset(each.encode() for each in types)
        providers = sorted({each.partition(b"_")[0] for each in self._types})
        self._type = re.compile(b"(?:%s)_\\w+" % b"|".join(map(re.escape, providers)))
        self._waiting: dict[str, list[tuple[str, bytes]]] = {}
        self._read: set[str] = set()
        self.calls: dict[str, set[str]] = {}
        """The directories that are called as modules, by that of the files that do; ``.`` for the
        folder that is scanned."""

    def add(self, path: str, data: bytes) -> bool:
        """Whether the file at ``path`` is one to parse; if not, ``decided`` may still give it."""
        directory = posixpath.dirname(path) or "."
        sources = _SOURCE.findall(data) if b"source" in data else []
        if sources:
            self.calls.setdefault(directory, set()).update(
                posixpath.normpath(posixpath.join(directory, each.decode("utf-8", "replace")))
                for each in sources
            )
        if directory not in self._read and self._may_be_ours(path, data, len(sources)):
            self._read.add(directory)
        if directory in self._read:
            return True
        self._waiting.setdefault(directory, []).append((path, data))
        return False

    def decided(self) -> list[tuple[str, bytes]]:
        """Those files for which ``add`` said no and which are to be parsed, by path."""
        callers: dict[str, set[str]] = {}
        for directory, called in self.calls.items():
            for each in called:
                callers.setdefault(each, set()).add(directory)
        with_callers = _reached(self._read, lambda each: callers.get(each, ()))
        wanted = _reached(with_callers, lambda each: self.calls.get(each, ()))
        return sorted(
            file for directory in wanted & self._waiting.keys() for file in self._waiting[directory]
        )

    def _may_be_ours(self, path: str, data: bytes, told: int) -> bool:
        """Whether a file may concern us; of as many modules that it calls the place is ``told``."""
        # UTF-16 has a NUL beside each letter; such a file is refused with its reason, not skipped.
        return (
            path.endswith(".json")
            or b"\0" in data
            or any(each[0] in self._types for each in self._type.finditer(data))
            or (b"module" in data and len(_MODULE.findall(data)) > told)
        )


def _reached(first: Iterable[str], following: Callable[[str], Iterable[str]]) -> set[str]:
    """The directories that one comes to from the ``first``, with these."""
    found = set(first)
    pending = list(found)
    while pending:
        more = set(following(pending.pop())) - found
        found |= more
        pending.extend(more)
    return found
