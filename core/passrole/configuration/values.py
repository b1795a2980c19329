"""The values of keys that are more than a text or a number."""

from __future__ import annotations

import os
from collections.abc import Iterator

from passrole.configuration import checks
from passrole.configuration.entries import Entry
from passrole.configuration.finding import shown
from passrole.documents.locations import Location
from passrole.documents.nodes import Mapping, Scalar, Sequence
from passrole.records import NamedTuple

_RULESET_FILES = (".yaml", ".yml")


class GivenSet(NamedTuple):
    """A deployment that a settings file gives: files of parameter values, then values themselves.

    Each value has the place of its key.
    """

    name: str
    files: tuple[str, ...]
    values: tuple[tuple[str, str, Location], ...] = ()


def names(entry: Entry) -> tuple[str, ...]:
    """Names in a list, or in one text with commas."""
    found = [each.text("a name, or a list of names") for each in entry.items()]
    return tuple(part.strip() for text in found for part in text.split(",") if part.strip())


def patterns(entry: Entry) -> tuple[str, ...]:
    """Patterns as in a ``.gitignore``, none of them dear to match."""
    what = "a pattern, or a list of patterns"
    return tuple(each.checked(checks.pattern, what) for each in entry.items())


def ruleset(entry: Entry) -> str:
    """The name of a ruleset, or the path of its file."""
    text = entry.text("a name or a path")
    return entry.relative_file() if text.endswith(_RULESET_FILES) else text


def path(entry: Entry) -> str:
    """A file, which may be one that is written later."""
    return shown(entry.path())


def paths(entry: Entry) -> tuple[str, ...]:
    """Files and folders that are there."""
    found = []
    for each in entry.items():
        real = each.path()
        if not os.path.lexists(real):
            each.refuse(f"{entry.name}: there is no {each.text()!r}, relative to this file")
        found.append(shown(real))
    return tuple(found)


def files(entry: Entry) -> tuple[str, ...]:
    """Files that are there."""
    return tuple(each.relative_file() for each in entry.items())


def levels(entry: Entry) -> tuple[tuple[str, ...], ...]:
    """Files, one or several a level."""
    return tuple(tuple(_split(each)) for each in entry.items())


def parameters(entry: Entry) -> tuple[GivenSet, ...]:
    """Deployments: one for each file of a list, or for each key of a table."""
    if isinstance(entry.node, Mapping):
        return tuple(_named_set(each) for each in entry.entries())
    what = "a file, a list of files, or a table of deployments by their names"
    return tuple(GivenSet(each.text(what), tuple(_split(each))) for each in entry.items())


def _named_set(entry: Entry) -> GivenSet:
    if not isinstance(entry.node, Mapping):
        return GivenSet(entry.own_name, tuple(_split(entry)))
    return GivenSet(entry.own_name, (), tuple(_values(entry)))


def _values(entry: Entry) -> Iterator[tuple[str, str, Location]]:
    for each in entry.entries():
        parts = [_value(item) for item in each.items()]
        yield each.own_name, ",".join(parts), each.place


def _value(entry: Entry) -> str:
    if not isinstance(entry.node, Scalar):
        entry.expected("a text, a number or a list of them")
    return entry.node.text


def _split(entry: Entry) -> Iterator[str]:
    """The files of an entry: a list, or one text with commas where no file has that very name."""
    for each in entry.items():
        if isinstance(each.node, Sequence):
            each.expected("a file")
        text = each.text("a file, or a list of files")
        for part in [text] if os.path.lexists(each.path()) else text.split(","):
            yield each.part(part.strip()).relative_file()
