"""JSON into the same nodes as YAML, validated token by token.

One regular expression reads a whole member or element where it is a scalar; nothing in it can
backtrack over long text. Where none matches, ``_expected`` says what is wrong and where.
Grammar: RFC 8259; ``NaN``, comments and trailing commas are not JSON.
"""

from __future__ import annotations

import re
from typing import Final

from passrole.documents.limits import Limits
from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence
from passrole.documents.reports import Notes, Refused, over_limit

_BLANK = r"[ \t\n\r]*+"
_TEXT = r'[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*+)*+'
_ATOM = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+|true|false|null"
# A value: a string or an atom with the comma or bracket that follows it, or an opening bracket.
_VALUE = rf'(?:(?:"({_TEXT})"|({_ATOM})){_BLANK}([,}}\]])?+|([{{\[]))'
_MEMBER: Final = re.compile(rf'{_BLANK}"({_TEXT})"{_BLANK}:{_BLANK}{_VALUE}')
_ELEMENT: Final = re.compile(_BLANK + _VALUE)
_NEXT: Final = re.compile(rf"{_BLANK}([,}}\]]|\Z)")
_CLOSE: Final = re.compile(rf"{_BLANK}([}}\]])")
_SPACE: Final = re.compile(_BLANK)
_STRING: Final = re.compile(rf'"{_TEXT}')
_ESCAPE: Final = re.compile(
    r"\\u([dD][89abAB][0-9A-Fa-f]{2})\\u([dD][c-fC-F][0-9A-Fa-f]{2})"
    r"|\\u([0-9A-Fa-f]{4})|\\(.)"
)
_NAMED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

_Pairs = list[tuple[Scalar, Node]]


def parse_json(path: str, text: str, limits: Limits) -> Document:
    """The document that ``text`` is; never raises for what is in the text.

    Problems: ``parse-error`` and ``limit`` (then the root is None), ``duplicate-key``. Half of a
    surrogate pair becomes U+FFFD. A byte order mark at the start is taken off, uncounted.
    """
    text = text.removeprefix("\ufeff")
    notes = Notes(path, text)
    try:
        root = _Reader(text, limits, notes).read()
    except Refused as refusal:
        return Document(path, text, None, "json", (refusal.problem,))
    return Document(path, text, root, "json", notes.problems())


