"""TOML into nodes that know their place. tomllib reads the values; where each stands is read here.

Source of the grammar: https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any, Final

from passrole.documents.nodes import Document, Mapping, Node, Problem, Scalar, Sequence
from passrole.documents.reports import Refused
from passrole.records import NamedTuple

DEPTH: Final = 32
"""How deep values may be nested, and how many parts a key may have."""

_SPACE: Final = re.compile(r"[ \t]*")
_BETWEEN: Final = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_TEXTS: Final = (
    re.compile(r'"""(?:[^"\\]++|\\.|"(?!""))*+"{3,5}', re.DOTALL),
    re.compile(r"'''(?:[^']++|'(?!''))*+'{3,5}", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]++|\\.)*+"'),
    re.compile(r"'[^'\n]*+'"),
)
_OTHER: Final = re.compile(r"[^,\[\]{}#\r\n]*[^,\[\]{}#\r\n\s]")
_AT: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_NAMES: Final = re.compile(r"\('([^)]*)',?\)")

_Path = tuple[str | int, ...]


class _Place(NamedTuple):
    """Where a key stands, and its value or the header of its table."""

    key: tuple[int, int]
    value: tuple[int, int]


def parse_toml(path: str, data: bytes) -> Document:
    """The document in ``data``. What is no TOML, or too deep, has no root and one problem."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        words = f"not UTF-8: {error.reason} at byte {error.start}"
        return Document(path, "", None, "toml", (Problem("encoding", words, 0, 0),))
    try:
        # First where everything stands: this looks at how deep it is, which tomllib does not.
        places = _Scanner(text).places()
        values = tomllib.loads(text)
    except Refused as error:
        return Document(path, text, None, "toml", (error.problem,))
    except (ValueError, RecursionError) as error:
        return Document(path, text, None, "toml", (_problem(path, text, str(error)),))
    root = _Tree(text, places).mapping(values, (), (0, len(text)))
    return Document(path, text, root, "toml")


def _problem(path: str, text: str, words: str) -> Problem:
    found = _AT.search(words)
    message = _NAMES.sub(lambda name: name[1].replace("', '", "."), words)
    message = f"not TOML: {message[: message.rfind(' (at ')] if found else message.split(';')[0]}"
    at = len(text)
    if found and found[1]:
        starts = Document(path, text.replace("\r\n", " \n"), None, "toml")._line_starts  # noqa: SLF001 - the lines of tomllib
        line = min(int(found[1]), len(starts))
        at = min(starts[line - 1] + int(found[2]) - 1, len(text))
    return Problem("parse-error", message, at, at)


class _Tree:
    """Nodes of the values that tomllib gives."""

    def __init__(self, text: str, places: dict[_Path, _Place]) -> None:
        self._text = text
        self._places = places

    def mapping(self, values: dict[str, Any], path: _Path, span: tuple[int, int]) -> Mapping:
        pairs = []
        for name, value in values.items():
            inner = (*path, name)
            place = self._places.get(inner, _Place(span, span))
            key = Scalar(name, False, *place.key)
            pairs.append((key, self._node(value, inner, place.value)))
        # What belongs to a table may stand anywhere behind its header.
        ends = (node.end for _, node in pairs)
        starts = (key.start for key, _ in pairs)
        return Mapping(tuple(pairs), min((span[0], *starts)), max((span[1], *ends)))

    def _node(self, value: Any, path: _Path, span: tuple[int, int]) -> Node:
        if isinstance(value, dict):
            return self.mapping(value, path, span)
        if isinstance(value, list):
            items = []
            for index, item in enumerate(value):
                inner = (*path, index)
                place = self._places.get(inner, _Place(span, span))
                items.append(self._node(item, inner, place.value))
            end = max((span[1], *(item.end for item in items)))
            return Sequence(tuple(items), span[0], end)
        if isinstance(value, str):
            return Scalar(value, False, *span)
        text = self._text[slice(*span)] if not isinstance(value, bool | int) else str(value).lower()
        return Scalar(text, True, *span)


class _Scanner:
    """Where keys and values stand in a text.

    It stops where it understands no more: tomllib does not understand that place either.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._found: dict[_Path, _Place] = {}
        self._tables: dict[_Path, int] = {}

    def places(self) -> dict[_Path, _Place]:
        """By the keys and indices that lead to each value."""
        table: _Path = ()
        while self._skip(_BETWEEN) < len(self._text):
            if self._text.startswith("[", self._at):
                header = self._header()
                if header is None:
                    break
                table = header
            elif not self._pair(table, 0):
                break
        return self._found

    def _skip(self, what: re.Pattern[str]) -> int:
        found = what.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at

    def _takes(self, sign: str) -> bool:
        taken = self._text.startswith(sign, self._at)
        self._at += len(sign) if taken else 0
        return taken

    def _header(self) -> _Path | None:
        start = self._at
        sign = "[[" if self._text.startswith("[[", start) else "["
        self._at += len(sign)
        keys = list(self._keys())
        if not keys or not self._takes("]" * len(sign)):
            return None
        path: _Path = ()
        for name, span in keys:
            path = (*path, name)
            self._found.setdefault(path, _Place(span, (start, self._at)))
            if path in self._tables and (sign == "[" or name is not keys[-1][0]):
                path = (*path, self._tables[path])
        if sign == "[[":
            index = self._tables[path] = self._tables.get(path, -1) + 1
            path = (*path, index)
        self._found[path] = _Place(keys[-1][1], (start, self._at))
        return path

    def _pair(self, table: _Path, depth: int) -> bool:
        path = table
        start = self._at
        keys = list(self._keys())
        if not keys or not self._takes("="):
            return False
        for name, span in keys:
            path = (*path, name)
            self._found.setdefault(path, _Place(span, span))
        self._skip(_SPACE)
        before = self._at
        if not self._value(path, depth):
            return False
        for count in range(1, len(keys)):
            # The tables that a dotted key names reach over what it says of them.
            inner = path[: len(path) - count]
            self._found[inner] = self._found[inner]._replace(value=(start, self._at))
        self._found[path] = _Place(keys[-1][1], (before, self._at))
        return True

    def _keys(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """The parts of a key; none after the first that is no key."""
        start = self._at
        for count in range(DEPTH + 1):
            self._skip(_SPACE)
            begin = self._at
            found = _BARE.match(self._text, begin)
            if found is None:
                found = next(filter(None, (e.match(self._text, begin) for e in _TEXTS[2:])), None)
            if found is None:
                return
            if count == DEPTH:
                raise _too_deep(start, begin)
            self._at = found.end()
            yield _unquoted(found[0]), (begin, self._at)
            self._skip(_SPACE)
            if not self._takes("."):
                return

    def _value(self, path: _Path, depth: int) -> bool:
        if depth > DEPTH:
            raise _too_deep(self._at, self._at + 1)
        if self._takes("["):
            return self._items(path, depth)
        if self._takes("{"):
            return self._members(path, depth)
        for text in (*_TEXTS, _OTHER):
            found = text.match(self._text, self._at)
            if found:
                self._at = found.end()
                return True
        return False

    def _items(self, path: _Path, depth: int) -> bool:
        index = 0
        while True:
            start = self._skip(_BETWEEN)
            if self._takes("]"):
                return True
            if not self._value((*path, index), depth + 1):
                return False
            self._found[*path, index] = _Place((start, self._at), (start, self._at))
            index += 1
            self._skip(_BETWEEN)
            if not self._takes(",") and not self._text.startswith("]", self._at):
                return False

    def _members(self, path: _Path, depth: int) -> bool:
        while True:
            self._skip(_BETWEEN)
            if self._takes("}"):
                return True
            if not self._pair(path, depth + 1):
                return False
            self._skip(_BETWEEN)
            if not self._takes(",") and not self._text.startswith("}", self._at):
                return False


def _too_deep(start: int, end: int) -> Refused:
    return Refused("limit", f"nested more than {DEPTH} deep", start, end)


def _unquoted(key: str) -> str:
    if key[0] not in "\"'":
        return key
    if "\\" not in key:
        return key[1:-1]
    try:
        return next(iter(tomllib.loads(f"{key} = 0")), key)
    except ValueError:
        return key
