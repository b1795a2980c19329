"""Expressions that one look at the text tells: a literal, a reference, a string with such in it."""

from __future__ import annotations

import re
from functools import lru_cache

from passrole.stacks.terraform.expressions import (
    Access,
    Attribute,
    Constant,
    Expression,
    Name,
    Template,
)

WORDS = {
    "true": Constant("true", "bool"), "false": Constant("false", "bool"),
    "null": Constant("", "null"),
}  # fmt: skip
"""Words that are literals."""

_WORD = r"[^\W\d][\w-]*+"
_REFERENCE = rf"{_WORD}(?:\.{_WORD})++"
_INTERPOLATION = re.compile(rf"\$\{{[ ]?({_REFERENCE})[ ]?\}}")
# What follows cannot go on with them.
_SIMPLE = re.compile(
    rf'(?:"((?:[^"\\$%\n]++|[$%](?![{{$%])|\$\{{[ ]?{_REFERENCE}[ ]?\}})*+)"'
    rf"|(true|false|null)\b|(\d++)(?![.\w])|({_REFERENCE}))"
    r"(?=\s*+(?:[,\]}):\"\w]|=(?!=)|\Z))"
)


def simple_at(text: str, start: int, end: int) -> tuple[Expression, int] | None:
    """The expression at ``start`` of a text that is read up to ``end``, and where it ends.

    None where it is not simple.
    """
    found = _SIMPLE.match(text, start, end)
    if found is None:
        return None
    string, word, number, reference = found.groups()
    if string is not None:
        expression = _of_string(string)
    elif word:
        expression = WORDS[word]
    else:
        expression = _reference(reference) if reference else Constant(number, "number")
    return expression, found.end()


def _of_string(string: str) -> Expression:
    """What stands between two quotes: itself, one reference, or a template."""
    if "${" not in string:
        return Constant(string)
    # Literals and references take turns.
    pieces = _INTERPOLATION.split(string)
    parts = tuple(
        _reference(piece) if at % 2 else Constant(piece) for at, piece in enumerate(pieces) if piece
    )
    return parts[0] if len(parts) == 1 else Template(parts)


@lru_cache(maxsize=4096)
def _reference(written: str) -> Access:
    """A reference; the same few are written again and again."""
    first, *rest = written.split(".")
    return Access(Name(first), tuple(map(Attribute, rest)))