class _Reader:
    """Where the reading of one text stands: the open collection, and those around it.

    A mapping has ``pairs``, a sequence has ``items``; the other one of the two is None.
    """

    __slots__ = ("items", "key", "limits", "notes", "pairs", "stack", "start", "text")

    def __init__(self, text: str, limits: Limits, notes: Notes) -> None:
        self.text = text
        self.limits = limits
        self.notes = notes
        self.items: list[Node] = []
        self.pairs: _Pairs | None = None
        self.key = Scalar("", False, 0, 0)  # of the open collection; the root has none
        self.start = 0
        self.stack: list[tuple[list[Node], _Pairs | None, Scalar, int]] = []

    def read(self) -> Node:  # noqa: C901, PLR0912, PLR0915 - one piece, as calls would halve its speed
        """The value that the whole text is."""
        text, most = self.text, self.limits.nodes
        key = self.key
        position = nodes = 0
        while True:
            pairs = self.pairs
            if pairs is None:
                match = _ELEMENT.match(text, position)
                if match is None:
                    raise _expected(text, position, mapping=False)
                string, atom, end, opening = match.groups()
                group = 1
            else:
                match = _MEMBER.match(text, position)
                if match is None:
                    raise _expected(text, position, mapping=True)
                name, string, atom, end, opening = match.groups()
                group = 2
                start, stop = match.span(1)
                key = Scalar(_decoded(name) if "\\" in name else name, False, start - 1, stop + 1)
                nodes += 1
            nodes += 1
            position = match.end()
            if nodes > most:
                raise over_limit("nodes", most, "nodes", position - 1)
            if opening is not None:
                self._open(opening, key, position - 1)
                closed = _CLOSE.match(text, position)
                if closed is None:
                    continue
                end, position = closed[1], closed.end()
            else:
                if atom is not None:
                    start, stop = match.span(group + 1)
                    node = Scalar(atom, True, start, stop)
                else:
                    start, stop = match.span(group)
                    string = _decoded(string) if "\\" in string else string
                    node = Scalar(string, False, start - 1, stop + 1)
                if pairs is None:
                    self.items.append(node)
                else:
                    pairs.append((key, node))
                if end is None:
                    end, position = self._next(position)
                elif not self.stack:
                    raise self._no_delimiter(position - 1)
            while end != ",":
                if end == "" and not self.stack:
                    return self.items[0]
                self._close(end, position)
                end, position = self._next(position)

    def _open(self, bracket: str, key: Scalar, at: int) -> None:
        if len(self.stack) >= self.limits.depth:
            raise over_limit("depth", self.limits.depth, "levels of nesting", at)
        self.stack.append((self.items, self.pairs, self.key, self.start))
        self.items = []
        self.pairs = [] if bracket == "{" else None
        self.key = key
        self.start = at

    def _close(self, bracket: str, end: int) -> None:
        """Make a node of the open collection and put it into the one around it."""
        node: Node
        if bracket == "]" and self.pairs is None:
            node = Sequence(tuple(self.items), self.start, end)
        elif bracket == "}" and self.pairs is not None:
            node = Mapping(self.notes.last_of_each(self.pairs), self.start, end)
        else:
            raise self._no_delimiter(end - len(bracket))
        key = self.key
        self.items, self.pairs, self.key, self.start = self.stack.pop()
        if self.pairs is None:
            self.items.append(node)
        else:
            self.pairs.append((key, node))

    def _next(self, position: int) -> tuple[str, int]:
        """The comma or bracket after a value, "" at the end of the text; and where it ends."""
        match = _NEXT.match(self.text, position)
        if match is None or (match[1] != "" and not self.stack):
            raise self._no_delimiter(position)
        return match[1], match.end()

    def _no_delimiter(self, position: int) -> Refused:
        if not self.stack:
            return _refused(self.text, position, "expected the end of the file")
        bracket = "]" if self.pairs is None else "}"
        return _refused(self.text, position, f"expected ',' or '{bracket}'")


def _decoded(raw: str) -> str:
    return _ESCAPE.sub(_character, raw)


def _character(match: re.Match[str]) -> str:
    high, low, code, named = match.groups()
    if named is not None:
        return _NAMED.get(named, named)
    if code is None:
        return (bytes.fromhex(high) + bytes.fromhex(low)).decode("utf-16-be")
    character = chr(int(code, 16))
    return "\ufffd" if "\ud800" <= character <= "\udfff" else character


def _refused(text: str, position: int, message: str) -> Refused:
    """A parse error at the first character after ``position`` that is not blank."""
    at = _after_blank(text, position)
    found = repr(text[at]) if at < len(text) else "the end of the file"
    return Refused("parse-error", f"not JSON: {message}, found {found}", at, min(at + 1, len(text)))


def _after_blank(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _expected(text: str, position: int, mapping: bool) -> Refused:
    """Why no member or element stands at ``position``: the same grammar, a token at a time."""
    at = _after_blank(text, position)
    if mapping:
        if not text.startswith('"', at):
            return _refused(text, at, "expected a key in double quotes")
        stop, problem = _string(text, at)
        if problem is not None:
            return problem
        at = _after_blank(text, stop)
        if not text.startswith(":", at):
            return _refused(text, at, "expected ':'")
        at = _after_blank(text, at + 1)
    if text.startswith('"', at):
        problem = _string(text, at)[1]
        if problem is not None:
            return problem
    return _refused(text, at, "expected a value")


def _string(text: str, start: int) -> tuple[int, Refused | None]:
    """Where the string that begins at ``start`` ends, or what is wrong with it."""
    match = _STRING.match(text, start)
    at = match.end() if match else start
    if at >= len(text):
        return at, Refused("parse-error", "not JSON: this string is not closed", start, start + 1)
    if text[at] == '"':
        return at + 1, None
    if text[at] == "\\":
        message = f"not JSON: {text[at : at + 2]!r} is not an escape"
        return at, Refused("parse-error", message, at, min(at + 2, len(text)))
    message = f"not JSON: character U+{ord(text[at]):04X} must be escaped in a string"
    return at, Refused("parse-error", message, at, at + 1)
