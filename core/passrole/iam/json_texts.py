"""Policies that are written as JSON text, with parts that nobody knows before deployment.

``Fn::Sub`` over a JSON document and Terraform's templates leave holes inside of strings. Each hole
is carried through the JSON parser by a mark that no document holds, and set back afterwards.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import repeat

from passrole.documents.embedded import json_inside
from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence
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
        return _Written(text, marks).told(data)
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


class _Written:
    """A document that a text writes: its values, with their places where the JSON has nodes."""

    __slots__ = ("_document", "_marks", "_offset", "_text")
    _document: Document
    _offset: int

    def __init__(self, text: Text, marks: _Marks) -> None:
        self._text = text
        self._marks = marks

    def told(self, data: object) -> Value:
        """The value of the whole document."""
        origin = self._text.origin
        found = json_inside(*origin) if origin is not None else None
        if origin is None or found is None:
            return self._value(data, None, origin)
        self._document, self._offset = origin.document, found.offset
        return self._value(data, found.root, origin)

    def _value(self, data: object, node: Node | None, around: Origin | None) -> Value:
        """A value that stands where its node does, and without one where what is around does."""
        place = around if node is None else self._place(node)
        if data is None:
            return ABSENT
        if isinstance(data, dict):
            if any(_OPEN in key for key in data):
                return Unknown("the name of an element is not known", place)
            pairs = node.pairs if isinstance(node, Mapping) else ()
            nodes = {key.text: (key, inner) for key, inner in pairs}
            fields = {
                name: self._value(item, nodes[name][1] if name in nodes else None, place)
                for name, item in data.items()
            }
            keys = {name: self._place(key) for name, (key, _) in nodes.items()}
            return Record(fields, place, keys)
        if isinstance(data, list):
            inner: Iterable[Node | None] = repeat(None, len(data))
            if isinstance(node, Sequence) and len(node.items) == len(data):
                inner = node.items
            items = [self._value(*each, place) for each in zip(data, inner, strict=True)]
            return Listing(tuple(items), place)
        if isinstance(data, bool):
            data = "true" if data else "false"
        string = str(data)
        if not self._marks:
            return Text((string,), place, self._text.defaults)
        whole = self._marks.get(string)
        if isinstance(whole, Unknown):
            return whole._replace(origin=place)
        return Text(_parts(string, self._marks), place, self._text.defaults)

    def _place(self, node: Node) -> Origin:
        start, end = node.start + self._offset, node.end + self._offset
        return Origin(self._document, Scalar("", True, start, end, "json"))


def _parts(string: str, marks: _Marks) -> list[Part]:
    first, *rest = string.split(_OPEN)
    parts: list[Part] = [first]
    for piece in rest:
        number, close, after = piece.partition(_CLOSE)
        part = marks[f"{_OPEN}{number}{close}"]
        parts.extend((part if isinstance(part, Hole) else "", after))
    return parts
