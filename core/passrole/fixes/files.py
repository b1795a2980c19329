"""Texts back into files: as diffs, or written whole and at once, each only if nobody touched it."""

from __future__ import annotations

import difflib
import os
import tempfile
from collections.abc import Iterator, Mapping

from passrole.documents.decoding import Decoded, decode
from passrole.documents.limits import Limits
from passrole.documents.locations import Location
from passrole.documents.nodes import Document
from passrole.documents.reading import read_file
from passrole.documents.tree import Tree
from passrole.findings import CHANGED, Diagnostic
from passrole.records import NamedTuple

_LONG = 4000
"""Lines from which a diff looks for the rare ones only: its time grows with the square."""


class Originals(NamedTuple):
    """The documents as they were read, by path, and the tree in which they may be written."""

    sources: Mapping[str, Document]
    tree: Tree


def unified_diff(originals: Originals, texts: Mapping[str, str]) -> str:
    """What would change, as ``patch`` and ``git apply`` read it; empty for nothing."""
    return "".join(
        line
        for path in sorted(texts)
        for line in _diff_of(path, originals.sources[path].text, texts[path])
    )


def _diff_of(path: str, before: str, after: str) -> Iterator[str]:
    one, other = _lines(before), _lines(after)
    yield f"--- a/{path}\n"
    yield f"+++ b/{path}\n"
    # Lines that stand often, such as brackets, are matched as well in files of usual length.
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=len(one) > _LONG)
    for group in matcher.get_grouped_opcodes(3):
        first, last = group[0], group[-1]
        yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@\n"
        for tag, start, end, new_start, new_end in group:
            if tag == "equal":
                yield from _marked(" ", one[start:end])
                continue
            yield from _marked("-", one[start:end])
            yield from _marked("+", other[new_start:new_end])


def _marked(mark: str, lines: list[str]) -> Iterator[str]:
    for line in lines:
        ending = "" if line.endswith("\n") else "\n\\ No newline at end of file\n"
        yield f"{mark}{line}{ending}"


def _range(start: int, stop: int) -> str:
    length = stop - start
    begin = start + 1 if length else start
    return f"{begin}" if length == 1 else f"{begin},{length}"


def _lines(text: str) -> list[str]:
    """Lines with their ends; nothing but a line feed ends one, as patch counts."""
    found = text.split("\n")
    return [*(f"{line}\n" for line in found[:-1]), *([found[-1]] if found[-1] else [])]


def write_texts(originals: Originals, texts: Mapping[str, str]) -> list[Diagnostic]:
    """Write each text in place of its file; a diagnostic for each that is left alone.

    A file whose content is not what was read, that became a link or that leads out of the root is
    left alone. Raises OSError where the system refuses; what was written before stays.
    """
    problems = []
    for path in sorted(texts):
        problem = _write(originals, path, texts[path])
        if problem is not None:
            place = Location(path, 1, 1, 1, 1)
            problems.append(Diagnostic(CHANGED, f"{problem}; nothing is mended in it", place))
    return problems


def _write(originals: Originals, path: str, text: str) -> str | None:
    location = originals.tree.location(path)
    data = read_file(location, Limits()) if isinstance(location, str) else None
    if not isinstance(data, bytes) or not isinstance(location, str):
        return "it can no longer be read"
    found = decode(data)
    if found.problem is not None or found.text != originals.sources[path].text:
        return "it changed while passrole looked at it"
    _replace(location, _encoded(text, found))
    return None


def _encoded(text: str, found: Decoded) -> bytes:
    return found.mark + text.encode(found.encoding)


def _replace(location: str, data: bytes) -> None:
    """Set another file, with the same mode, in the place of one; the place is never empty."""
    folder, name = os.path.split(location)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, os.stat(location).st_mode & 0o7777)
        os.replace(temporary, location)
    except BaseException:
        os.unlink(temporary)
        raise
