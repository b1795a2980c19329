"""HTML that cannot be got wrong: what is not markup already is escaped where it is put in."""

from __future__ import annotations

import html
from collections.abc import Iterable

from passrole.reporters.escaping import printable

LONGEST = 20_000
"""How much of one text is shown: a name stands in many places, and may be as long as a file is."""
_VOID = frozenset(("br", "hr", "input", "link", "meta"))


class Markup(str):
    """Text that is HTML; all other text is what a person is to read."""

    __slots__ = ()


def text(words: str) -> Markup:
    """Words with nothing in them that a browser, or a build server that prints them, obeys."""
    if isinstance(words, Markup):
        return words
    if len(words) > LONGEST:
        words = f"{words[:LONGEST]}… ({len(words) - LONGEST:,} characters more)"
    escaped = html.escape(printable(words), quote=True)
    return Markup(escaped.replace("##", "&#35;&#35;").replace("::", "&#58;&#58;"))


def element(tag: str, *children: str, **attributes: str | bool) -> Markup:
    """An element; ``class_`` and ``data_x`` are written with their hyphens.

    An attribute that is True stands without a value; one that is False or empty is left out.
    """
    given = "".join(
        f" {_name(key)}" if value is True else f' {_name(key)}="{text(value)}"'
        for key, value in attributes.items()
        if value
    )
    if tag in _VOID:
        return Markup(f"<{tag}{given}>")
    return Markup(f"<{tag}{given}>{joined(children)}</{tag}>")


def joined(parts: Iterable[str], between: str = "") -> Markup:
    """Parts one after the other."""
    return Markup(text(between).join(map(text, parts)))


def items(parts: Iterable[Markup], **attributes: str | bool) -> Markup:
    """An unordered list of parts, nothing where there are none."""
    rows = [element("li", part) for part in parts]
    return element("ul", *rows, **attributes) if rows else Markup()


def link(target: str, *children: str, **attributes: str | bool) -> Markup:
    """A link to an element of the page."""
    return element("a", *children, href=f"#{target}", **attributes)


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
