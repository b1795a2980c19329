"""``Globals``: what they say of every resource of a kind, below what the resource says itself.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
"""

from __future__ import annotations

from passrole.documents.nodes import Mapping, Node, Sequence
from passrole.stacks.cloudformation.generated import Workshop
from passrole.stacks.cloudformation.scope import call_of
from passrole.stacks.cloudformation.transforms.walking import plain_text

_REPLACED = frozenset(("Architectures",))
"""Lists that a resource replaces; all other lists are joined."""


def with_globals(
    workshop: Workshop, section: Mapping, properties: Mapping, ignored: Node | None
) -> Mapping:
    """The properties of a resource, together with those of its kind in ``Globals``."""
    names = _texts(ignored)
    if "*" in names:
        return properties
    pairs = [(key, value) for key, value in section.pairs if key.text not in names]
    return _merged(workshop, workshop.mapping(pairs, section), properties)


def _merged(workshop: Workshop, general: Mapping, own: Mapping) -> Mapping:
    pairs = {key.text: (key, value) for key, value in general.pairs}
    for key, value in own.pairs:
        before = pairs.get(key.text)
        if before is not None and key.text not in _REPLACED:
            pairs[key.text] = (key, _both(workshop, before[1], value))
        else:
            pairs[key.text] = (key, value)
    return workshop.mapping(pairs.values(), own)


def _both(workshop: Workshop, general: Node, own: Node) -> Node:
    """Lists are joined, mappings merged; else the own value counts. A function is one value."""
    if call_of(general) is not None or call_of(own) is not None:
        return own
    if isinstance(general, Mapping) and isinstance(own, Mapping):
        return _merged(workshop, general, own)
    if isinstance(general, Sequence) and isinstance(own, Sequence):
        return workshop.sequence((*general.items, *own.items), own)
    return own


def _texts(node: Node | None) -> frozenset[str]:
    items = node.items if isinstance(node, Sequence) else (node,)
    return frozenset(text for item in items if (text := plain_text(item)) is not None)
