"""HCL that is set out in lines, as people and ``terraform fmt`` do, read without the grammar.

A file is mostly lines: the head of a block, an argument, a closing brace. What such a line is can
be told from itself, and so can most values (``hcl_values``). All others are shown to the grammar,
as arguments of one text. Whatever is set out otherwise, or is a mistake, is not read here: then
the grammar reads the whole file.
"""

from __future__ import annotations

import re
from typing import Final

from passrole.documents.hcl_grammar import ParsedPart
from passrole.documents.hcl_shape import (
    EXPRESSION,
    MOST_DEPTH,
    NODES_PER_VALUE,
    Pair,
    body,
    labelled,
    value_of,
    word,
)
from passrole.documents.hcl_values import BLANK, NAMES, STRING, WORD, is_whole
from passrole.documents.limits import Limits
from passrole.documents.nodes import Scalar
from passrole.documents.reports import Notes
from passrole.records import NamedTuple

_REFERENCE: Final = rf"{WORD}(?:\.(?:{WORD}|\*)|\[(?:[0-9]++|\*|{NAMES})\])*+"
_COMMENT: Final = r"#[^\n]*+|//[^\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/"
# Values that are told at once, as most are: one of these, a list of them, a type.
_ATOM: Final = rf"(?:{STRING}|{_REFERENCE}|[0-9]++(?![.\w]))"
_LIST: Final = rf"\[{BLANK}(?!for\b)(?:{_ATOM}{BLANK}(?:,{BLANK}|(?=\])))*+\]"
_SIMPLE: Final = rf"(?:(?:list|set|map)\({WORD}\)|{_ATOM}|{_LIST})"
_LABELS: Final = rf'(?:[ \t]++(?:"[^"\\$%\n]*+"|{WORD}))*+'
# What comes next in a body: an argument with its value if that is simple, a block, or the end.
_ITEM: Final = re.compile(
    rf"(?:[ \t\r\n]++|{_COMMENT})*+"
    rf"(?:(?P<name>{WORD})[ \t]*+=[ \t]*+(?P<value>{_SIMPLE}(?=[ \t\r]*+(?:\n|\#|//|\}}|\Z)))?"
    rf"|(?P<block>{WORD})(?P<labels>{_LABELS})[ \t]*+\{{|(?P<close>\}})|\Z)"
)
_LABEL: Final = re.compile(rf'"[^"]*+"|{WORD}')
# Strings with what stands in ``${}``, which may hold strings with such in their turn.
_INNER_STRING: Final = r'"(?:[^"\\$%\n]++|\\[nrt"\\]|[$%](?!\{)|[$%]\{[^"{}\n#]*+\})*+"'
_BRACES: Final = rf'\{{(?:[^"{{}}\n#/]++|{_INNER_STRING}|/(?![/*]))*+\}}'
_STRING: Final = (
    r'"(?:[^"\\$%\n]++|\\[nrtuU"\\]|\$\$\{|%%\{|[$%](?!\{)'
    rf'|[$%]\{{(?:[^"{{}}#/]++|{_INNER_STRING}|{_BRACES}|/(?![/*]))*+\}})*+"'
)
_OPERATORS: Final = r"/(?![/*])|<(?!<)"
_OUTSIDE: Final = re.compile(rf'(?:[^"(){{}}\[\]#/<\n]++|{_STRING}|{_OPERATORS})*+')
_INSIDE: Final = re.compile(rf'(?:[^"(){{}}\[\]#/<]++|{_STRING}|{_OPERATORS}|{_COMMENT})*+')
_HEREDOC: Final = re.compile(rf"<<-?({WORD})[ \t\r]*+\n")


def read_lines(text: str, limits: Limits, notes: Notes) -> tuple[Pair, ...] | None:
    """The arguments and blocks of a file, None where the grammar has to read it.

    What is noted is to be thrown away where the answer is None.
    """
    # The grammar makes no more nodes of a text than so many for each character.
    if len(text) > limits.nodes * NODES_PER_VALUE // _MOST_NODES:
        return None
    reader = _Lines(text, min(limits.depth, MOST_DEPTH), notes)
    return tuple(reader.open[0].pairs) if reader.read() and reader.ask_the_grammar() else None


_MOST_NODES: Final = 5


