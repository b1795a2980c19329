"""How a part of a file is written: its entries with their places, and in which notation.

Five notations cover every format. ``BLOCK`` is YAML set out in lines, ``FLOW`` YAML in brackets,
``JSON`` also what stands as JSON inside other files, ``HCL`` an object or list of an expression,
``BODY`` the inside of a block of HCL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from passrole.documents.embedded import Embedded, json_between
from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence
from passrole.records import NamedTuple
from passrole.stacks.terraform.expressions import (
    Call,
    Constant,
    Expression,
    ListOf,
    ObjectOf,
    Placed,
)
from passrole.stacks.terraform.parsing import ExpressionError, parse_expression

_PROPERTIES = re.compile(r"(?:[!&][^\s,\[\]{}]*+[ \t]*+(?:#[^\n]*+)?\s*+)*+")

_TRANSPARENT = ("jsonencode", "tolist", "toset")


class Notation(Enum):
    """The ways in which mappings and lists are written."""

    BLOCK = "block"
    FLOW = "flow"
    JSON = "json"
    HCL = "hcl"
    BODY = "body"


class Written(NamedTuple):
    """A mapping, a list, a text, or something else, from ``start`` up to ``end`` of the document.

    ``text`` is what a text says, None for expressions and collections. ``block`` is the type that
    a body's block is of, where many blocks of a type are one value.
    """

    kind: str
    notation: Notation
    start: int
    end: int
    entries: tuple[Entry, ...] = ()
    text: str | None = None
    tag: str | None = None

    def get(self, key: str) -> Entry | None:
        """The entry of a key."""
        return next((each for each in self.entries if each.key == key), None)

    def holding(self, start: int, end: int) -> Iterator[tuple[Written, Entry]]:
        """Every entry, outer ones first, whose value holds a span; each with what it stands in."""
        for entry in self.entries:
            if entry.value.start <= start and end <= entry.value.end:
                yield self, entry
                yield from entry.value.holding(start, end)


class Entry(NamedTuple):
    """A value under a key, or an item of a list; ``start`` is where the key or the item starts.

    ``end`` is where all of it ends: a call around the value, such as ``jsonencode``, included.
    """

    key: str
    start: int
    key_end: int
    value: Written
    end: int


def written(document: Document, node: Node) -> Written | None:
    """How ``node`` is written, None where it is not written there as it is."""
    if node.made is not None:
        return None
    if isinstance(node, Scalar) and node.tag == "json":
        found = json_between(document, node.start, node.end)
        return embedded(document, found) if found is not None else None
    if document.format == "hcl":
        return _hcl(document, node)
    if document.format not in ("yaml", "json"):
        return None
    return _node(document.text, node, 0, document.format)


def embedded(document: Document, found: Embedded) -> Written | None:
    """How the JSON inside a text is written."""
    return _node(document.text, found.root, found.offset)


def view(document: Document) -> Written | None:
    """A whole document, what aliases bring included: to compare, not to edit."""
    if document.root is None:
        return None
    if document.format == "hcl":
        return _hcl(document, document.root)
    return _Aliases(document).node(document.root)


class _Aliases:
    """The parts of a document of YAML or JSON, each made once however often it counts."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.made: dict[int, Written] = {}

    def node(self, node: Node) -> Written:
        """A node with all that is in it."""
        found = self.made.get(id(node))
        if found is None:
            found = self.made[id(node)] = self._node(node)
        return found

    def _node(self, node: Node) -> Written:
        notation = Notation.BLOCK if self.document.format == "yaml" else Notation.JSON
        start = node.start
        if notation is Notation.BLOCK and not isinstance(node, Scalar):
            start = _content(self.document.text, node.start, node.end)
        place = notation, start, node.end
        if isinstance(node, Scalar):
            return Written("text", *place, text=node.text, tag=f"{node.tag} {node.plain}")
        pairs: Iterator[tuple[str, Node]]
        if isinstance(node, Mapping):
            pairs = ((key.text, value) for key, value in node.pairs)
        else:
            pairs = (("", item) for item in node.items)
        entries = [
            Entry(name, value.start, value.start, self.node(value), value.end)
            for name, value in pairs
        ]
        return Written(node.kind, *place, tuple(entries), tag=node.tag)


