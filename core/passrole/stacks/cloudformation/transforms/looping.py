"""``Fn::ForEach``: a body once for each item of a collection.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from passrole.documents.nodes import Mapping, Node, Scalar, Sequence
from passrole.stacks.cloudformation.generated import Pair, Workshop
from passrole.stacks.cloudformation.scope import call_of
from passrole.stacks.cloudformation.template import FOR_EACH
from passrole.stacks.cloudformation.transforms.walking import (
    long_form,
    plain_text,
    same_pairs,
    with_children,
)
from passrole.values import Listing, Text, Unknown, Value

SECTIONS = ("Conditions", "Resources", "Outputs")
_NO_LOOP = "a loop is a name, a collection, and a body"


class _Round:
    """One round of the loops that a node stands in: the names that they give, none outside."""

    def __init__(self, names: dict[str, str], pattern: re.Pattern[str]) -> None:
        self.names = names
        self.longest = max(map(len, names.values()), default=0)
        self.done: dict[int, Node] = {}
        self._names = pattern

    def fill(self, text: str, workshop: Workshop) -> str:
        """The text with what the names stand for; ``&{Name}`` keeps letters and digits only."""
        if "{" not in text or self._names.search(text) is None:
            return text
        workshop.afford(len(text) + text.count("{") * self.longest)

        def value(found: re.Match[str]) -> str:
            item = self.names[found[2]]
            return item if found[1] == "$" else "".join(filter(str.isalnum, item))

        return self._names.sub(value, text)


class Loops:
    """Expands the loops of one template. ``evaluate`` gives the values of collections."""

    def __init__(self, workshop: Workshop, evaluate: Callable[[Node], Value]) -> None:
        self._workshop = workshop
        self._evaluate = evaluate
        self.first: Scalar | None = None
        self._patterns: dict[tuple[str, ...], re.Pattern[str]] = {}

    def expanded(self, root: Mapping) -> Mapping:
        """The template with what its loops make. Raises ``TooLarge``."""
        outside = _Round({}, _pattern({}))
        pairs = [
            (key, self._walk(value, outside) if key.text in SECTIONS else value)
            for key, value in root.pairs
        ]
        return root if same_pairs(pairs, root) else self._workshop.mapping(pairs, root)

    def _walk(self, node: Node, now: _Round) -> Node:
        found = now.done.get(id(node))
        if found is None:
            found = now.done[id(node)] = self._changed(node, now)
        return found

    def _changed(self, node: Node, now: _Round) -> Node:
        call = call_of(node) if now.names else None
        if call is not None and call[0] == "Ref" and plain_text(call[1]) in now.names:
            return self._workshop.scalar(now.names[plain_text(call[1]) or ""], node)
        if isinstance(node, Scalar):
            text = now.fill(node.text, self._workshop)
            if text == node.text:
                return node
            return long_form(
                node, self._workshop.scalar(text, node, plain=node.plain), self._workshop
            )
        if isinstance(node, Sequence):
            return with_children(node, lambda item: self._walk(item, now), self._workshop)
        pairs = list(self._pairs(node, now))
        if same_pairs(pairs, node):
            return node
        return long_form(node, self._workshop.mapping(pairs, node), self._workshop)

    def _pairs(self, node: Mapping, now: _Round) -> Iterator[Pair]:
        for key, value in node.pairs:
            if key.text.startswith(FOR_EACH):
                yield from self._loop(key, value, now)
                continue
            text = now.fill(key.text, self._workshop)
            named = key if text == key.text else self._workshop.scalar(text, key)
            yield named, self._walk(value, now)

    def _loop(self, key: Scalar, node: Node, now: _Round) -> Iterator[Pair]:
        self.first = self.first or key
        parts = node.items if isinstance(node, Sequence) and node.tag is None else ()
        name = plain_text(parts[0]) if len(parts) == 3 else None
        body = parts[2] if name else None
        if name is None or not isinstance(body, Mapping):
            yield key, self._workshop.unknown(_NO_LOOP, node)
            return
        value = self._evaluate(self._walk(parts[1], now))
        items, reason = _items(value)
        if reason:
            yield from self._open(key, body, reason)
            return
        names = (*now.names, name)
        pattern = self._patterns.get(names)
        if pattern is None:
            pattern = self._patterns[names] = _pattern(names)
        for item, defaults in items:
            self._workshop.afford(0)
            for made_key, made in self._pairs(body, _Round(now.names | {name: item}, pattern)):
                yield made_key, self._workshop.relying(made, defaults)

    def _open(self, key: Scalar, body: Mapping, reason: str) -> Iterator[Pair]:
        """A loop over nobody knows what: policies that it may make are open, not absent."""
        yield key, self._workshop.unknown(reason, key)
        for made_key, made in body.pairs:
            type_name = plain_text(made.get("Type")) if isinstance(made, Mapping) else None
            if type_name is not None and type_name.endswith("Policy"):
                properties = self._workshop.unknown(f"{key.text} is not expanded: {reason}", made)
                data = {"Type": type_name, "Properties": properties}
                yield made_key, self._workshop.build(data, made)


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    """What stands for one of the names in a text; nothing does where there are none."""
    either = "|".join(map(re.escape, names))
    return re.compile(rf"([$&])\{{({either})\}}" if either else r"(?!)")


def _items(value: Value) -> tuple[list[tuple[str, frozenset[str]]], str]:
    """The items with the parameter defaults behind them, or why they are not known."""
    if isinstance(value, Unknown):
        return [], value.reason
    if not isinstance(value, Listing):
        return [], "its collection is no list that is known"
    items = []
    for item in value.values:
        text = item.known() if isinstance(item, Text) else None
        if text is None or not isinstance(item, Text):
            holes = list(item.holes) if isinstance(item, Text) else []
            why = holes[0].reason if holes else getattr(item, "reason", "")
            return [], why or "an item of its collection is not known"
        items.append((text, item.defaults))
    return items, ""
