"""The tree that every format is read into: scalars, sequences, mappings, each with its span.

Nodes hold offsets (code points into the text of their document), not lines: lines are computed by
bisection when a place is shown, so reading a file costs nothing for the places nobody asks for.
A YAML alias is the very node that its anchor names, so a tree may be a directed acyclic graph.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from io import StringIO
from itertools import accumulate
from typing import ClassVar

from passrole.documents.locations import Location
from passrole.records import NamedTuple


class Making(NamedTuple):
    """How a node came about that stands nowhere as it is: a transform made it.

    ``document`` is the one that its span lies in, ``serial`` tells it from all else that was made
    for one template, ``defaults`` are the parameter defaults (``Name=value``) that it is there for.
    """

    document: Document
    serial: int
    defaults: frozenset[str] = frozenset()


class Scalar:
    """A leaf. ``plain`` is true for unquoted text, the only kind YAML or JSON gives a type to."""

    __slots__ = ("end", "plain", "start", "tag", "text")
    kind: ClassVar[str] = "scalar"
    made: Making | None = None

    def __init__(
        self, text: str, plain: bool, start: int, end: int, tag: str | None = None
    ) -> None:
        self.text = text
        self.plain = plain
        self.start = start
        self.end = end
        self.tag = tag

    def __repr__(self) -> str:
        return f"Scalar({self.text!r})"

    @property
    def is_null(self) -> bool:
        """Whether this is the null of YAML or JSON."""
        return self.plain and self.tag is None and self.text in ("", "~", "null", "Null", "NULL")


class Sequence:
    """A list of nodes, in their order."""

    __slots__ = ("end", "items", "start", "tag")
    kind: ClassVar[str] = "sequence"
    made: Making | None = None

    def __init__(
        self, items: tuple[Node, ...], start: int, end: int, tag: str | None = None
    ) -> None:
        self.items = items
        self.start = start
        self.end = end
        self.tag = tag

    def __repr__(self) -> str:
        return f"Sequence({len(self.items)})"


class Mapping:
    """Key and value pairs in their order; where a key stands twice, the last one counts.

    ``pairs`` keeps every pair that is not shadowed, with the node of its key.
    """

    __slots__ = ("_index", "end", "pairs", "start", "tag")
    kind: ClassVar[str] = "mapping"
    made: Making | None = None

    def __init__(
        self, pairs: tuple[tuple[Scalar, Node], ...], start: int, end: int, tag: str | None = None
    ) -> None:
        self.pairs = pairs
        self.start = start
        self.end = end
        self.tag = tag
        self._index: dict[str, Node] | None = None

    def __repr__(self) -> str:
        return f"Mapping({[key.text for key, _ in self.pairs]})"

    @property
    def index(self) -> dict[str, Node]:
        """Values by the text of their key."""
        if self._index is None:
            self._index = {key.text: value for key, value in self.pairs}
        return self._index

    def get(self, key: str) -> Node | None:
        """The value under ``key``, or None."""
        return self.index.get(key)


Node = Scalar | Sequence | Mapping

_MANY = 16


class Problem:
    """Something about a document that its author should know: a parse error, a duplicate key."""

    __slots__ = ("end", "kind", "message", "start")

    def __init__(self, kind: str, message: str, start: int, end: int) -> None:
        self.kind = kind
        self.message = message
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        return f"Problem({self.kind!r}, {self.message!r}, {self.start})"


class Document:
    """One parsed file. ``root`` is None when nothing could be parsed; ``problems`` says why."""

    def __init__(
        self,
        path: str,
        text: str,
        root: Node | None,
        format: str,  # noqa: A002 - the word of the domain
        problems: tuple[Problem, ...] = (),
    ) -> None:
        self.path = path
        self.text = text
        self.root = root
        self.format = format
        self.problems = problems

    def __repr__(self) -> str:
        return f"Document({self.path!r})"

    @cached_property
    def _line_starts(self) -> list[int]:
        # A lone carriage return ends a line too, in YAML and in editors.
        lines = StringIO(self.text, newline="")
        starts = [*accumulate(map(len, lines), initial=0)]
        if self.text and not self.text.endswith("\n"):
            starts.pop()  # nothing begins where the last line ends
        return starts

    @cached_property
    def _block_starts(self) -> list[int]:
        pairs = self.root.pairs if isinstance(self.root, Mapping) else ()
        return [value.start for _, value in pairs]

    def mentions(self, word: str) -> bool:
        """Whether a word stands anywhere in the text; searched for once, however often asked."""
        found = self._mentioned.get(word)
        if found is None:
            found = self._mentioned[word] = word in self.text
        return found

    @cached_property
    def _mentioned(self) -> dict[str, bool]:
        return {}

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of an offset."""
        starts = self._line_starts
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line_text(self, line: int) -> str:
        """The text of one line, counted from 1, without its line end."""
        starts = self._line_starts
        if not 1 <= line <= len(starts):
            return ""
        end = starts[line] if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].rstrip("\r\n")

    def span(self, start: int, end: int, pointer: str = "") -> Location:
        """The location of two offsets."""
        line, column = self.line_and_column(start)
        end_line, end_column = self.line_and_column(max(start, end))
        return Location(self.path, line, column, end_line, end_column, pointer)

    def location(self, node: Node) -> Location:
        """Where ``node`` stands, with its pointer."""
        return self.span(node.start, node.end, self.pointer(node))

    def pointer(self, node: Node) -> str:
        """The route of keys from the root to ``node``, found by descent through the spans."""
        parts: list[str] = []
        current = self.root
        if self.format == "hcl" and isinstance(current, Mapping) and current is not node:
            # A file may have thousands of blocks at its top, in order and apart from each other.
            index = bisect_right(self._block_starts, node.start) - 1
            current = Mapping(current.pairs[max(index, 0) : index + 1], current.start, current.end)
        while current is not None and current is not node:
            step = _step_towards(self._near(current, node), node)
            if step is None:
                break
            part, current = step
            parts.append(part)
        return "".join(parts).removeprefix(".")

    def _near(self, parent: Node, target: Node) -> Iterator[tuple[str, Node]]:
        """The children of ``parent``; of many that are apart, the one that may hold ``target``.

        A template has thousands of resources, and each of them is asked for its place.
        """
        if isinstance(parent, Scalar) or len(_parts(parent)) < _MANY:
            return children(parent)
        starts = self._child_starts.get(id(parent))
        if starts is None:
            starts = self._child_starts[id(parent)] = _starts_if_apart(parent)
        if not starts:
            return children(parent)
        index = max(bisect_right(starts, target.start) - 1, 0)
        return children(parent, index, index + 1)

    @cached_property
    def _child_starts(self) -> dict[int, list[int]]:
        """Where the children of large nodes begin, by the id of the node; none if not apart."""
        return {}


