"""Who wants to know how far a run is."""

from __future__ import annotations

from collections.abc import Callable

Watch = Callable[[str, int, int], None]
"""Takes the name of a phase, how much of it is done, and of how much; 0 of 0 where nobody knows."""


def nobody(_phase: str, _done: int, _total: int) -> None:
    """Nobody wants to know."""
