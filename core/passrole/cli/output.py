"""Where a report goes: the screen, or a file that is written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path

from passrole.errors import UsageError

# What the operator can put right; anything else, such as a full disk, is no usage error.
_USAGE = frozenset(
    (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EACCES, errno.EPERM, errno.EROFS)
)


def write(text: str, target: str | None) -> None:
    """Write ``text`` to the screen, or to the file ``target`` in one step.

    A link is replaced, never written through; a device or a pipe is written to. Raises UsageError
    for a target that cannot be, OSError where the system fails: what stood there before stays.
    """
    if target is None or target == "-":
        sys.stdout.write(text)
        return
    data, path = text.encode("utf-8", "backslashreplace"), Path(target)
    try:
        if _is_special(path):
            path.write_bytes(data)
        else:
            _replace(path, data)
    except OSError as error:
        if error.errno in _USAGE:
            raise UsageError(f"{target}: cannot be written: {error.strerror}") from error
        raise


def _is_special(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


def _replace(path: Path, data: bytes) -> None:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    temporary = path.parent / f".{path.name}.{os.urandom(6).hex()}"
    with temporary.open("xb") as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink()
            raise
