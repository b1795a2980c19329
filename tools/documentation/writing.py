"""Small pieces of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def cell(text: str) -> str:
    """A text that may stand in a table."""
    return " ".join(text.replace("|", r"\|").split())


def code(text: str) -> str:
    """A text as it is typed; nothing for nothing."""
    return f"`{cell(text)}`" if text else ""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are Markdown already."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def link(address: str, text: str = "") -> str:
    """A link to a page outside."""
    return f"[{text or address.removeprefix('https://')}]({address})"


def page(*blocks: str) -> str:
    """Blocks with an empty line between them."""
    return "\n\n".join(block for block in blocks if block) + "\n"


def fenced(text: str, language: str = "text") -> str:
    """A block of code; the fence is longer than any in it."""
    mark = "```"
    while mark in text:
        mark += "`"
    return f"{mark}{language}\n{text.rstrip()}\n{mark}"


def contents(pages: Iterable[str]) -> str:
    """The list of pages below a page; it is shown at the side only."""
    return fenced("\n".join((":hidden:", "", *pages)), "{toctree}")
