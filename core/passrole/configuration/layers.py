"""Command line over project file over default: what holds, and who says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from passrole.configuration.keys import BY_PATH, KEYS
from passrole.documents.locations import Location
from passrole.findings import Diagnostic
from passrole.records import NamedTuple

if TYPE_CHECKING:
    from passrole.configuration.project import PathEntry, ProjectFile

NOTICE = "settings"
"""The kind of diagnostic that names a setting of the scanned tree that weakens the verdict."""

COMMAND_LINE, DEFAULT = "command line", "default"


class Effective(NamedTuple):
    """The value that holds for a key; ``place`` is where the project's settings give it."""

    value: Any
    source: str
    place: Location | None = None


class Layers:
    """What the command line gives by the names of keys, over the settings of the project."""

    def __init__(self, given: Mapping[str, Any], project: ProjectFile | None) -> None:
        self._given = given
        self.project = project

    def effective(self, name: str) -> Effective:
        """The value of a key, None where nobody gives one."""
        if name in self._given:
            return Effective(self._given[name], COMMAND_LINE)
        said = self.project.values.get(name) if self.project is not None else None
        if said is None:
            return Effective(None, DEFAULT)
        value = self._kept(said.value) if name == "ignore" else said.value
        return Effective(value, str(said.place), said.place)

    def _kept(self, ignored: tuple[str, ...]) -> tuple[str, ...]:
        """What the project ignores, but for what the command line asks for by name."""
        selected = self._given.get("select", ())
        return tuple(each for each in ignored if each not in selected)

    def value(self, name: str, otherwise: Any = None) -> Any:
        """The value of a key, or ``otherwise``."""
        found = self.effective(name).value
        return otherwise if found is None else found

    def notices(self) -> tuple[Diagnostic, ...]:
        """The settings of the project that take something away from the verdict."""
        return tuple(self._notices()) if self.project is not None else ()

    def _notices(self) -> Iterator[Diagnostic]:
        for key in KEYS:
            value, _, place = self.effective(key.name)
            words = key.weakens(value) if key.weakens is not None and place and value else ""
            if words:
                yield Diagnostic(NOTICE, f"{key.name}: {words}", place)
        project = self.project
        for entry in project.paths if project is not None else ():
            words = "; ".join(_weakened_for(entry))
            if words:
                files = ", ".join(entry.match)
                yield Diagnostic(NOTICE, f"paths: for {files}: {words}", entry.place)
        if project is not None:
            words = _reworded(project.categories, project.rules)
            place = project.rules_place
            if words:
                yield Diagnostic(NOTICE, f"rules: {words}", place)


def _weakened_for(entry: PathEntry) -> Iterator[str]:
    for key in BY_PATH:
        given = entry.values.get(key.name)
        words = key.weakens(given.value) if given is not None and key.weakens is not None else ""
        if words:
            yield words
    words = _reworded(entry.categories, entry.rules)
    if words:
        yield words


def _reworded(categories: Mapping[Any, str], rules: Mapping[str, Any]) -> str:
    """What is turned off or given another severity."""
    words = {str(name): word for name, word in categories.items()}
    words.update((rule_id, said.word) for rule_id, said in rules.items())
    said = sorted(
        (name, word) for name, word in words.items() if word not in ("", "on", "critical")
    )
    return ", ".join(f"{name} is {word}" for name, word in said)
