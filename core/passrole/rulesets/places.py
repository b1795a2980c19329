"""Where a ruleset says something."""

from __future__ import annotations

from passrole.records import NamedTuple


class Place(NamedTuple):
    """Where something is said: the ruleset's name or file, a line and a column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"
