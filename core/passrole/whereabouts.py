"""What a part of a scan is at, as a note for others, and as words for whoever reads the report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from passrole.contributions import Contributions
from passrole.documents.watching import Watch
from passrole.executors import Note
from passrole.records import NamedTuple
from passrole.rules_in_force import RulesInForce
from passrole.stacks.resources import Resource

_RULE: Final = "rule"
_READER: Final = "reader"
_ASKED: Final = (_RULE, _READER)


def noted_in(note: Note) -> Watch:
    """A watch that notes each step. It notes names and paths: nothing else of a file."""
    path = ""

    def watch(phase: str, _done: int, _total: int, at: object = None, /) -> None:
        nonlocal path
        if phase == "asking rules":
            note(f"{_RULE}\0{at}\0{path}" if at is not None else f"{phase}\0\0{path}")
        elif isinstance(at, Resource):
            note(f"{_READER}\0{at.type_name}\0{path}\0{at.id}")
        else:
            path = at if isinstance(at, str) else ""
            note(f"{phase}\0\0{path}")

    return watch


class Culprit(NamedTuple):
    """A rule, or the reader of a type of resources, by its name."""

    what: str
    name: str

    def told(self, contributions: Contributions) -> str:
        """What it is, and of which plugin."""
        if self.what == _RULE:
            return f"rule {self.name}{_of(contributions.owners.get(self.name, ''))}"
        owners = (p.name for p in contributions.plugins if self.name in p.resource_types)
        return f"the reader of {self.name}{_of(next(owners, ''))}"

    @property
    def kind(self) -> str:
        """The kind of a diagnostic about it."""
        return f"{self.what}-crash"


def leaving_out(chosen: RulesInForce, culprits: Iterable[Culprit]) -> RulesInForce:
    """The rules without some of them, and plugins whose resources are not all read."""
    names = {what: {each.name for each in culprits if each.what == what} for what in _ASKED}
    if not any(names.values()):
        return chosen
    types = tuple(
        replace(each, read=None) if {each.cloudformation, each.terraform} & names[_READER] else each
        for each in chosen.contributions.resource_types
    )
    return RulesInForce(
        chosen.ruleset,
        replace(chosen.contributions, resource_types=types),
        tuple(each for each in chosen.rules if each.rule.id not in names[_RULE]),
    )


class Whereabouts(NamedTuple):
    """A step: a phase of the work, or a rule or a reader with its name."""

    what: str
    name: str = ""
    path: str = ""
    resource: str = ""

    @classmethod
    def of(cls, note: str) -> Whereabouts:
        """What was noted. It may be cut."""
        return cls(*note.split("\0", 3))

    @property
    def culprit(self) -> Culprit | None:
        """The rule or the reader that was asked, None where neither was."""
        return Culprit(self.what, self.name) if self.what in _ASKED else None

    def words(self, contributions: Contributions) -> str:
        """Where it was, to follow what became of it: ``it took more than a second …``."""
        if self.culprit is not None:
            resource = f" at {self.resource}" if self.resource else ""
            where = self._at("in" if resource else "on")
            return f"in {self.culprit.told(contributions)}{resource}{where}"
        if self.what == "reading files":
            return f"reading {self.path or 'it'}"
        return f"{self.what}{self._at('of')}"

    def _at(self, preposition: str) -> str:
        return f" {preposition} {self.path}" if self.path else ""


def _of(owner: str) -> str:
    return f" of plugin {owner}" if owner else ""
