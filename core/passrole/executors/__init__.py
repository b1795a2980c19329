"""How work is spread: here, over processes, or over a cluster. None knows what the work is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, runtime_checkable

from passrole.errors import told
from passrole.records import NamedTuple

Work = Callable[[Any], bytes]
"""One task in, bytes out. A function of a module, so that another process finds it by name."""


class Lost(NamedTuple):
    """A task that gave no answer, and why: whoever did it died, hung or raised.

    ``at`` is what the work noted last of what it was at, where that is to blame.
    """

    reason: str
    at: str = ""


Note = Callable[[str], None]
"""Takes what a work is at, so that others can tell when it does not live to tell itself."""


@runtime_checkable
class Noting(Protocol):
    """A work that notes what it is at, where the executor has a place for notes."""

    def note_in(self, note: Note, /) -> None:
        """Note from now on, in few words: they are cut, and each takes the place of the last."""


Answer = tuple[int, bytes | Lost]
"""The position of a task, and what came of it."""

Executor = Callable[[Work, Sequence[Any]], Iterator[Answer]]
"""Gives one answer for each task, in any order. What is left is stopped when it is closed."""


def serial(work: Work, tasks: Sequence[Any]) -> Iterator[Answer]:
    """One task after the other, in this process."""
    for position, task in enumerate(tasks):
        yield position, attempted(work, task)


def attempted(work: Work, task: Any) -> bytes | Lost:
    """The bytes of one task, or what it raised."""
    try:
        return work(task)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - one task must not take all others along
        return Lost(told(error))
