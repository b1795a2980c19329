"""Where reports go: the screen, or files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from passrole.errors import UsageError

# What the operator can put right; anything else, such as a full disk, is no usage error.
_USAGE = frozenset(
    (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EACCES, errno.EPERM, errno.EROFS)
)


def write(text: str, target: str | None) -> None:
    """Write one text to the screen, or to the file ``target``; see ``write_all``."""
    write_all([(text, None if target == "-" else target)])


def write_all(reports: Iterable[tuple[str, str | None]]) -> None:
    """Write each text to its file in one step, and then to the screen what has no file.

    No file is replaced before all of them are on the disk. A link is replaced, never written
    through; a device or a pipe is written to. Raises UsageError for a target that cannot be,
    OSError where the system fails: what stood there before stays.
    """
    shown, special = [], []
    with ExitStack() as whole:
        staged = []
        for text, target in reports:
            if target is None:
                shown.append(text)
                continue
            data, path = text.encode("utf-8", "backslashreplace"), Path(target)
            with _told(target):
                if _is_special(path):
                    special.append((path, data))
                else:
                    staged.append((whole.enter_context(_staged(path, data)), path))
        for temporary, path in staged:
            with _told(str(path)):
                temporary.replace(path)
    for path, data in special:
        with _told(str(path)), path.open("ab") as device:
            device.write(data)
    sys.stdout.writelines(shown)


@contextmanager
def _told(target: str) -> Iterator[None]:
    """What the operator can put right, in words."""
    try:
        yield
    except OSError as error:
        if error.errno in _USAGE:
            raise UsageError(f"{target}: cannot be written: {error.strerror}") from error
        raise


def _is_special(path: Path) -> bool:
    if path.parent.as_posix() in ("/dev", "/dev/fd", "/proc/self/fd"):
        return True  # /dev/stdout is a link to whatever the screen is, even a file
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


@contextmanager
def _staged(path: Path, data: bytes) -> Iterator[Path]:
    """The data in a file of its own beside ``path``, which is gone in the end."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    temporary = path.parent / f".{path.name[:64]}.{os.urandom(6).hex()}"
    with temporary.open("xb") as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            yield temporary
        finally:
            with suppress(OSError):  # it is gone where all went well
                temporary.unlink()
