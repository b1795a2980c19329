"""Nodes that a transform makes: each has a span in a document, and is told from all others.

A node that was written keeps its class. What is made of it has the same span, so that messages
point at what the author wrote, and a ``Making`` that says which document that is in.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Names
from typing import Union

from passrole.documents.nodes import Document, Making, Mapping, Node, Scalar, Sequence

WORK_CAP = 300_000
"""How many nodes, or lines of text, are made for one template: loops could make any number."""

_LINE = 64

Pair = tuple[Scalar, Node]
Data = Union[str, Node, "Names[str, Data]", "Iterable[Data]"]
"""What nodes are made of: texts, mappings, lists, and nodes that stay as they are."""


class TooLarge(Exception):  # noqa: N818 - not an error of ours: the template is refused
    """Raised where a template would make more than ``WORK_CAP``."""


class MadeScalar(Scalar):
    """A leaf that a transform made."""

    __slots__ = ("made",)
    made: Making


class MadeSequence(Sequence):
    """A list that a transform made."""

    __slots__ = ("made",)
    made: Making


class MadeMapping(Mapping):
    """A mapping that a transform made."""

    __slots__ = ("made",)
    made: Making


class OpenNode(MadeScalar):
    """What stands where a transform cannot be followed; its text is the reason, in words."""

    __slots__ = ()


class _Counter:
    """How much was made for one template."""

    __slots__ = ("made", "work")

    def __init__(self) -> None:
        self.made = 0
        self.work = 0


class Workshop:
    """Makes the nodes of one template, and counts them."""

    def __init__(self, document: Document, counter: _Counter | None = None) -> None:
        self._document = document
        self._counter = counter or _Counter()

    def at_work_in(self, document: Document) -> Workshop:
        """The same workshop for nodes that were written in another document."""
        return Workshop(document, self._counter)

    def afford(self, characters: int) -> None:
        """Count one step of work on so much text. Raises ``TooLarge`` where there is too much."""
        counter = self._counter
        counter.work += 1 + characters // _LINE
        if counter.work > WORK_CAP:
            raise TooLarge

    def scalar(self, text: str, at: Node, *, plain: bool = False) -> Scalar:
        """A leaf with the span of ``at``."""
        node = MadeScalar(text, plain, at.start, at.end)
        node.made = self._making(at, len(text))
        return node

    def sequence(self, items: Iterable[Node], at: Node) -> Sequence:
        """A list with the span of ``at``."""
        node = MadeSequence(tuple(items), at.start, at.end)
        node.made = self._making(at)
        return node

    def mapping(self, pairs: Iterable[Pair], at: Node) -> Mapping:
        """A mapping with the span of ``at``; of equal keys the last one counts."""
        last = {key.text: (key, value) for key, value in pairs}
        node = MadeMapping(tuple(last.values()), at.start, at.end)
        node.made = self._making(at)
        return node

    def call(self, function: str, argument: Node, at: Node) -> Mapping:
        """A call of an intrinsic function."""
        return self.mapping([(self.scalar(function, at), argument)], at)

    def unknown(self, reason: str, at: Node) -> OpenNode:
        """A value that is not known, with the reason."""
        node = OpenNode(reason, False, at.start, at.end)
        node.made = self._making(at)
        return node

    def build(self, data: Data, at: Node) -> Node:
        """Nodes for plain data, all at one place; nodes in the data stay what they are."""
        if isinstance(data, (Scalar, Sequence, Mapping)):
            return data
        if isinstance(data, str):
            return self.scalar(data, at)
        if isinstance(data, Names):
            pairs = [(self.scalar(key, at), self.build(value, at)) for key, value in data.items()]
            return self.mapping(pairs, at)
        return self.sequence([self.build(item, at) for item in data], at)

    def relying(self, node: Node, defaults: frozenset[str]) -> Node:
        """The same node, known to be there because of the defaults of parameters."""
        if not defaults or isinstance(node, OpenNode):
            return node
        made: MadeScalar | MadeSequence | MadeMapping
        if isinstance(node, Scalar):
            made = MadeScalar(node.text, node.plain, node.start, node.end, node.tag)
        elif isinstance(node, Sequence):
            made = MadeSequence(node.items, node.start, node.end, node.tag)
        else:
            made = MadeMapping(node.pairs, node.start, node.end, node.tag)
        before = node.made.defaults if node.made is not None else frozenset[str]()
        made.made = self._making(node)._replace(defaults=before | defaults)
        return made

    def _making(self, at: Node, characters: int = 0) -> Making:
        self.afford(characters)
        self._counter.made += 1
        document = at.made.document if at.made is not None else self._document
        return Making(document, self._counter.made)
