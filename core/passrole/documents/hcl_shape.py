"""The shape of the nodes that HCL is read into; ``documents.hcl`` says what it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from passrole.documents.hcl_grammar import ParsedPart
from passrole.documents.nodes import Mapping, Node, Scalar, Sequence
from passrole.documents.reports import Notes

EXPRESSION: Final = "expression"
BROKEN: Final = "broken"
MOST_DEPTH: Final = 200  # whatever the limits say: blocks are read by recursion
NODES_PER_VALUE: Final = 4  # of the grammar, for one value with its brackets and commas

Pair = tuple[Scalar, Node]


def word(text: str, start: int, end: int) -> Scalar:
    """A name or a label, in quotes or not."""
    written = text[start:end]
    return Scalar(written[1:-1] if written.startswith('"') else written, False, start, end)


def body(pairs: Iterable[Pair], start: int, end: int, notes: Notes) -> Mapping:
    """A body: blocks of one type together, arguments that stand twice noted."""
    found: list[Pair] = []
    blocks: dict[str, list[Node]] = {}
    first: dict[str, tuple[int, Scalar]] = {}
    for pair in pairs:
        key, value = pair
        if isinstance(value, Scalar):
            found.append(pair)
        elif key.text in blocks:
            blocks[key.text].append(value)
        else:
            blocks[key.text] = [value]
            first[key.text] = len(found), key
            found.append(pair)
    for name, bodies in blocks.items():
        index, key = first[name]
        together = Sequence(tuple(bodies), bodies[0].start, bodies[-1].end)
        found[index] = key, together
    return Mapping(notes.last_of_each(found), start, end)


def labelled(labels: list[Scalar], inner: Mapping) -> Mapping:
    """A block's body under its labels."""
    for label in reversed(labels):
        inner = Mapping(((label, inner),), inner.start, inner.end)
    return inner


def value_of(tree: ParsedPart, attribute: Any) -> tuple[int, int]:
    """Where the value of an argument of the grammar's tree stands."""
    _, *rest = attribute.named_children
    value = rest[0]
    if rest[1:]:  # a comment stands before it
        value = next(each for each in rest if each.type == "expression")
    return tree.span(value)
