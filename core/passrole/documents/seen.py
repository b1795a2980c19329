"""What a run looked at: the digests of what it read, and what it looked for in vain.

The next run that sees the same need not be done.
"""

from __future__ import annotations

from collections.abc import Iterable

from passrole.documents.discovery import Discovery
from passrole.documents.nodes import Problem

ABSENT = "absent"
Looked = dict[str, str]
"""Digests by path; of a folder's listing under its path with a slash at the end."""


class Seen:
    """A record of one run.

    ``candidates`` are the files that the search found, ``others`` the files and folders that were
    looked for because something named them.
    """

    def __init__(self) -> None:
        self.candidates: Looked = {}
        self.others: Looked = {}

    def search(self, found: Discovery) -> None:
        """What a search passed over, and where it could not look."""
        for path, reason in found.passed_over:
            self.candidates[f"{path} passed over"] = reason
        for path, problem in found.problems:
            self.candidates[f"{path} unavailable"] = digest_of(problem)

    def candidate(self, path: str, data: bytes | Problem | None) -> None:
        """A file of the search, as it was read."""
        self.candidates[path] = digest_of(data)

    def file(self, path: str, data: bytes | Problem | None) -> None:
        """A file that was looked for; None where it is not there."""
        self.others[path] = digest_of(data)

    def folder(self, path: str, names: Iterable[str]) -> None:
        """A folder whose files were listed."""
        self.others[f"{path}/"] = listing_of(names)


def digest_of(data: bytes | Problem | None) -> str:
    """Equal for equal bytes, and for equal reasons why there are none."""
    if data is None:
        return ABSENT
    if isinstance(data, Problem):
        return f"{data.kind}: {data.message}"
    from hashlib import blake2b  # noqa: PLC0415 - loads OpenSSL, and most runs keep nothing

    return blake2b(data, digest_size=20).hexdigest()


def listing_of(names: Iterable[str]) -> str:
    """Equal for equal names of files, in their order."""
    return digest_of("\0".join(names).encode("utf-8", "surrogateescape"))