def _parts(parent: Mapping | Sequence) -> tuple[object, ...]:
    return parent.pairs if isinstance(parent, Mapping) else parent.items


def _starts_if_apart(parent: Mapping | Sequence) -> list[int]:
    starts, ends = [], []
    for _, child in children(parent):
        starts.append(child.start)
        ends.append(child.end)
    apart = all(start > end for start, end in zip(starts[1:], ends[:-1], strict=True))
    return starts if apart else []


def _step_towards(parts: Iterable[tuple[str, Node]], target: Node) -> tuple[str, Node] | None:
    """The step to the smallest child that holds ``target``.

    HCL's blocks of one type reach, taken together, over what stands between them.
    """
    found: tuple[str, Node] | None = None
    for part, child in parts:
        if child is target:
            return part, child
        if (
            child.start <= target.start
            and target.end <= child.end
            and (found is None or child.end - child.start < found[1].end - found[1].start)
        ):
            found = part, child
    return found


def children(node: Node, first: int = 0, last: int | None = None) -> Iterator[tuple[str, Node]]:
    """The parts of ``node`` with the step of the pointer that leads to each, or some of them."""
    if isinstance(node, Mapping):
        for key, value in node.pairs[first:last]:
            yield f".{key.text}", value
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items[first:last], first):
            yield f"[{index}]", item
