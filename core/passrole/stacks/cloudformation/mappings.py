"""``Fn::FindInMap``: a value of the Mappings section by two keys."""

from __future__ import annotations

from passrole.documents.nodes import Mapping, Node
from passrole.stacks.cloudformation.conditions import equals_literal
from passrole.stacks.cloudformation.expressions import (
    derived_id,
    over_choices,
    placed,
    relying_on,
    too_much,
)
from passrole.stacks.cloudformation.scope import Scope, arguments, malformed
from passrole.stacks.cloudformation.template import UNDEFINED
from passrole.values import (
    ANYTHING,
    Absent,
    Alphabet,
    Hole,
    Listing,
    Origin,
    Text,
    Unknown,
    Value,
    choose,
    join,
    known,
)

KEY_CAP = 4
"""A map with more keys than this is not turned into a choice over a key that is not known."""


def find_in_map(scope: Scope, argument: Node, origin: Origin) -> Value:
    """The value under both keys; a choice or a hole where a key is not known.

    A key that the map does not have makes a deployment fail, so only the keys it has count.
    """
    parts = arguments(argument)
    if len(parts) not in (3, 4):
        return malformed(scope, "Fn::FindInMap needs a map and two keys", origin)
    default: Value = Absent()
    if len(parts) == 4:
        options = parts[3]
        node = options.get("DefaultValue") if isinstance(options, Mapping) else None
        if node is None:
            return malformed(scope, "The fourth part of Fn::FindInMap is a DefaultValue", origin)
        default = scope.value(node)

    def build(values: tuple[Value, ...]) -> Value:
        name, *keys = (scope.text(value, node) for value, node in zip(values, parts, strict=False))
        known_name = name.known()
        if known_name is None:
            return Unknown("which map Fn::FindInMap reads is not known", origin)
        entry = scope.template.mappings.get(known_name)
        if entry is None:
            if not isinstance(default, Absent):
                return default
            message = f"There is no map {known_name}"
            scope.problem(UNDEFINED, message, origin.node)
            return Unknown(message, origin)
        found = _look_up(scope, entry.node, known_name, keys, default)
        if not isinstance(found, Absent):
            return placed(found, origin)
        steps = derived_id(join((known_name, *keys), "."))
        reason = f"the map {known_name} has no value for {' and '.join(map(str, keys))}"
        return Unknown(reason, origin, f"{scope.stack}/{steps}")

    return over_choices(scope, tuple(scope.value(part) for part in parts[:3]), build, origin)


def _look_up(scope: Scope, node: Node | None, path: str, keys: list[Text], default: Value) -> Value:
    if node is None:
        return default
    if not keys:
        return scope.value(node)
    if not isinstance(node, Mapping):
        return default
    key, rest = keys[0], keys[1:]
    text = key.known()
    if text is not None:
        found = _look_up(scope, node.get(text), f"{path}.{text}", rest, default)
        return relying_on(scope, found, key.defaults, scope.origin(node))
    return _over_keys(scope, node, path, keys, default)


def _over_keys(scope: Scope, node: Mapping, path: str, keys: list[Text], default: Value) -> Value:
    """What the map has for a key that is not known."""
    key, rest = keys[0], keys[1:]
    hole = key.parts[0] if len(key.parts) == 1 else None
    if not scope.afford(len(node.pairs)):
        return too_much(scope.origin(node))
    possible: list[tuple[str, Value]] = []
    for name, below in node.pairs:
        if isinstance(hole, Hole) and not hole.alphabet.admits_text(name.text):
            continue
        found = _look_up(scope, below, f"{path}.{name.text}", rest, Absent())
        if not isinstance(found, Absent):
            possible.append((name.text, found))
    if not possible:
        return default
    closed = isinstance(default, Absent)
    answer: Value = possible[0][1]
    if closed and isinstance(answer, Text) and all(answer == value for _, value in possible):
        return answer
    if isinstance(hole, Hole) and len(possible) <= KEY_CAP:
        answer = possible.pop()[1] if closed else default
        for text, value in reversed(possible):
            answer = choose(equals_literal(hole, text), value, answer)
        return answer
    texts = {known(value) for _, value in possible}
    if not closed or any(isinstance(value, Listing) for _, value in possible):
        return Absent()
    alphabet = ANYTHING
    if None not in texts:
        choices = frozenset(text for text in texts if text is not None)
        alphabet = Alphabet("one of a map's values", wildcards=_wild(choices), choices=choices)
    hole_id = f"{scope.stack}/{derived_id(join((path, *keys), '.'))}"
    return Text((Hole(hole_id, alphabet, "", f"it depends on {key}"),))


def _wild(choices: frozenset[str]) -> bool:
    return any("*" in choice or "?" in choice for choice in choices)
