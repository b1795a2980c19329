"""How much of a hostile file passrole is ready to take in."""

from __future__ import annotations

from passrole.records import NamedTuple


class Limits(NamedTuple):
    """Caps on one file; a file beyond one of them is reported as not analysed.

    ``depth`` counts mappings and sequences inside one another, aliases followed. ``nodes`` counts
    what the file writes out, ``aliases`` what its aliases would add if each were a copy. ``size``
    is in bytes.
    """

    depth: int = 100
    nodes: int = 500_000
    aliases: int = 1_000_000
    size: int = 8_000_000