def _node(
    text: str, node: Node, offset: int, format_: str = "json", around: Notation = Notation.BLOCK
) -> Written | None:
    """A node of YAML or JSON; None where a part of it stands elsewhere."""
    start, end = node.start + offset, node.end + offset
    notation = Notation.JSON
    if format_ == "yaml":
        inner = _content(text, start, end)
        flow = text.startswith(("[", "{"), inner) and not isinstance(node, Scalar)
        notation = Notation.FLOW if flow else around
        start = start if isinstance(node, Scalar) else inner
    if isinstance(node, Scalar):
        return Written("text", notation, start, end, text=node.text, tag=node.tag)
    entries = []
    pairs = node.pairs if isinstance(node, Mapping) else [(None, item) for item in node.items]
    for key, value in pairs:
        first = value.start if key is None else key.start
        if not (node.start <= first and value.end <= node.end and first <= value.start):
            return None  # an alias, or a pair that << brought
        inside = _node(text, value, offset, format_, notation)
        if inside is None:
            return None
        name, key_end = (key.text, key.end) if key is not None else ("", first)
        entries.append(Entry(name, first + offset, key_end + offset, inside, inside.end))
    kind = node.kind if node.tag is None else "other"  # !If [...] is a value, and no list
    return Written(kind, notation, start, end, tuple(entries), tag=node.tag)


def _content(text: str, start: int, end: int) -> int:
    """Where a collection of YAML starts behind its tag and its anchor."""
    found = _PROPERTIES.match(text, start, end)
    return found.end() if found is not None else start


# -- HCL ------------------------------------------------------------------------------------------


def _hcl(document: Document, node: Node) -> Written | None:
    if isinstance(node, Mapping):
        return _body(document, node)
    if isinstance(node, Sequence):
        return None
    try:
        return _expression(document, parse_expression(document, node.start, node.end), node)
    except ExpressionError:
        return None


def _body(document: Document, node: Mapping) -> Written | None:
    """A block: its arguments, and its blocks as entries of their own, in their order."""
    entries: list[Entry] = []
    for key, value in node.pairs:
        if isinstance(value, Scalar):
            inner = _hcl(document, value) or Written("other", Notation.HCL, value.start, value.end)
            entries.append(Entry(key.text, key.start, key.end, inner, value.end))
            continue
        for each in value.items if isinstance(value, Sequence) else (value,):
            body = _body(document, each) if isinstance(each, Mapping) else None
            if body is None:
                return None
            entries.append(Entry(key.text, each.start, each.start + len(key.text), body, body.end))
    entries.sort(key=lambda entry: entry.start)
    return Written("mapping", Notation.BODY, node.start, node.end, tuple(entries))


def _expression(document: Document, expression: Expression, node: Node) -> Written:
    """An expression at the place of ``node``; what a call encodes stands for the call."""
    start, end = node.start, node.end
    match expression:
        case Placed(inner, origin):
            return _expression(document, inner, origin.node)
        case Call(name, (argument,)) if name in _TRANSPARENT:
            return _expression(document, argument, _argument(document.text, start, end))
        case ObjectOf(items) if document.text.startswith("{", start):
            entries = tuple(
                Entry(name.text, name.start, name.end, inner, _end(value, inner))
                for key, value in items
                for name in _named(key)
                for inner in [_expression(document, value, node)]
            )
            kind = "mapping" if len(entries) == len(items) else "other"
            return Written(kind, Notation.HCL, start, end, entries)
        case ListOf(items) if document.text.startswith("[", start):
            values = [_expression(document, item, node) for item in items]
            listed = tuple(
                Entry("", _start(item, each), each.start, each, _end(item, each))
                for item, each in zip(items, values, strict=True)
            )
            return Written("sequence", Notation.HCL, start, end, listed)
        case Constant(text, _):
            return Written("text", Notation.HCL, start, end, text=text)
    return Written("other", Notation.HCL, start, end)


def _start(expression: Expression, part: Written) -> int:
    return expression.origin.node.start if isinstance(expression, Placed) else part.start


def _end(expression: Expression, part: Written) -> int:
    return expression.origin.node.end if isinstance(expression, Placed) else part.end


def _argument(text: str, start: int, end: int) -> Scalar:
    """Where the one argument of a call stands, its comma and blanks left out."""
    opened = text.index("(", start) + 1
    start = opened + len(text[opened:end]) - len(text[opened:end].lstrip())
    inside = text[start : end - 1].rstrip().removesuffix(",").rstrip()
    return Scalar("", True, start, start + len(inside))


def _named(key: Expression) -> Iterator[Scalar]:
    """The name of a key of an object, where it is written out."""
    if isinstance(key, Placed) and isinstance(key.expression, Constant):
        node = key.origin.node
        yield Scalar(key.expression.text, False, node.start, node.end)
