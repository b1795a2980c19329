"""Places in files, as people and editors count them."""

from __future__ import annotations

from passrole.records import NamedTuple


class Location(NamedTuple):
    """A span of one file.

    Lines and columns count from 1, columns in code points; the end is exclusive. ``path`` is
    POSIX, relative to the root of the run. ``pointer`` is the route of keys from the root of the
    document (``Resources.Pipeline.Properties.Stages[1]``), empty for the whole document.
    ``address`` is that of the resource in a plan or a state of Terraform, which nobody reads line
    by line; empty in all other files.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    pointer: str = ""
    address: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}"
        return f"{place} {self.address}" if self.address else place
