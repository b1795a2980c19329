"""What has to be evaluated before what, without recursion."""

from __future__ import annotations

from collections.abc import Callable, Iterator

Key = tuple[str, str]
"""Something that is evaluated once: an address with an argument, or ``local`` with a name."""


def in_order(start: Iterator[Key], needs_of: Callable[[Key], Iterator[Key]]) -> Iterator[Key]:
    """Everything that ``start`` needs, each once, what it needs in its turn before it.

    In a cycle one key comes before something that it needs.
    """
    seen: set[Key] = set()
    waiting: list[tuple[Key | None, Iterator[Key]]] = [(None, start)]
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
