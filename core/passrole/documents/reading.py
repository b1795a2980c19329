"""Reading a file of an untrusted tree: once, whole, only if it is a regular file, never more."""

from __future__ import annotations

import errno
import os
import stat
from typing import Final

from passrole.documents.limits import Limits
from passrole.documents.nodes import Problem
from passrole.documents.recognition import MARKS, are_ours, looks_like_ours, marks_in

# A FIFO must not block us and a link that was put in place since must not be followed.
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_CHUNK: Final = 1 << 20


def read_file(location: str, limits: Limits) -> bytes | Problem | None:
    """The bytes of the file at ``location``.

    A problem of kind ``unreadable`` where it is no regular file or the system refuses; of kind
    ``limit`` where it is larger than ``limits.size`` and looks like one of ours; None where it is
    larger and does not.
    """
    try:
        file = os.open(location, _FLAGS)
        try:
            about = os.fstat(file)
            if stat.S_ISDIR(about.st_mode):
                return _unreadable("is a directory")
            if not stat.S_ISREG(about.st_mode):
                return _unreadable("not a regular file")
            data = _at_most(file, limits.size + 1, about.st_size)
            if len(data) <= limits.size:
                return data
            if not _is_ours(file, location, data):
                return None
        finally:
            os.close(file)
    except OSError as error:
        return _unreadable(_reason(error))
    message = f"more than {limits.size:,} bytes (limit size = {limits.size})"
    return Problem("limit", message, 0, 0)


def _at_most(file: int, most: int, expected: int) -> bytes:
    """What a file holds, up to ``most`` bytes; how many are ``expected`` need not be true."""
    parts = []
    asked = max(expected, 1)
    while most > 0:
        part = os.read(file, min(most, asked, _CHUNK * 8))
        if not part:
            break
        parts.append(part)
        most -= len(part)
        asked = _CHUNK
    return b"".join(parts)


def _is_ours(file: int, location: str, data: bytes) -> bool:
    """Whether the marks of our files stand anywhere in a file that is too large to keep."""
    if looks_like_ours(location, data):
        return True
    marks = marks_in(data)
    overlap = max(map(len, MARKS)) - 1
    while data:
        tail = data[-overlap:]
        data = os.read(file, _CHUNK)
        marks |= marks_in(tail + data)
        if are_ours(marks):
            return True
    return False


def _unreadable(reason: str) -> Problem:
    return Problem("unreadable", f"cannot be read: {reason}", 0, 0)


def _reason(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return "it became a link"
    return (error.strerror or type(error).__name__).lower()
