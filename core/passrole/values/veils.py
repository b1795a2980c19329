"""Values that are not to be seen: used like any others, and told by the name of their input."""

from __future__ import annotations

from collections.abc import Iterable

from passrole.values.structures import Value, over_texts
from passrole.values.texts import Hole, Text, Veiled, part_of


def veiled(value: Value, hole: Hole) -> Value:
    """The same value, its texts not to be seen: ``hole`` is shown in their place."""
    if not isinstance(value, Text):
        hole = part_of(hole)
    return over_texts(value, lambda text: _with(text, hole))


def veiled_with(value: Value, sources: Iterable[Value]) -> Value:
    """What is made of texts some of which are not to be seen: nor is it, where it holds them not.

    Of the sources those count that are texts.
    """
    relied: frozenset[str] = frozenset()
    for source in sources:
        if isinstance(source, Text) and source.defaults:
            relied |= source.defaults
    if not relied:
        return value  # as of most
    found = frozenset(each for each in relied if isinstance(each, Veiled))
    if not found:
        return value
    hole = part_of(min(each.hole for each in found))

    def hidden(text: Text) -> Text:
        text = text.relying_on(found)
        return _with(text, hole) if text.shown is text else text

    return over_texts(value, hidden)


def _with(text: Text, hole: Hole) -> Text:
    known = text.known()
    return text.relying_on(frozenset((Veiled(known, hole),))) if known else text
