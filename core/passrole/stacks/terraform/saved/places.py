"""Places in plans and states: beside the line, the address of the resource that is meant."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from passrole.documents.locations import Location
from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence, children


class Addressed(Document):
    """A document in which places have addresses: those of the objects that they lie in."""

    def __init__(self, document: Document) -> None:
        super().__init__(
            document.path, document.text, document.root, document.format, document.problems
        )
        self._starts: list[int] = []
        self._spans: list[tuple[int, str]] = []
        self._parts: dict[int, list[int]] = {}

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

    def pointer(self, node: Node) -> str:
        """The route of keys from the root to ``node``; long lists are searched by halves."""
        parts: list[str] = []
        current = self.root
        while current is not None and current is not node:
            found = self._towards(current, node)
            if found is None:
                break
            part, current = found
            parts.append(part)
        return "".join(parts).removeprefix(".")

    def _towards(self, parent: Node, node: Node) -> tuple[str, Node] | None:
        """The step to the part of ``parent`` that holds ``node``: in JSON, parts are in order."""
        if isinstance(parent, Scalar):
            return None
        starts = self._parts.get(id(parent))
        if starts is None:
            starts = self._parts[id(parent)] = [child.start for _, child in children(parent)]
        at = bisect_right(starts, node.start) - 1
        if at < 0:
            return None
        if isinstance(parent, Sequence):
            part, child = f"[{at}]", parent.items[at]
        else:
            part, child = f".{parent.pairs[at][0].text}", parent.pairs[at][1]
        return (part, child) if node.end <= child.end else None
