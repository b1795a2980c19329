"""``Fn::Base64`` and ``Fn::ToJsonString``: values written in another form."""

from __future__ import annotations

import base64
import json

from passrole.documents.nodes import Node, Scalar
from passrole.stacks.cloudformation.expressions import derived_id, joined, over_choices, written
from passrole.stacks.cloudformation.scope import Scope
from passrole.values import (
    LITERAL,
    Absent,
    Hole,
    Listing,
    Origin,
    Record,
    Text,
    Value,
    literal,
    veiled_with,
)


def base64_text(scope: Scope, argument: Node, origin: Origin) -> Value:
    """The text encoded, or a hole where it is not wholly known."""

    def build(values: tuple[Value, ...]) -> Value:
        text = scope.text(values[0], argument)
        plain = text.known()
        if plain is not None:
            encoded = base64.b64encode(plain.encode("utf-8", "surrogatepass")).decode("ascii")
            return veiled_with(literal(encoded, origin).relying_on(text.defaults), (text,))
        reason = f"it encodes {written(text)}" if len(text.parts) == 1 else "it encodes a text"
        return Text((Hole(derived_id(text, ".base64"), LITERAL, "", reason),), origin)

    return over_choices(scope, (scope.value(argument),), build, origin)


def json_text(scope: Scope, argument: Node, origin: Origin) -> Value:
    """The value as JSON, its holes kept."""

    def build(values: tuple[Value, ...]) -> Value:
        pieces: list[Text | str] = []
        _write(scope, values[0], origin, pieces)
        return joined(scope, pieces, "", origin)

    return over_choices(scope, (scope.value(argument),), build, origin)


def _write(scope: Scope, value: Value, origin: Origin, pieces: list[Text | str]) -> None:
    if isinstance(value, Listing):
        pieces.append("[")
        for at, item in enumerate(value.values):
            pieces.append("," if at else "")
            _write(scope, item, origin, pieces)
        pieces.append("]")
    elif isinstance(value, Record):
        pieces.append("{")
        for at, (name, item) in enumerate(value.fields.items()):
            pieces.append(f"{',' if at else ''}{json.dumps(name)}:")
            _write(scope, item, origin, pieces)
        pieces.append("}")
    elif isinstance(value, Absent):
        pieces.append("null")
    elif isinstance(value, Text):
        pieces.append(_scalar(value))
    else:
        pieces.append(scope.text(value, value.origin.node if value.origin else origin.node))


def _scalar(text: Text) -> Text | str:
    """A number or a truth as such, where it is written so; all else in quotes."""
    plain, node = text.known(), text.origin.node if text.origin else None
    if plain is not None and isinstance(node, Scalar) and node.plain and node.text == plain:
        try:
            typed = json.loads(plain)
        except ValueError:
            typed = None
        if isinstance(typed, (int, float)):
            return plain
    quoted = [part if isinstance(part, Hole) else json.dumps(part)[1:-1] for part in text.parts]
    return Text(('"', *quoted, '"'), text.origin, text.defaults)
