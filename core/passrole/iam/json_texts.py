"""Policies that are written as JSON text, with parts that nobody knows before deployment.

``Fn::Sub`` over a JSON document and Terraform's templates leave holes inside of strings. Each hole
is carried through the JSON parser by a mark that no document holds, and set back afterwards.
"""

from __future__ import annotations

import json

from passrole.values import ABSENT, Hole, Listing, Part, Record, Text, Unknown, Value

_OPEN, _CLOSE = "\ue000", "\ue001"


def value_from_json_text(text: Text) -> Value:
    """The document that a text writes; unknown where it is no JSON.

    A hole inside a string is a part of it, one outside stands for a whole value. Every value has
    the origin of the text and relies on the same parameter defaults.
    """
    holes: list[Hole] = []
    written: list[str] = []
    in_string = False
    for part in text.parts:
        if isinstance(part, Hole):
            mark = f"{_OPEN}{len(holes)}{_CLOSE}"
            written.append(mark if in_string else f'"{mark}"')
            holes.append(part)
        elif _OPEN in part or _CLOSE in part:
            return Unknown("the policy holds a character for private use", text.origin)
        else:
            written.append(part)
            in_string = _ends_in_string(part, in_string)
    try:
        data = json.loads("".join(written), parse_float=str, parse_int=str)
        return _value(data, holes, text)
    except (ValueError, IndexError, RecursionError):
        # IndexError: a mark that is none of ours, written as an escape.
        reason = "the policy is a text that is no JSON"
        if holes:
            named = ", ".join(dict.fromkeys(hole.reference or hole.id for hole in holes))
            reason = f"the policy is a text that depends on {named}"
        return Unknown(reason, text.origin)


def _ends_in_string(piece: str, in_string: bool) -> bool:
    escaped = False
    for character in piece:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = in_string
        elif character == '"':
            in_string = not in_string
    return in_string


def _value(data: object, holes: list[Hole], text: Text) -> Value:
    if data is None:
        return ABSENT
    if isinstance(data, dict):
        if any(_OPEN in key for key in data):
            return Unknown("the name of an element is not known", text.origin)
        fields = {key: _value(item, holes, text) for key, item in data.items()}
        return Record(fields, text.origin)
    if isinstance(data, list):
        return Listing(tuple(_value(item, holes, text) for item in data), text.origin)
    if isinstance(data, bool):
        data = "true" if data else "false"
    return Text(_parts(str(data), holes), text.origin, text.defaults)


def _parts(string: str, holes: list[Hole]) -> list[Part]:
    first, *rest = string.split(_OPEN)
    parts: list[Part] = [first]
    for piece in rest:
        number, _, after = piece.partition(_CLOSE)
        parts.extend((holes[int(number)], after))
    return parts
