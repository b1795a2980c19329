"""Values replaced, taken out, renamed, and made lists of: the smallest edits that do it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from passrole.fixes.places import Cut, begins_line, line_end, line_start
from passrole.fixes.spelling import Habits, Plain, inline, lines, scalar
from passrole.fixes.spelling import key as spelt_key
from passrole.fixes.written import Entry, Notation, Written

_FLOW_UNSAFE: Final = re.compile(r"[,\[\]{}\n]|: ")
_LONG: Final = 100


def replace(
    text: str, whole: Written, data: Plain, habits: Habits, entry: Entry | None = None
) -> list[Cut] | None:
    """Another value in place of one; a text keeps the quotes that it stands in.

    What is set out in lines gives way where its ``entry`` is known and no comment goes with it.
    """
    old = text[whole.start : whole.end]
    if old.startswith(("&", "|", ">", "<<")):
        return None
    notation = whole.notation
    if whole.kind == "text" and isinstance(data, str):
        quote = old[0] if old[:1] in ("'", '"') else ""
        return [Cut(whole.start, whole.end, scalar(data, notation, quote))]
    if whole.kind in ("mapping", "sequence") and notation is Notation.BODY:
        return None
    if whole.kind in ("mapping", "sequence") and notation is Notation.BLOCK:
        if entry is None or "#" in text[entry.key_end : whole.end]:
            return None
        start = text.index(":", entry.key_end) + 1
        return [Cut(start, whole.end, f" {inline(data, notation, habits)}")]
    shown = inline(data, notation, habits)
    blank = " " if not old and text[whole.start - 1 : whole.start] == ":" else ""
    return [Cut(whole.start, whole.end, blank + shown)]


def wrap(
    text: str, entry: Entry, pieces: Sequence[Plain], habits: Habits, in_lines: bool
) -> list[Cut] | None:
    """A list of the value that an entry has and of more; ``in_lines`` as lists beside it are."""
    value = entry.value
    notation = value.notation
    old = text[value.start : value.end]
    if notation is Notation.BODY or old.startswith(("&", "<<", "|", ">")) or not old:
        return None
    if value.kind == "sequence" or (value.kind == "mapping" and notation is Notation.BLOCK):
        return None
    if notation is not Notation.BLOCK:
        more = "".join(f", {inline(each, notation, habits)}" for each in pieces)
        return [Cut(value.start, value.start, "["), Cut(value.end, value.end, f"{more}]")]
    if "\n" in old:
        return None
    more = "".join(f", {inline(each, Notation.FLOW, habits)}" for each in pieces)
    plain = not old.endswith(("'", '"')) and _FLOW_UNSAFE.search(old) is not None
    column = value.end - line_start(text, value.end)
    if not (in_lines or plain or column + len(more) > _LONG):
        return [Cut(value.start, value.start, "["), Cut(value.end, value.end, f"{more}]")]
    end = line_end(text, value.end, Notation.BLOCK)
    if end is None or text[entry.key_end : value.start].strip() != ":":
        return None
    column = entry.start - line_start(text, entry.start)
    lead = f"{habits.newline}{' ' * column}{habits.list_step}- "
    first = Cut(text.index(":", entry.key_end) + 1, value.start, lead)
    shown = [lines(each, Notation.BLOCK, habits) for each in pieces]
    added = "".join(lead + f"{lead[:-2]}  ".join(each) for each in shown)
    return [first, Cut(end, end, added)]


def rename(text: str, entry: Entry, name: str, notation: Notation) -> list[Cut]:
    """Another key for a value; the quotes stay."""
    old = text[entry.start : entry.key_end]
    quoted = old[:1] if old[:1] in ("'", '"') else ""
    if quoted:
        return [Cut(entry.start, entry.key_end, scalar(name, notation, quoted))]
    return [Cut(entry.start, entry.key_end, spelt_key(name, notation))]


def remove(text: str, whole: Written, entry: Entry) -> list[Cut] | None:
    """An entry taken out, with the lines that are its own; None for the only one of a block."""
    index = whole.entries.index(entry)
    following = whole.entries[index + 1] if index + 1 < len(whole.entries) else None
    if whole.notation in (Notation.BLOCK, Notation.BODY):
        return _remove_lines(text, whole, entry, following)
    before = whole.entries[index - 1] if index else None
    if before is None and following is None:
        inside = text[whole.start + 1 : entry.start] + text[entry.end : whole.end - 1]
        return [Cut(whole.start + 1, whole.end - 1, "")] if not inside.strip(" \t\r\n,") else None
    if following is not None:
        if not begins_line(text, entry.start):
            return [Cut(entry.start, following.start, "")]
        if not begins_line(text, following.start):
            return [Cut(entry.start, following.start, "")]
        start = line_start(text, entry.start)
        comma = text.find(",", entry.end, following.start)
        at = comma + 1 if comma >= 0 else entry.end
        end = line_end(text, at, whole.notation)
        if end is None:
            return [Cut(entry.start, following.start, "")]
        return [Cut(start, text.find("\n", end) + 1, "")]
    assert before is not None  # noqa: S101 - there are two entries, and this is the last
    return [Cut(before.end, entry.end, "")]


def _remove_lines(
    text: str, whole: Written, entry: Entry, following: Entry | None
) -> list[Cut] | None:
    if len(whole.entries) == 1 and whole.notation is Notation.BLOCK:
        return None
    start = entry.start
    if whole.kind == "sequence":
        column = whole.start - line_start(text, whole.start)
        start = text.rfind("-", 0, entry.start)
        if start - line_start(text, start) != column:
            return None
    end = line_end(text, entry.end, whole.notation)
    if end is None:
        return None
    if not begins_line(text, start):
        # The first key of a mapping that starts behind a dash: the next one moves up.
        return [Cut(start, following.start, "")] if following is not None else None
    stop = text.find("\n", end)
    first = line_start(text, start)
    if stop < 0:
        return [Cut(max(first - len(_line_break(text, first)), 0), end, "")]
    return [Cut(first, stop + 1, "")]


def _line_break(text: str, at: int) -> str:
    return "\r\n" if text.startswith("\r\n", at - 2) else text[at - 1 : at]
