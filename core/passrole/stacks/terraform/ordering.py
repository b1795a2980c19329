"""What has to be evaluated before what, without recursion."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def in_order(start: Iterator[T], needs_of: Callable[[T], Iterator[T]]) -> Iterator[T]:
    """Everything that ``start`` needs, each once, what it needs in its turn before it.

    ``needs_of`` may go on from what was evaluated meanwhile: it is asked for one need at a time.
    In a cycle one key comes before something that it needs.
    """
    seen: set[T] = set()
    waiting: list[tuple[T | None, Iterator[T]]] = [(None, start)]
    while waiting:
        key, needed = waiting[-1]
        following = next((each for each in needed if each not in seen), None)
        if following is not None:
            seen.add(following)
            waiting.append((following, needs_of(following)))
            continue
        waiting.pop()
        if key is not None:
            yield key
