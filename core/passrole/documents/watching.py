"""Who wants to know how far a run is, and what it is at."""

from __future__ import annotations

from typing import Protocol


class Watch(Protocol):
    """Takes the name of a phase, how much of it is done, and of how much.

    It is 0 of 0 where nobody knows how much there is. ``at`` is what comes next: the path of a
    file, a resource that is read, the id of a rule.
    """

    def __call__(self, phase: str, done: int, total: int, at: object = None, /) -> None:
        """Hear of it."""


def nobody(_phase: str, _done: int, _total: int, _at: object = None, /) -> None:
    """Nobody wants to know."""
