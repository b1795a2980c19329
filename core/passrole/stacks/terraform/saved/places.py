"""Places in plans and states: beside the line, the address of the resource that is meant."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from passrole.documents.locations import Location
from passrole.documents.nodes import Document, Mapping


class Addressed(Document):
    """A document in which places have addresses: those of the objects that they lie in."""

    def __init__(self, document: Document) -> None:
        super().__init__(
            document.path, document.text, document.root, document.format, document.problems
        )
        self._starts: list[int] = []
        self._spans: list[tuple[int, str]] = []

    def name(self, objects: Iterable[tuple[Mapping, str]]) -> None:
        """Give objects their addresses; none of them may lie in another one."""
        found = sorted((each.start, each.end, address) for each, address in objects)
        self._starts = [start for start, _, _ in found]
        self._spans = [(end, address) for _, end, address in found]

    def span(self, start: int, end: int, pointer: str = "") -> Location:
        """The location of two offsets."""
        place = super().span(start, end, pointer)
        at = bisect_right(self._starts, start) - 1
        if at >= 0 and start < self._spans[at][0]:
            return place._replace(address=self._spans[at][1])
        return place
