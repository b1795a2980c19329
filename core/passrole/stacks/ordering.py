"""An order in which everything comes after what it needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from heapq import heapify, heappop, heappush


def ordered(needed: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Every name after those it needs; in a circle, the smallest name comes first."""
    waiting = {name: len(partners) for name, partners in needed.items()}
    users: dict[str, list[str]] = {}
    for name, partners in needed.items():
        for partner in partners:
            users.setdefault(partner, []).append(name)
    left = sorted(needed, reverse=True)
    ready = [name for name, count in waiting.items() if not count]
    heapify(ready)
    while waiting:
        if ready:
            name = heappop(ready)
        else:
            while left[-1] not in waiting:
                left.pop()
            name = left[-1]
        if waiting.pop(name, None) is None:
            continue
        yield name
        for user in users.get(name, ()):
            if user in waiting:
                waiting[user] -= 1
                if not waiting[user]:
                    heappush(ready, user)


class Groups:
    """Names that belong together: joined two by two, known by the smallest of a group."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def of(self, name: str) -> str:
        """The smallest name of the group that ``name`` is in."""
        root = name
        while self._parents.get(root, root) != root:
            root = self._parents[root]
        while self._parents.get(name, root) != root:
            self._parents[name], name = root, self._parents[name]
        return root

    def join(self, one: str, other: str) -> None:
        """Make one group of two."""
        first, second = sorted((self.of(one), self.of(other)))
        self._parents[second] = first
        self._parents.setdefault(first, first)
