"""Policies that are written as JSON text, with parts that nobody knows before deployment.

``Fn::Sub`` over a JSON document and Terraform's templates leave holes inside of strings. Each hole
is carried through the JSON parser by a mark that no document holds, and set back afterwards.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache

from passrole.documents.embedded import json_inside
from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence
from passrole.records import NamedTuple
from passrole.values import ABSENT, Hole, Listing, Origin, Part, Record, Text, Unknown, Value

_OPEN, _CLOSE = "\ue000", "\ue001"
_Marks = dict[str, Hole | Unknown]
"""What each mark stands for: a part of a string, or a whole value."""


def value_from_json_text(text: Text) -> Value:
    """The document that a text writes; unknown where it is no JSON.

    A hole outside of strings stands for a value of which nothing is known. Every value relies on
    the parameter defaults of the text. It has its own place where the text is written line by line
    in a heredoc or a block scalar, else the origin of the text.
    """
    return _read(_Itself(text))


class _Itself:
    """A text for what it is: an equal one that stands elsewhere is another document."""

    __slots__ = ("text",)

    def __init__(self, text: Text) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.text is self.text

    def __hash__(self) -> int:
        return id(self.text)


@lru_cache(maxsize=256)
def _read(itself: _Itself) -> Value:
    text = itself.text
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
        return _value(data, marks, text, _place(text))
    except (ValueError, KeyError, RecursionError):
        # KeyError: a mark that is none of ours, written as an escape.
        reason = "the policy is a text that is no JSON"
        if marks:
            named = ", ".join(dict.fromkeys(map(_name, text.holes)))
            reason = f"the policy is a text that depends on {named}"
        return Unknown(reason, text.origin)


def _name(hole: Hole) -> str:
    return hole.reference or hole.id


_REST_OF_STRING = re.compile(r'(?:[^"\\]|\\.)*+"', re.DOTALL)


def _ends_in_string(piece: str, in_string: bool) -> bool:
    at = 0
    while True:
        if in_string:
            rest = _REST_OF_STRING.match(piece, at)
            if rest is None:
                return True
            at = rest.end()
        start = piece.find('"', at)
        if start < 0:
            return False
        at, in_string = start + 1, True


class _Place(NamedTuple):
    """Where a value stands: its JSON node where there is one, and else what it stands in."""

    origin: Origin | None
    node: Node | None = None
    offset: int = 0

    def of(self, node: Node | None) -> _Place:
        """The place of a part of the value."""
        if node is None or self.origin is None:
            return _Place(self.origin)
        start, end = node.start + self.offset, node.end + self.offset
        return _Place(_origin(self.origin.document, start, end), node, self.offset)

    def item(self, index: int, length: int) -> _Place:
        """The place of an item of a list of a length."""
        items = self.node.items if isinstance(self.node, Sequence) else ()
        return self.of(items[index] if len(items) == length else None)

    def field(self, name: str) -> tuple[Origin | None, _Place]:
        """The places of a key of an object and of its value."""
        for key, node in self.node.pairs if isinstance(self.node, Mapping) else ():
            if key.text == name:
                return self.of(key).origin, self.of(node)
        return None, _Place(self.origin)


def _origin(document: Document, start: int, end: int) -> Origin:
    return Origin(document, Scalar("", True, start, end, "json"))


def _place(text: Text) -> _Place:
    found = json_inside(*text.origin) if text.origin is not None else None
    if found is None:
        return _Place(text.origin)
    return _Place(text.origin, None, found.offset).of(found.root)


def _value(data: object, marks: _Marks, text: Text, place: _Place) -> Value:
    if data is None:
        return ABSENT
    if isinstance(data, dict):
        if any(_OPEN in key for key in data):
            return Unknown("the name of an element is not known", place.origin)
        fields = {}
        keys = {}
        for name, item in data.items():
            key, inner = place.field(name)
            fields[name] = _value(item, marks, text, inner)
            if key is not None:
                keys[name] = key
        return Record(fields, place.origin, keys)
    if isinstance(data, list):
        inside = (place.item(index, len(data)) for index in range(len(data)))
        items = (_value(item, marks, text, each) for item, each in zip(data, inside, strict=True))
        return Listing(tuple(items), place.origin)
    if isinstance(data, bool):
        data = "true" if data else "false"
    string = str(data)
    whole = marks.get(string)
    if isinstance(whole, Unknown):
        return whole._replace(origin=place.origin)
    return Text(_parts(string, marks), place.origin, text.defaults)


def _parts(string: str, marks: _Marks) -> list[Part]:
    first, *rest = string.split(_OPEN)
    parts: list[Part] = [first]
    for piece in rest:
        number, close, after = piece.partition(_CLOSE)
        part = marks[f"{_OPEN}{number}{close}"]
        parts.extend((part if isinstance(part, Hole) else "", after))
    return parts
