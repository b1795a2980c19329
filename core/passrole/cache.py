"""What earlier runs found, kept by what they read.

An entry is a file of its own: a line with the checksum of the rest, and the rest. It is data that
is checked, never code; whatever is wrong with it, it is not there. The folder is the user's own and
nobody else may write to it; it never lies in the scanned tree.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

MAGIC: Final = b"passrole cache 1 "
_LARGEST: Final = 64_000_000
"""The most bytes of an entry: more is not kept, and not read."""
_MOST: Final = 256_000_000
"""The most bytes of all entries; beyond it those go that were not used for the longest time."""


class Cache:
    """The entries in one folder. No method raises: a cache that does not work holds nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        """Where the entries are."""
        return self._folder

    def load(self, key: str) -> bytes | None:
        """What was stored under ``key``, unless it is not what was stored."""
        if not self._is_ours():
            return None
        path = self._path(key)
        try:
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            with open(descriptor, "rb") as file:  # noqa: PTH123 - it is a descriptor
                data = file.read(_LARGEST + 1)
        except OSError:
            return None
        head, _, body = data.partition(b"\n")
        if len(data) > _LARGEST or head != MAGIC + _checksum(key, body):
            return None
        with suppress(OSError):
            os.utime(path)  # it was used: others go first
        return body

    def store(self, key: str, body: bytes) -> None:
        """Keep ``body`` under ``key``, in one step: whoever reads sees all of it or nothing."""
        data = MAGIC + _checksum(key, body) + b"\n" + body
        if len(data) > _LARGEST or not self._made():
            return
        path = self._path(key)
        temporary = path.with_name(f".{os.urandom(8).hex()}")
        with suppress(OSError):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            try:
                with open(os.open(temporary, flags, 0o600), "wb") as file:  # noqa: PTH123 - a descriptor
                    file.write(data)
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
            self._shrink()

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"

    def _made(self) -> bool:
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._is_ours()

    def _is_ours(self) -> bool:
        """Whether the folder is a folder of this user that no other one may write to."""
        try:
            found = self._folder.lstat()
        except OSError:
            return False
        if not stat.S_ISDIR(found.st_mode):
            return False
        if not hasattr(os, "getuid"):
            return True  # Windows keeps a user's folders to themselves
        return found.st_uid == os.getuid() and not found.st_mode & 0o022

    def _shrink(self) -> None:
        with os.scandir(self._folder) as entries:
            found = sorted(
                (entry.stat(follow_symlinks=False).st_mtime, entry.stat().st_size, entry.path)
                for entry in entries
                if entry.is_file(follow_symlinks=False)
            )
        left = sum(size for _, size, _ in found)
        for _, size, path in found:
            if left <= _MOST:
                break
            os.unlink(path)  # noqa: PTH108 - it is a text of scandir
            left -= size


def cache_folder(scanned: Iterable[Path]) -> Path | None:
    """Where the user's cache is; None where that would be in a scanned tree, or nowhere.

    ``PASSROLE_CACHE_DIR``, else ``passrole`` below ``XDG_CACHE_HOME`` or what the system uses.
    """
    folder = _usual()
    if folder is None:
        return None
    real = Path(os.path.realpath(folder))
    for path in scanned:
        tree = Path(os.path.realpath(path))
        if real == tree or tree in real.parents:
            return None
    return real


def _usual() -> Path | None:
    named = os.environ.get("PASSROLE_CACHE_DIR")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if base and os.path.isabs(base):  # noqa: PTH117 - a text of the environment
        return Path(base) / "passrole"
    with suppress(RuntimeError):
        return Path.home() / ".cache" / "passrole"
    return None


def _checksum(key: str, body: bytes) -> bytes:
    from hashlib import sha256  # noqa: PLC0415 - loads OpenSSL, and most runs keep nothing

    return sha256(key.encode("ascii") + b"\n" + body).hexdigest().encode("ascii")
