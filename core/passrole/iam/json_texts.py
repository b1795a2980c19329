"""Policies that are written as JSON text, with parts that nobody knows before deployment.

``Fn::Sub`` over a JSON document and Terraform's templates leave holes inside of strings. Each hole
is carried through the JSON parser by a mark that no document holds, and set back afterwards.
"""

from __future__ import annotations

import json

from passrole.values import ABSENT, Hole, Listing, Part, Record, Text, Unknown, Value

_OPEN, _CLOSE = "\ue000", "\ue001"
_Marks = dict[str, Hole | Unknown]
"""What each mark stands for: a part of a string, or a whole value."""


def value_from_json_text(text: Text) -> Value:
    """The document that a text writes; unknown where it is no JSON.

    A hole outside of strings stands for a value of which nothing is known. Every value has the
    origin of the text and relies on the same parameter defaults.
    """
    marks: _Marks = {}
    written: list[str] = []
    in_string = False
    for part in text.parts:
        if isinstance(part, Hole):
            mark = f"{_OPEN}{len(marks)}{_CLOSE}"
            marks[mark] = part if in_string else Unknown(f"it depends on {_name(part)}")
            written.append(mark if in_string else f'"{mark}"')
        elif _OPEN in part or _CLOSE in part:
            return Unknown("the policy holds a character for private use", text.origin)
        else:
            written.append(part)
            in_string = _ends_in_string(part, in_string)
    try:
        data = json.loads("".join(written), parse_float=str, parse_int=str)
        return _value(data, marks, text)
    except (ValueError, KeyError, RecursionError):
        # KeyError: a mark that is none of ours, written as an escape.
        reason = "the policy is a text that is no JSON"
        if marks:
            named = ", ".join(dict.fromkeys(map(_name, text.holes)))
            reason = f"the policy is a text that depends on {named}"
        return Unknown(reason, text.origin)


def _name(hole: Hole) -> str:
    return hole.reference or hole.id


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


def _value(data: object, marks: _Marks, text: Text) -> Value:
    if data is None:
        return ABSENT
    if isinstance(data, dict):
        if any(_OPEN in key for key in data):
            return Unknown("the name of an element is not known", text.origin)
        fields = {key: _value(item, marks, text) for key, item in data.items()}
        return Record(fields, text.origin)
    if isinstance(data, list):
        return Listing(tuple(_value(item, marks, text) for item in data), text.origin)
    if isinstance(data, bool):
        data = "true" if data else "false"
    string = str(data)
    whole = marks.get(string)
    if isinstance(whole, Unknown):
        return whole._replace(origin=text.origin)
    return Text(_parts(string, marks), text.origin, text.defaults)


def _parts(string: str, marks: _Marks) -> list[Part]:
    first, *rest = string.split(_OPEN)
    parts: list[Part] = [first]
    for piece in rest:
        number, close, after = piece.partition(_CLOSE)
        part = marks[f"{_OPEN}{number}{close}"]
        parts.extend((part if isinstance(part, Hole) else "", after))
    return parts
