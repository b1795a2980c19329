"""The settings file of a project: every value with its place, all of it checked, nothing of it run.

Whoever writes it may be a stranger: it holds data, names files of its own tree only, and says
nothing of plugins or of what is written where.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any

from passrole.configuration.entries import Entry, Source
from passrole.configuration.finding import FoundFile
from passrole.configuration.keys import BY_PATH, ELSEWHERE, KEYS, TABLES, Key
from passrole.configuration.rule_settings import read_categories, read_rules
from passrole.configuration.values import patterns
from passrole.documents.locations import Location
from passrole.documents.nodes import Mapping as Table
from passrole.documents.nodes import Scalar
from passrole.documents.toml import parse_toml
from passrole.errors import UsageError
from passrole.findings import Category
from passrole.records import NamedTuple, frozen
from passrole.rulesets.settings import RuleSetting
from passrole.settings import Suppression

_TEXTS = ("rule", "role", "action", "resource", "reason")
_SUPPRESSION = (*_TEXTS, "path", "expires")


class GivenValue(NamedTuple):
    """A value, and where it is given."""

    value: Any
    place: Location


@frozen(eq=True, kw_only=True)
class PathEntry:
    """What is said for the files that match ``match``, patterns relative to the settings file."""

    match: tuple[str, ...]
    place: Location
    values: Mapping[str, GivenValue] = field(default_factory=dict)
    categories: Mapping[Category, str] = field(default_factory=dict)
    rules: Mapping[str, RuleSetting] = field(default_factory=dict)


@frozen(eq=True, kw_only=True)
class ProjectFile:
    """A settings file that was read.

    ``path`` is the one to show, ``folder`` the real folder that its paths are relative to.
    ``values`` are those of the keys of ``KEYS``; ``facts`` is the table of that name, if any.
    """

    path: str
    folder: str
    values: Mapping[str, GivenValue] = field(default_factory=dict)
    categories: Mapping[Category, str] = field(default_factory=dict)
    rules: Mapping[str, RuleSetting] = field(default_factory=dict)
    paths: tuple[PathEntry, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    facts: Entry | None = None
    rules_place: Location | None = None
    """Where it speaks of rules, or else of categories."""


def read_project(found: FoundFile, path: str, boundary: str) -> ProjectFile | None:
    """The settings in a file, None for a ``pyproject.toml`` that has none.

    ``boundary`` is the real folder that holds all that the file may name, beside its own. Raises
    UsageError with the place of whatever means nothing.
    """
    document = parse_toml(path, found.data)
    if document.problems or not isinstance(document.root, Table):
        problem = document.problems[0]
        raise UsageError(f"{document.span(problem.start, problem.end)}: {problem.message}")
    root = document.root
    if found.is_pyproject:
        tool = root.get("tool")
        own = tool.get("passrole") if isinstance(tool, Table) else None
        if own is None:
            return None
        entry = Entry(Source(document, found.folder, boundary), "tool.passrole", own)
        # The name of a key is as in passrole.toml, where it stands at the top.
        root = own if isinstance(own, Table) else entry.expected("a table")
    entry = Entry(Source(document, found.folder, boundary), "", root)
    entries = entry.known([*(key.name for key in KEYS), *TABLES], ELSEWHERE)
    paths = entries.get("paths")
    if paths is not None and any(isinstance(each.node, Scalar) for each in paths.items()):
        paths.refuse(
            "paths is settings for the files that match; what to scan is `files`", paths.key
        )
    spoken = [entries[name].place for name in ("rules", "categories") if name in entries]
    return ProjectFile(
        rules_place=spoken[0] if spoken else None,
        path=path,
        folder=found.folder,
        values=_values(entries, KEYS),
        categories=read_categories(entries.get("categories")),
        rules=read_rules(entries.get("rules")),
        paths=tuple(map(_path, paths.items())) if paths is not None else (),
        suppressions=tuple(_suppressions(entries.get("suppressions"))),
        facts=entries.get("facts"),
    )


def _values(entries: Mapping[str, Entry], keys: Iterable[Key]) -> dict[str, GivenValue]:
    return {
        key.name: GivenValue(key.read(entries[key.name]), entries[key.name].place)
        for key in keys
        if key.name in entries
    }


def _path(entry: Entry) -> PathEntry:
    names = ("match", "categories", "rules", *(key.name for key in BY_PATH))
    entries = entry.known(names, {key.name: _everywhere(key) for key in KEYS if not key.by_path})
    if "match" not in entries:
        entry.refuse("an entry of paths needs match: patterns as in a .gitignore")
    return PathEntry(
        match=patterns(entries["match"]),
        place=entries["match"].place,
        values=_values(entries, BY_PATH),
        categories=read_categories(entries.get("categories")),
        rules=read_rules(entries.get("rules")),
    )


def _everywhere(key: Key) -> str:
    return f"{key.name} holds for the whole run: it cannot differ by path"


def _suppressions(entry: Entry | None) -> Iterator[Suppression]:
    for each in entry.items() if entry is not None else ():
        entries = each.known(_SUPPRESSION)
        for name in ("rule", "reason"):
            if name not in entries:
                each.refuse(f"an entry of suppressions needs a {name}")
        if not entries.keys() & {"path", "role", "action", "resource"}:
            each.refuse("an entry of suppressions needs a path, a role, an action or a resource; "
                        "`ignore` is for what is not checked at all")  # fmt: skip
        said = {name: found.text() for name, found in entries.items() if name in _TEXTS}
        yield Suppression(
            rule=said["rule"],
            reason=said["reason"],
            path=patterns(entries["path"]) if "path" in entries else (),
            role=said.get("role", ""),
            action=said.get("action", ""),
            resource=said.get("resource", ""),
            expires=_date(entries["expires"]) if "expires" in entries else None,
            place=each.place,
        )


def _date(entry: Entry) -> datetime.date:
    node = entry.node
    try:
        return datetime.date.fromisoformat(node.text if isinstance(node, Scalar) else "")
    except ValueError:
        entry.expected("a date, such as 2027-01-31")
