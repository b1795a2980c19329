"""Which Terraform files are worth parsing, told from their bytes.

The files of a directory are one module and belong together, with the modules it calls: a file of
nothing but variables may hold the name that a policy speaks of. So a directory is passed over as
a whole, and only where nothing in it can concern AWS: no file of it has the letters ``aws`` (each
resource, data source and provider of AWS has) or the word ``module``, none is JSON syntax, which
can write any letter as an escape, and no directory that is read calls it.
"""

from __future__ import annotations

import posixpath
import re
from typing import Final

_SOURCE: Final = re.compile(rb'source"?\s*[=:]\s*"(\.[^"\r\n]*)"')
_MODULE: Final = re.compile(rb"\bmodule\b")


class TerraformFiles:
    """The files of a scan that nobody has decided on, and the directories that are read."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[tuple[str, bytes]]] = {}
        self._read: set[str] = set()
        self._calls: dict[str, set[str]] = {}

    def add(self, path: str, data: bytes) -> bool:
        """Whether the file at ``path`` is one to parse; if not, ``decided`` may still give it."""
        directory = posixpath.dirname(path)
        calls = called_in(path, data)
        if calls:
            self._calls.setdefault(directory, set()).update(calls)
        if directory not in self._read and _may_concern_aws(path, data):
            self._read.add(directory)
        if directory in self._read:
            return True
        self._waiting.setdefault(directory, []).append((path, data))
        return False

    def decided(self) -> list[tuple[str, bytes]]:
        """Those files for which ``add`` said no and which are to be parsed, by path."""
        pending = list(self._read)
        found: list[tuple[str, bytes]] = []
        seen: set[str] = set()
        while pending:
            directory = pending.pop()
            if directory not in seen:
                seen.add(directory)
                found.extend(self._waiting.pop(directory, ()))
                pending.extend(self._calls.get(directory, ()))
        return sorted(found)


def called_in(path: str, data: bytes) -> set[str]:
    """The directories beside its own that the file at ``path`` calls as modules."""
    directory = posixpath.dirname(path)
    return {
        posixpath.normpath(posixpath.join(directory, source.decode("utf-8", "replace")))
        for source in (_SOURCE.findall(data) if b"source" in data else ())
    }


def _may_concern_aws(path: str, data: bytes) -> bool:
    # UTF-16 has a NUL beside each letter; such a file is refused with its reason, not skipped.
    return (
        path.endswith(".json")
        or b"aws" in data
        or b"\0" in data
        or (b"module" in data and _MODULE.search(data) is not None)
    )
