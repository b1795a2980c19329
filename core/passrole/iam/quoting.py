"""Ordinary stars and question marks inside patterns.

``${*}`` and the value of a policy variable put a ``*`` into a pattern that is no wildcard. Patterns
know no escape, so such a character is written as a private-use one, in the pattern and in the text
that is held against it.
"""

from __future__ import annotations

from passrole.values import Text

_TO_QUOTED = str.maketrans({"*": "\ue000", "?": "\ue001"})


def quoted(text: str) -> str:
    """The text with its wildcards made ordinary characters."""
    return text.translate(_TO_QUOTED) if "*" in text or "?" in text else text


def is_quoted(pattern: Text) -> bool:
    """Whether a pattern holds a star or question mark that is an ordinary character."""
    for part in pattern.parts:
        if isinstance(part, str) and ("\ue000" in part or "\ue001" in part):
            return True
    return False


def quoted_like(pattern: Text, subject: Text) -> Text:
    """The subject, which holds no wildcards, spelled as the pattern spells ordinary characters."""
    if not is_quoted(pattern):
        return subject
    parts = (quoted(part) if isinstance(part, str) else part for part in subject.parts)
    return Text(parts, subject.origin, subject.defaults)
