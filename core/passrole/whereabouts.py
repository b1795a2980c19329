"""What a part of a scan is at, as a note for others, and as words for whoever reads the report."""

from __future__ import annotations

from typing import Final

from passrole.contributions import Contributions
from passrole.documents.watching import Watch
from passrole.executors import Note
from passrole.records import NamedTuple
from passrole.stacks.resources import Resource

_RULE: Final = "rule"
_READER: Final = "reader"


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

    def words(self, contributions: Contributions) -> str:
        """Where it was, to follow what became of it: ``it took more than a second …``."""
        if self.what == _RULE:
            owner = contributions.owners.get(self.name, "")
            return f"in rule {self.name}{_of(owner)}{self._at('on')}"
        if self.what == _READER:
            owners = (p.name for p in contributions.plugins if self.name in p.resource_types)
            resource = f" at {self.resource}" if self.resource else ""
            whose = _of(next(owners, ""))
            return f"in the reader of {self.name}{whose}{resource}{self._at('in')}"
        if self.what == "reading files":
            return f"reading {self.path or 'it'}"
        return f"{self.what}{self._at('of')}"

    def _at(self, preposition: str) -> str:
        return f" {preposition} {self.path}" if self.path else ""


def _of(owner: str) -> str:
    return f" of plugin {owner}" if owner else ""
