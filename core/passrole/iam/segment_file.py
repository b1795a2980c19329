"""One file of many compressed JSON documents, each read alone.

The file begins with one line, ``passrole segments 1 <bytes of the index>``. The compressed index
follows, then the compressed segments; the index says where each stands, counted from its end.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from passrole.records import NamedTuple

_MAGIC = b"passrole segments 1"


class SegmentFileError(Exception):
    """A data file of the package that is damaged or of another version."""


class SegmentIndex(NamedTuple):
    """What a segment file holds: facts about the whole, and where each segment stands."""

    path: Path
    header: Mapping[str, Any]
    places: Mapping[str, tuple[int, int]]
    start: int

    def read(self, name: str) -> Any:
        """The document of one segment. Raises KeyError for a name that is not there."""
        offset, length = self.places[name]
        with self.path.open("rb") as file:
            file.seek(self.start + offset)
            return json.loads(zlib.decompress(file.read(length)))


def read_index(path: Path) -> SegmentIndex:
    """The index of a segment file. Raises SegmentFileError for any other file."""
    with path.open("rb") as file:
        first = file.readline(64)
        magic, _, length = first.rstrip(b"\n").rpartition(b" ")
        if magic != _MAGIC or not length.isdigit():
            raise SegmentFileError(f"{path.name} is no data file of this version")
        index = json.loads(zlib.decompress(file.read(int(length))))
    places = {name: (offset, size) for name, offset, size in index["places"]}
    return SegmentIndex(path, index["header"], places, len(first) + int(length))


def packed(header: Mapping[str, Any], segments: Mapping[str, Any]) -> bytes:
    """The bytes of a segment file: the same for equal content, in the order of the names."""
    places, bodies, offset = [], [], 0
    for name in sorted(segments):
        body = _compressed(segments[name])
        places.append((name, offset, len(body)))
        bodies.append(body)
        offset += len(body)
    index = _compressed({"header": dict(sorted(header.items())), "places": places})
    return b"".join((_MAGIC, b" %d\n" % len(index), index, *bodies))


def _compressed(document: Any) -> bytes:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), 9)
