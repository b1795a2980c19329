"""Places in files, as people and editors count them."""

from __future__ import annotations

from typing import NamedTuple


class Location(NamedTuple):
    """A span of one file.

    Lines and columns count from 1, columns in code points; the end is exclusive. ``path`` is
    POSIX, relative to the root of the run. ``pointer`` is the route of keys from the root of the
    document (``Resources.Pipeline.Properties.Stages[1]``), empty for the whole document.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"
