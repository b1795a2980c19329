"""Entries added to what is there, written as their neighbours are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from passrole.fixes.places import (
    Cut,
    after_comma,
    begins_line,
    indentation,
    line_end,
    line_start,
    past_comments,
)
from passrole.fixes.spelling import Encoded, Habits, Plain, body_lines, inline, lines, pair
from passrole.fixes.written import Entry, Notation, Written

_LAST = "depends_on"
"""The argument that stands behind all blocks, by custom."""

Named = tuple[str, Plain]
"""An entry: its key, empty for an item of a list, and its value."""


def add(
    text: str,
    whole: Written,
    pieces: Sequence[Named],
    habits: Habits,
    after: Entry | None = None,
) -> list[Cut] | None:
    """Entries added to a mapping or a list, None where it is not plain how.

    They come at its end, or in a mapping after the entry ``after`` where that has a line of its
    own.
    """
    if whole.kind not in ("mapping", "sequence"):
        return None
    if after is not None and whole.notation in (Notation.BLOCK, Notation.JSON):
        shorter = whole._replace(entries=whole.entries[: whole.entries.index(after) + 1])
        if whole.notation is Notation.BLOCK:
            return _add_in_lines(text, shorter._replace(end=after.end), pieces, habits)
        if after is not whole.entries[-1]:
            return _add_between(text, after, pieces, habits)
    if whole.notation is Notation.BLOCK:
        return _add_in_lines(text, whole, pieces, habits)
    if whole.notation is Notation.BODY:
        return _add_in_body(text, whole, pieces, habits)
    return _add_in_brackets(text, whole, pieces, habits)


def _add_in_lines(
    text: str, whole: Written, pieces: Sequence[Named], habits: Habits
) -> list[Cut] | None:
    if not whole.entries:
        return None
    first = whole.start if whole.kind == "sequence" else whole.entries[0].start
    indent = " " * (first - line_start(text, first))
    end = line_end(text, whole.end, Notation.BLOCK)
    if end is None:
        return None
    end = past_comments(text, end, len(indent))
    flow = whole.entries[-1].value.notation is Notation.FLOW
    added = []
    for name, data in pieces:
        shown = (
            [inline(data, Notation.FLOW, habits)] if flow else lines(data, Notation.BLOCK, habits)
        )
        if name:
            shown = lines({name: data}, Notation.BLOCK, habits)
        else:
            shown = [f"- {shown[0]}", *(f"  {line}" for line in shown[1:])]
        added += shown
    return [Cut(end, end, "".join(habits.newline + indent + line for line in added))]


def _add_in_body(
    text: str, whole: Written, pieces: Sequence[Named], habits: Habits
) -> list[Cut] | None:
    opened = text.find("{", whole.start, whole.end)
    if "\n" not in text[opened : whole.end]:
        return None
    cuts = []
    for name, data in pieces:
        alike = [e for e in whole.entries if (e.value.notation is Notation.BODY) == _is_block(data)]
        same = [each for each in alike if each.key == name] if _is_block(data) else alike
        before = (same or alike or whole.entries or (None,))[-1]
        if name == _LAST and whole.entries:
            before = whole.entries[-1]
        apart = before is not None and (_is_block(data) or name == _LAST)
        at = before.end if before is not None else opened + 1
        end = line_end(text, at, Notation.BODY)
        if end is None:
            return None
        indent = (
            indentation(text, before.start) if before else indentation(text, opened) + habits.unit
        )
        shown = body_lines(name, data, habits)
        if before is not None and not apart and before in alike:
            shown[0] = _aligned(text, before, name) + shown[0].partition("=")[2]
        gap = habits.newline if apart else ""
        added = gap + "".join(habits.newline + indent + line for line in shown)
        cuts.append(Cut(end, end, added))
    return cuts


def _is_block(data: Plain) -> bool:
    return isinstance(data, dict)


def _aligned(text: str, before: Entry, name: str) -> str:
    """A name up to its equals sign, where the sign stands as in the line before."""
    equals = text.index("=", before.key_end)
    width = equals - before.start
    one_line = "\n" not in text[before.start : before.end]
    return f"{name.ljust(width) if one_line and len(name) < width else name + ' '}="


def _add_in_brackets(
    text: str, whole: Written, pieces: Sequence[Named], habits: Habits
) -> list[Cut] | None:
    if not whole.entries:
        return _fill_brackets(text, whole, pieces, habits)
    last, notation = whole.entries[-1], whole.notation
    after = last.end
    comma = after_comma(text, after, whole.end, notation)
    stop = after if comma is None else comma
    indent = indentation(text, last.start)
    in_lines = begins_line(text, last.start)
    shown = [_shown(text, each, last, notation, indent, habits) for each in pieces]
    end = line_end(text, stop, notation) if in_lines else None
    if not in_lines:
        return [Cut(after, after, "".join(f", {each}" for each in shown))]
    needed = "," if _has_commas(text, whole) else ""
    between = f"{needed}{habits.newline}{indent}"
    joined = between.join(shown)
    if end is None or end >= whole.end:
        return [Cut(after, after, between + joined)]
    if comma is not None:
        return [Cut(end, end, f"{habits.newline}{indent}{joined}{needed}")]
    added = Cut(end, end, f"{habits.newline}{indent}{joined}")
    if not needed:
        return [added]
    return (
        [Cut(after, end, needed + added.text)]
        if after == end
        else [Cut(after, after, needed), added]
    )


def _add_between(text: str, after: Entry, pieces: Sequence[Named], habits: Habits) -> list[Cut]:
    """Members of an object of JSON behind another one, which a comma follows already."""
    own_line = begins_line(text, after.start)
    lead = f",{habits.newline}{indentation(text, after.start)}" if own_line else ", "
    shown = "".join(lead + _one_line(each, Notation.JSON, habits) for each in pieces)
    return [Cut(after.end, after.end, shown)]


def _fill_brackets(
    text: str, whole: Written, pieces: Sequence[Named], habits: Habits
) -> list[Cut] | None:
    if text[whole.start + 1 : whole.end - 1].strip():
        return None  # a comment
    shown = ", ".join(_one_line(each, whole.notation, habits) for each in pieces)
    if whole.kind == "mapping" and (habits.padded or whole.notation is Notation.HCL):
        shown = f" {shown} "
    return [Cut(whole.start + 1, whole.end - 1, shown)]


def _has_commas(text: str, whole: Written) -> bool:
    """Whether commas stand between entries that have lines of their own."""
    if whole.notation is not Notation.HCL or whole.kind == "sequence":
        return True
    if len(whole.entries) < 2:
        return False
    one, other = whole.entries[-2:]
    return "," in text[one.value.end : other.start]


def _one_line(piece: Named, notation: Notation, habits: Habits) -> str:
    name, data = piece
    value = inline(data, notation, habits)
    return pair(name, value, notation, habits) if name else value


def _shown(
    text: str, piece: Named, last: Entry, notation: Notation, indent: str, habits: Habits
) -> str:
    """An entry as the last one is written: in one line, or in lines of which the first is not."""
    name, data = piece
    collection = isinstance(data, (Mapping, Encoded)) or _is_list(data)
    in_lines = "\n" in text[last.value.start : last.end] or (name and _holds_objects(data))
    if not in_lines or notation is Notation.FLOW or not collection:
        return _one_line(piece, notation, habits)
    first, *rest = lines(data, notation, habits)
    if name:
        first = pair(name, first, notation, habits)
    return (habits.newline + indent).join((first, *rest))


def _holds_objects(data: Plain) -> bool:
    if isinstance(data, Mapping):
        return True
    return (
        isinstance(data, Sequence) and not isinstance(data, str) and any(map(_holds_objects, data))
    )


def _is_list(data: Plain) -> bool:
    return isinstance(data, Sequence) and not isinstance(data, str)
