"""JSON as values: plain data, and texts that hold a document, perhaps with holes in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from passrole.values import (
    ABSENT,
    ANYTHING,
    Absent,
    Choice,
    Hole,
    Listing,
    Origin,
    Part,
    Record,
    Text,
    Unknown,
    Value,
)

# Stand for the holes of a text while it is parsed: characters for private use, with a number.
_OPEN, _CLOSE = "\ue100", "\ue101"
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


def value_from_json(data: object) -> Value:
    """Plain data as a value; ``{"unknown": id}`` is a hole.

    Numbers and booleans are their text. Values that are among the data stay as they are.
    """
    if isinstance(data, str):
        return _text(data)
    if isinstance(data, (Text, Record, Listing, Choice, Unknown, Absent)):
        return data
    if isinstance(data, Mapping):
        if len(data) == 1 and isinstance(hole := data.get("unknown"), str):
            return Text((Hole(hole, ANYTHING, reason="given as unknown"),))
        return Record({str(key): value_from_json(item) for key, item in data.items()})
    if isinstance(data, Iterable):
        return Listing(tuple(map(value_from_json, data)))
    return _scalar(data)


def value_from_text(text: Text) -> Value | None:
    """The document that a JSON text holds, each part at the origin of the text.

    A hole may stand inside a string, where it is a part of it, or in the place of a value. None
    where the text is no JSON.
    """
    holes = tuple(text.holes)
    try:
        data = json.loads(_marked(text))
    except (ValueError, RecursionError):
        return None
    return _Reader(holes, text.origin, text.defaults).value(data)


def _marked(text: Text) -> str:
    """The text with a mark for each hole; a hole outside of strings gets quotes."""
    pieces: list[str] = []
    number, in_string = 0, False
    for part in text.parts:
        if isinstance(part, Hole):
            mark = f"{_OPEN}{number}{_CLOSE}"
            pieces.append(mark if in_string else f'"{mark}"')
            number += 1
        else:
            pieces.append(part)
            in_string = _ends_in_string(part, in_string)
    return "".join(pieces)


def _ends_in_string(piece: str, in_string: bool) -> bool:
    escaped = False
    for character in piece:
        if escaped:
            escaped = False
        elif character == "\\" and in_string:
            escaped = True
        elif character == '"':
            in_string = not in_string
    return in_string


class _Reader:
    """Turns parsed data into values, with the holes of the text back in their places."""

    __slots__ = ("defaults", "holes", "origin")

    def __init__(
        self, holes: tuple[Hole, ...], origin: Origin | None, defaults: frozenset[str]
    ) -> None:
        self.holes = holes
        self.origin = origin
        self.defaults = defaults

    def value(self, data: object) -> Value:
        if isinstance(data, str):
            return Text(self.parts(data), self.origin, self.defaults)
        if isinstance(data, dict):
            fields = {
                "".join(map(str, self.parts(key))): self.value(item) for key, item in data.items()
            }
            return Record(fields, self.origin)
        if isinstance(data, list):
            return Listing(tuple(map(self.value, data)), self.origin)
        scalar = _scalar(data)
        return scalar.at(self.origin) if isinstance(scalar, Text) else scalar

    def parts(self, text: str) -> list[Part]:
        if not self.holes:
            return [text]
        # Split by a pattern with one group: texts at even places, numbers of holes at odd ones.
        pieces = _MARK.split(text)
        return [
            self.holes[int(piece)] if place % 2 else piece for place, piece in enumerate(pieces)
        ]


def _scalar(data: object) -> Value:
    if data is None:
        return ABSENT
    if isinstance(data, bool):
        return _text("true" if data else "false")
    return _text(str(data))


@lru_cache(maxsize=16384)
def _text(text: str) -> Text:
    return Text((text,))
