"""Lines of a text that hold a mark, and comments on them whose surroundings are looked at."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

MOST: Final = 1000
"""How many lines with the mark are looked at in one file."""

Span = tuple[int, int]
_BEYOND: Final = float("inf")


class Found:
    """A comment whose surroundings are being looked at."""

    __slots__ = ("behind_code", "covers", "end", "line", "start")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.line = line_of(text, start)
        # The dash of an item is no code of its own.
        self.behind_code = bool(text[self.line[0] : start].strip(" \t-"))
        self.covers: list[Span] = [self.line] if self.behind_code else []


def marked_lines(text: str, mark: str) -> Iterator[tuple[int, int, int]]:
    """Each line with a mark: where it starts, where its first mark does, and where it ends."""
    at = text.find(mark)
    for _ in range(MOST):
        if at < 0:
            return
        start, end = line_of(text, at)
        yield start, at, end
        at = text.find(mark, end)


def line_of(text: str, at: int) -> Span:
    """The span of the line around an offset, without its line end."""
    start = text.rfind("\n", 0, at) + 1
    start = max(start, text.rfind("\r", start, at) + 1)
    newline = text.find("\n", at)
    end = newline if newline >= 0 else len(text)
    carriage = text.find("\r", at, end)
    return start, carriage if carriage >= 0 else end


def inside(spans: Sequence[Span], at: int) -> Span | None:
    """The span that an offset lies in, of spans that are in order and apart from each other."""
    index = bisect_right(spans, (at, _BEYOND)) - 1
    return spans[index] if index >= 0 and at < spans[index][1] else None
