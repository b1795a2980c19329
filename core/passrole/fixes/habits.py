"""How a file is written around a place: what is added follows it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from passrole.fixes.places import begins_line, indentation
from passrole.fixes.spelling import Habits, is_plain
from passrole.fixes.written import Entry, Notation, Written

_LOOKED_AT: Final = 200
_SHORT_TAG: Final = re.compile(r"![A-Z]\w")
_LONG_NAME: Final = re.compile(r"\b(?:Fn::\w+|Ref)[\"']?:")


def habits_of(text: str, whole: Written, chain: Sequence[tuple[Written, Entry]] = ()) -> Habits:
    """How a file is written around a place; ``chain`` is what the place stands in."""
    break_ = text.find("\n")
    newline = "\r\n" if break_ > 0 and text[break_ - 1] == "\r" else "\n"
    unit, list_step = _steps(text, whole, chain)
    return Habits(
        newline,
        unit,
        list_step,
        _quote(text, whole),
        _colon(text, whole),
        _padded(text, whole),
        tags=_SHORT_TAG.search(text) is not None or _LONG_NAME.search(text) is None,
    )


def _inner(whole: Written) -> list[Written]:
    """A part and those inside it, the last ones first: what is written most nearly alike."""
    found: list[Written] = []
    waiting = [whole]
    while waiting and len(found) < _LOOKED_AT:
        current = waiting.pop()
        found.append(current)
        waiting += [entry.value for entry in current.entries]
    return found


def _quote(text: str, whole: Written) -> str:
    """What a text stands in that could stand in nothing; nothing where none could."""
    for each in _inner(whole):
        if each.kind == "text" and each.text and is_plain(each.text):
            first = text[each.start]
            return first if first in ("'", '"') else ""
    return ""


def _colon(text: str, whole: Written) -> str:
    for each in _inner(whole):
        if each.kind == "mapping" and each.notation is Notation.JSON and each.entries:
            entry = each.entries[0]
            return text[entry.key_end : entry.value.start]
    return ": "


def _padded(text: str, whole: Written) -> bool:
    for each in _inner(whole):
        if each.kind == "mapping" and each.entries and each.notation is not Notation.BLOCK:
            return text[each.start + 1 : each.start + 2] == " "
    return False


def _steps(text: str, whole: Written, chain: Sequence[tuple[Written, Entry]]) -> tuple[str, str]:
    unit, list_step = "", None
    for part in (*reversed(_inner(whole)), *(each for each, _ in chain)):
        for entry in part.entries:
            value = entry.value
            if not value.entries or not begins_line(text, entry.start):
                continue
            if not entry.key and value.notation is Notation.BLOCK:
                continue  # what follows a dash has no line of its own
            inner = value.entries[0].start if value.kind == "mapping" else value.start
            if value.notation is not Notation.BLOCK:
                inner = value.entries[0].start
            if not begins_line(text, inner):
                continue
            step = indentation(text, inner)[len(indentation(text, entry.start)) :]
            if value.kind == "sequence" and value.notation is Notation.BLOCK:
                list_step = step if list_step is None else list_step
            elif step:
                unit = unit or step
    unit = unit or ("\t" if "\n\t" in text and whole.notation is not Notation.BLOCK else "  ")
    return unit, unit if list_step is None else list_step
