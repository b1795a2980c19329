"""Places in a text: lines, their indentation, and what may follow at their end."""

from __future__ import annotations

import re
from typing import Final

from passrole.fixes.written import Notation
from passrole.records import NamedTuple

_COMMENT: Final = {
    Notation.BLOCK: r"#[^\n]*+", Notation.FLOW: r"#[^\n]*+", Notation.JSON: r"(?!)",
    Notation.HCL: r"(?:#|//)[^\n]*+", Notation.BODY: r"(?:#|//)[^\n]*+",
}  # fmt: skip
_REST: Final = {
    each: re.compile(rf"[ \t]*+(?:{comment})?\r?(?=\n|\Z)") for each, comment in _COMMENT.items()
}
_COMMA: Final = {each: re.compile(rf"(?:\s|{comment})*+,") for each, comment in _COMMENT.items()}
_INDENT: Final = re.compile(r"[ \t]*+")


class Cut(NamedTuple):
    """The text from ``start`` up to ``end`` goes, and ``text`` stands there instead."""

    start: int
    end: int
    text: str


def line_start(text: str, at: int) -> int:
    """Where the line of an offset starts."""
    return text.rfind("\n", 0, at) + 1


def indentation(text: str, at: int) -> str:
    """The blanks at the start of the line of an offset."""
    found = _INDENT.match(text, line_start(text, at))
    return found[0] if found is not None else ""


def begins_line(text: str, at: int) -> bool:
    """Whether nothing but blanks stands before an offset in its line."""
    return not text[line_start(text, at) : at].strip()


def line_end(text: str, at: int, notation: Notation) -> int | None:
    """The end of the line, before its line break; None if more than a comment follows."""
    found = _REST[notation].match(text, at)
    if found is None:
        return None
    return found.end() - 1 if found[0].endswith("\r") else found.end()


def after_comma(text: str, at: int, stop: int, notation: Notation) -> int | None:
    """The end of the comma that follows, comments between passed; None where none does."""
    found = _COMMA[notation].match(text, at, stop)
    return found.end() if found is not None else None


def past_comments(text: str, end: int, column: int) -> int:
    """Past the comments below that are indented deeper: they belong to what stands above."""
    while True:
        following = text.find("\n", end) + 1
        blanks = _INDENT.match(text, following)
        at = blanks.end() if blanks is not None else following
        if following == 0 or not text.startswith("#", at) or at - following <= column:
            return end
        found = line_end(text, at, Notation.BLOCK)
        if found is None:
            return end
        end = found
