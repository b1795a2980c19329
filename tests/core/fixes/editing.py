"""One change made in one text, as it is written after."""

from __future__ import annotations

from collections.abc import Callable

from passrole.changes import Change
from passrole.documents.limits import Limits
from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence
from passrole.documents.recognition import parse
from passrole.fixes.operations import at_the_end, rewrite
from passrole.fixes.planning import plan
from passrole.fixes.verifying import reads_the_same
from passrole.values import Origin

Make = Callable[[Origin], Change]


def changed(name: str, text: str, place: str, make: Make) -> str | None:
    """The text after a change at a place, None where none is made.

    ``place`` is the steps to a node, or in HCL the words that stand there; a whole that begins with
    a brace in a heredoc is JSON.
    """
    document = parse(name, text.encode(), Limits())
    assert document.root is not None, document.problems
    operation = plan(make(Origin(document, _node(document, place))), {name: document}, _unsaid)
    cuts = operation.cuts() if operation is not None else None
    if operation is None or cuts is None:
        return None
    cuts += at_the_end(document.text, [operation])
    after = rewrite(document.text, cuts)
    if after is None or not reads_the_same(document, after, [operation], Limits()):
        return None
    return after


def _unsaid(_text: object, _site: object) -> None:
    return None


def _node(document: Document, place: str) -> Node:
    if document.format == "hcl":
        start = document.text.index(place)
        for block in _mappings(document.root):
            if (block.start, block.end) == (start, start + len(place)):
                return block
        tag = "json" if place.startswith('{"') else None
        return Scalar("", True, start, start + len(place), tag)
    current = document.root
    for step in place.split("."):
        if isinstance(current, Sequence):
            current = current.items[int(step)]
        elif isinstance(current, Mapping):
            current = current.get(step)
    assert current is not None
    return current


def _mappings(node: Node | None) -> list[Mapping]:
    """Every mapping, those inside of another one first."""
    if isinstance(node, Mapping):
        inside = [each for _, value in node.pairs for each in _mappings(value)]
        return [*inside, node]
    return [m for each in node.items for m in _mappings(each)] if isinstance(node, Sequence) else []
