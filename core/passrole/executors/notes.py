"""What a worker is at, in memory that outlives it: readable when it hangs, in C too, or is dead."""

from __future__ import annotations

import time
from collections.abc import Callable
from mmap import mmap
from multiprocessing.context import BaseContext
from struct import Struct
from typing import Any, Final

_HEAD: Final = Struct("<IH")
"""How many notes there were, and how many bytes the last one has."""
_START: Final = _HEAD.size
_LONGEST: Final = 1_000
"""Characters; three bytes each at most, or four for two of them."""
_ALL: Final = 4_096


def shared(context: BaseContext) -> Any:
    """Memory for one note that a process of this context sees as well."""
    if context.get_start_method() == "fork":
        return mmap(-1, _ALL)
    return context.RawArray("B", _ALL)


def writer(memory: Any) -> Callable[[str], None]:
    """What writes notes; each counts, so that whoever reads sees that it is another one."""
    count = 0

    def note(words: str) -> None:
        nonlocal count
        count = (count + 1) & 0xFFFFFFFF
        data = words[:_LONGEST].encode("utf-8", "surrogatepass")
        memory[: _START + len(data)] = _HEAD.pack(count, len(data)) + data

    return note


class Reader:
    """Reads the notes of one worker, and how long it has been at the last one."""

    def __init__(self, memory: Any) -> None:
        self._memory = memory
        self._count = 0
        self._since = 0.0

    def look(self, *, anew: bool = False) -> None:
        """See whether there is another note; ``anew`` where the worker begins with something."""
        count, _ = self._head()
        if anew or count != self._count:
            self._count, self._since = count, time.monotonic()

    def last(self) -> str:
        """The last note, nothing where there is none that can be read."""
        _, size = self._head()
        try:
            return bytes(self._memory[_START : _START + size]).decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:  # it died while it wrote
            return ""

    def _head(self) -> tuple[int, int]:
        count, size = _HEAD.unpack(bytes(self._memory[:_START]))
        return count, size

    def lasted(self, seconds: float) -> bool:
        """Whether it has been at the last note for so long."""
        return time.monotonic() - self._since >= seconds
