"""Trees that differ from others in a few places: what is not changed is the very same node."""

from __future__ import annotations

from collections.abc import Callable

from passrole.documents.nodes import Mapping, Node, Scalar, Sequence
from passrole.stacks.cloudformation.generated import Pair, Workshop
from passrole.stacks.cloudformation.scope import call_of

DEPTH_CAP = 100
"""How deep a tree may be: files that are included in one another could make it any depth."""


def with_children(
    node: Node, change: Callable[[Node], Node], workshop: Workshop, *, copy: bool = False
) -> Node:
    """The node with each child changed, its keys left; the same node where no child changes."""
    if isinstance(node, Sequence):
        items = [change(item) for item in node.items]
        if not copy and all(new is old for new, old in zip(items, node.items, strict=True)):
            return node
        return long_form(node, workshop.sequence(items, node), workshop)
    if isinstance(node, Mapping):
        pairs = [
            (workshop.scalar(key.text, key, plain=key.plain) if copy else key, change(value))
            for key, value in node.pairs
        ]
        if not copy and same_pairs(pairs, node):
            return node
        return long_form(node, workshop.mapping(pairs, node), workshop)
    if copy:
        return long_form(node, workshop.scalar(node.text, node, plain=node.plain), workshop)
    return node


def same_pairs(pairs: list[Pair], node: Mapping) -> bool:
    """Whether these are the very pairs of a mapping."""
    return len(pairs) == len(node.pairs) and all(
        key is old_key and value is old_value
        for (key, value), (old_key, old_value) in zip(pairs, node.pairs, strict=True)
    )


def long_form(written: Node, made: Node, workshop: Workshop) -> Node:
    """What was made of a node, as the argument of the function that the node's tag calls."""
    call = call_of(written) if written.tag is not None else None
    return made if call is None else workshop.call(call[0], made, written)


def plain_text(node: Node | None) -> str | None:
    """The text of a leaf that calls no function."""
    if isinstance(node, Scalar) and node.tag is None and not node.is_null:
        return node.text
    return None