class _Open(NamedTuple):
    """A block whose end was not met yet, or the file. ``depth`` is that of what is inside."""

    pairs: list[Pair]
    depth: int
    name: Scalar | None
    labels: list[Scalar]


class _Lines:
    """One text; ``open`` are the file and the blocks around the place that is read."""

    __slots__ = ("_asked", "_depth", "_notes", "_text", "open")

    def __init__(self, text: str, depth: int, notes: Notes) -> None:
        self._text = text
        self._depth = depth
        self._notes = notes
        self._asked: list[tuple[int, int, Scalar]] = []
        self.open = [_Open([], 1, None, [])]

    def read(self) -> bool:
        """Read the lines; whether all of them are what they should be."""
        text, at = self._text, 0
        while found := _ITEM.match(text, at):
            kind, at = found.lastgroup, found.end()
            if kind in ("value", "name"):
                begin, end = found.span("name")
                key = Scalar(text[begin:end], False, begin, end)
                start, stop = found.span("value")
                value = Scalar(text[start:stop], True, start, stop, EXPRESSION)
                self.open[-1].pairs.append((key, value))
                if kind == "name":  # and the value is not simple
                    start, at = at, _value_end(text, at)
                    if at < 0:
                        return False
                    written = text[start:at].rstrip(" \t\r")
                    if is_whole(written):
                        value.text, value.start, value.end = written, start, start + len(written)
                    else:
                        self._asked.append((begin, at, value))
            elif kind == "close":
                if not self._close(at):
                    return False
            elif kind is None:
                return len(self.open) == 1
            elif not self._begin(found):
                return False
        return False

    def _begin(self, found: re.Match[str]) -> bool:
        """Enter a block, unless it is too deep."""
        text = self._text
        first, last = found.span("labels")
        labels = []
        if first < last:
            labels = [word(text, *each.span()) for each in _LABEL.finditer(text, first, last)]
        start, end = found.span("block")
        name = Scalar(text[start:end], False, start, end)
        depth = self.open[-1].depth + len(labels)
        self.open.append(_Open([], depth + 1, name, labels))
        return depth <= self._depth

    def _close(self, end: int) -> bool:
        """Leave a block, unless there is none."""
        pairs, _, name, labels = self.open.pop()
        if name is None:
            return False
        inner = body(pairs, name.start, end, self._notes)
        self.open[-1].pairs.append((name, labelled(labels, inner)))
        return True

    def ask_the_grammar(self) -> bool:
        """Complete the values that are not simple; whether the grammar reads them as such."""
        if not self._asked:
            return True
        text = "".join(f"{self._text[start:end]}\n" for start, end, _ in self._asked)
        tree = ParsedPart(text, 0, len(text), skipping=True)
        if tree.root.has_error:
            return False
        items = [
            item
            for inner in tree.root.named_children
            for item in inner.named_children
            if item.type != "comment"
        ]
        if len(items) != len(self._asked):
            return False
        at = 0
        for item, (begin, end, value) in zip(items, self._asked, strict=True):
            if item.type != "attribute" or tree.span(item)[0] != at:
                return False
            start, stop = value_of(tree, item)
            value.start, value.end = start + begin - at, stop + begin - at
            value.text = text[start:stop]
            at += end - begin + 1
        return True


def _value_end(text: str, at: int) -> int:
    """Where the value that begins at ``at`` ends with its line; -1 where that cannot be told."""
    depth = 0
    while True:
        passed = (_INSIDE if depth else _OUTSIDE).match(text, at)
        at = passed.end() if passed else at
        here = text[at : at + 1]
        if here in ("(", "[", "{"):
            depth += 1
        elif here in (")", "]", "}") and depth:
            depth -= 1
        elif here == "<":
            at = _heredoc_end(text, at)
            if at < 0:
                return -1
            continue
        else:
            return at if not depth and here != '"' else -1
        at += 1


def _heredoc_end(text: str, at: int) -> int:
    """Where the line ends that closes the heredoc at ``at``; -1 where there is none."""
    opening = _HEREDOC.match(text, at)
    if opening is None:
        return -1
    start = opening.end()
    while (end := text.find("\n", start)) >= 0:
        line = text[start:end].rstrip(" \t\r")
        if line.lstrip(" \t") == opening[1]:
            return start + len(line)
        start = end + 1
    return -1
