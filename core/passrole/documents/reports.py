"""Problems as the parsers meet them: raised when they end the reading, noted when they do not."""

from __future__ import annotations

from passrole.documents.nodes import Document, Node, Problem, Scalar

# A hostile file may repeat one mistake without end; the author mends the first ones first.
MOST_NOTES = 100
_MOST_SHOWN = 80


class Refused(Exception):  # noqa: N818 - not an error of ours: the file is refused
    """Raised where a file cannot be read further; carries the problem to report."""

    def __init__(self, kind: str, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.problem = Problem(kind, message, start, end)


def over_limit(name: str, value: int, what: str, at: int) -> Refused:
    """The refusal of a file that goes beyond one of the ``Limits``."""
    return Refused("limit", f"more than {value:,} {what} (limit {name} = {value})", at, at + 1)


class Notes:
    """The problems of a document that can be read nevertheless."""

    __slots__ = ("_lines", "_more", "_problems")

    def __init__(self, path: str, text: str) -> None:
        self._lines = Document(path, text, None, "")
        self._problems: list[Problem] = []
        self._more = 0

    def add(self, kind: str, message: str, start: int, end: int) -> None:
        """Note one problem; beyond ``MOST_NOTES`` they are only counted."""
        if len(self._problems) < MOST_NOTES:
            self._problems.append(Problem(kind, message, start, end))
        else:
            self._more += 1

    def last_of_each(self, pairs: list[tuple[Scalar, Node]]) -> tuple[tuple[Scalar, Node], ...]:
        """``pairs`` without those that a later one with the same key shadows; each is noted."""
        last = {pair[0].text: pair for pair in pairs}
        if len(last) == len(pairs):
            return tuple(pairs)
        kept = []
        for pair in pairs:
            winner = last[pair[0].text]
            if winner is pair:
                kept.append(pair)
            else:
                self._duplicate(pair[0], winner[0])
        return tuple(kept)

    def _duplicate(self, key: Scalar, winner: Scalar) -> None:
        if len(self._problems) >= MOST_NOTES:
            self._more += 1
            return
        line, last_line = (self._lines.line_and_column(at)[0] for at in (key.start, winner.start))
        where = f"lines {line} and {last_line}" if line != last_line else f"line {line}"
        shown = key.text if len(key.text) <= _MOST_SHOWN else key.text[: _MOST_SHOWN - 1] + "…"
        message = f"key {shown!r} stands more than once, in {where}; the last one counts"
        self.add("duplicate-key", message, winner.start, winner.end)

    def problems(self) -> tuple[Problem, ...]:
        """All that was noted, in the order of the file."""
        found = sorted(self._problems, key=lambda problem: (problem.start, problem.end))
        if self._more:
            last = found[-1]
            message = f"{self._more:,} more problems in this file are not listed"
            found.append(Problem(last.kind, message, last.start, last.end))
        return tuple(found)
