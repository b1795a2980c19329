"""Parts of an HCL text as tree-sitter's grammar sees them.

It takes its time for each character that is no comment, and beside a mistake a time that grows with
the square of blanks. So it is not shown what cannot mean anything to it.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, Final

from passrole.records import NamedTuple

_BLANK: Final = 100
_LONG_BLANK: Final = re.compile(rf"[ \t\r\n]{{{_BLANK},}}+")
# Blanks, and the beginning of what stands in quotes as far as it has no meaning to the grammar.
_DULL: Final = re.compile(
    rb"(?:#|//)[^\n]*+|/\*(?:.*?\*/|.*+)"
    rb"|[ \t](?P<blank>[ \t]{10,}+)[ \t]"
    rb'|"(?P<text>[\w .:/*@,+~^;-]{8,}+)?'
    rb'(?:[^"\\$%\n]|\\[^\n]|[$%](?!\{)|[$%]\{[^"{}\n]*\})*+"'
    rb'|"[^\n]*+',
    re.DOTALL,
)
_MOST_SKIPPED: Final = 200_000  # bytes of a file: the grammar looks for its place among all ranges
_CONTINUATION: Final = re.compile(rb"[\x80-\xbf]")


class _Grammar(NamedTuple):
    """The parser of tree-sitter, and what it is told the parts of a text with."""

    parser: Any
    range: Any


@cache
def _grammar() -> _Grammar:
    library = import_module("tree_sitter")
    language = library.Language(import_module("tree_sitter_hcl").language())
    return _Grammar(library.Parser(language), library.Range)


class ParsedPart:
    """What the grammar makes of one part of a text; its places are bytes of that part.

    Long blanks are cut short for it. With ``skipping`` it passes over the inside of strings too,
    which is not the way to find the place of a mistake.
    """

    __slots__ = ("_continuations", "_cuts", "_lost", "end", "root", "start")

    def __init__(self, text: str, start: int, end: int, *, skipping: bool = False) -> None:
        self.start = start
        self.end = end
        self._cuts = array("L")  # characters of the text that was parsed, after which some are cut
        self._lost = array("L", (0,))  # how many are cut up to there
        part = text[start:end]
        if _LONG_BLANK.search(part):
            part = self._without_long_blanks(part)
        data = part.encode("utf-8", "surrogatepass")
        grammar = _grammar()
        skips = skipping and len(data) <= _MOST_SKIPPED
        grammar.parser.included_ranges = list(_shown(data, grammar.range)) if skips else []
        self.root = grammar.parser.parse(data).root_node
        # Places of bytes that are no character of their own.
        self._continuations = array("L")
        if len(data) != len(part):
            self._continuations.extend(each.start() for each in _CONTINUATION.finditer(data))

    def _without_long_blanks(self, part: str) -> str:
        pieces = []
        end = lost = 0
        for blank in _LONG_BLANK.finditer(part):
            # A line must still end where one did, and begin with as much.
            kept = ("\n" if "\n" in blank[0] else "") + blank[0].rpartition("\n")[2][-_BLANK:]
            pieces.append(part[end : blank.start()] + kept)
            end = blank.end()
            self._cuts.append(blank.start() + len(kept) - lost)
            lost += len(blank[0]) - len(kept)
            self._lost.append(lost)
        return "".join((*pieces, part[end:]))

    def span(self, node: Any) -> tuple[int, int]:
        """Where a node of the grammar begins and ends in the text, in code points."""
        start, end = node.start_byte, node.end_byte
        if self._continuations or self._cuts:
            start, end = self._character(start), self._character(end)
        return self.start + start, self.start + end

    def _character(self, byte: int) -> int:
        byte -= bisect_left(self._continuations, byte)
        return byte + self._lost[bisect_right(self._cuts, byte)]

    def mistake(self) -> Any:
        """The first node that is wrong, of a tree that has one."""
        node = self.root
        while not (node.is_error or node.is_missing):
            inner = next(
                (each for each in node.children if each.has_error or each.is_missing), None
            )
            if inner is None:
                break
            node = inner
        return node


def _shown(data: bytes, make: Any) -> Iterator[Any]:
    """The ranges that the grammar is to read, all together; lines and columns are not asked for."""
    at = 0
    for each in _DULL.finditer(data):
        start, end = each.span("text")
        if start < 0:
            start, end = each.span("blank")
        if start >= 0:
            yield make(_NOWHERE, _NOWHERE, at, start)
            at = end
    yield make(_NOWHERE, _NOWHERE, at, len(data))


_NOWHERE: Final = (0, 0)
