"""What has a name on the page, so that links, also from other pages, lead to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from passrole.documents.locations import Location
from passrole.findings import Finding
from passrole.reporters.map_data import MappedNeed, MappedPipeline
from passrole.reporters.map_drawing import Principal, principal_of

Statement = tuple[str, Location]
"""A statement by its label and its place."""
_LONGEST = 120
RESERVED = (
    "page", "content", "panel", "panel-title", "summary", "findings", "risks", "map",
    "permissions", "roles", "unknowns", "assumptions", "diagnostics", "passed-over", "needs",
    "statements", "search", "shown", "theme",
)  # fmt: skip
"""What a page itself gives to its parts."""


class Anchors:
    """The fragments of a page: made of names, so that they stay when other things change."""

    def __init__(self, pipelines: Iterable[MappedPipeline], findings: Iterable[Finding]) -> None:
        self._taken = dict.fromkeys(RESERVED, 1)
        self.pipelines: list[str] = []
        self.principals: dict[Principal, str] = {}
        self.needs: dict[MappedNeed, str] = {}
        self.statements: dict[Statement, str] = {}
        self.users: dict[MappedNeed, dict[str, str]] = {}
        """What has a need: the words by their fragment."""
        self.findings: dict[str, list[tuple[str, Finding]]] = {}
        """The findings, with their own fragments, by the fragment of the action they stand at."""
        self.told_of: dict[MappedNeed, list[tuple[str, Finding]]] = {}
        """The findings, with their own fragments, about a need."""
        self._actions: dict[tuple[int, int, int], str] = {}
        self._needed: dict[tuple[str, str, str], list[MappedNeed]] = {}
        self._places: dict[tuple[str, str], str] = {}
        self.finding_names: dict[int, str] = {}
        for pipeline in pipelines:
            self._add(pipeline)
        self._add_statements()
        for finding in findings:
            subject = finding.subject
            name = self._name(
                "finding", finding.rule, subject.action or "", subject.iam_action or ""
            )
            self.finding_names[id(finding)] = name
            at = self.at(finding.location)
            if at:
                self.findings.setdefault(at, []).append((name, finding))
            for need in self.needs_of(finding):
                self.told_of.setdefault(need, []).append((name, finding))

    def action(self, pipeline: int, stage: int, action: int) -> str:
        """The fragment of an action, by its position."""
        return self._actions[pipeline, stage, action]

    def at(self, place: Location) -> str:
        """The fragment of the role, action or pipeline in which a place lies, else nothing."""
        pointer = place.pointer
        while pointer:
            found = self._places.get((place.path, pointer))
            if found:
                return found
            pointer = pointer[: max(pointer.rfind("."), pointer.rfind("["), 0)]
        return ""

    def needs_of(self, finding: Finding) -> Iterator[MappedNeed]:
        """The needs that a finding is about."""
        subject, at = finding.subject, self.at(finding.location)
        key = subject.principal or "", subject.iam_action or "", subject.resource or ""
        for need in self._needed.get(key, ()):
            if at in self.users[need]:
                yield need

    def _add(self, pipeline: MappedPipeline) -> None:
        name = self._name(pipeline.name)
        number = len(self.pipelines)
        self.pipelines.append(name)
        self._place(pipeline.location, name)
        self._add_needs(pipeline.needs, name, f"{pipeline.name} as a whole")
        for index, stage in enumerate(pipeline.stages):
            for position, action in enumerate(stage.actions):
                name = self._name(pipeline.name, stage.name, action.name)
                self._actions[number, index, position] = name
                self._place(action.location, name)
                self._add_needs(action.needs, name, f"{stage.name}/{action.name}")

    def _add_needs(self, needs: Iterable[MappedNeed], user: str, words: str) -> None:
        for need in needs:
            principal = principal_of(need)
            if principal not in self.principals:
                self.principals[principal] = self._name("role", principal.name)
                if principal.place:
                    self._place(principal.place, self.principals[principal])
            if need not in self.needs:
                self.needs[need] = self._name("need", principal.name, need.iam_action)
                key = need.principal, need.iam_action, need.resource
                self._needed.setdefault(key, []).append(need)
            self.users.setdefault(need, {})[user] = words
            for label, place in need.decided_by:
                if (label, place) not in self.statements:
                    name = self._name("statement", place.path, str(place.line))
                    self.statements[label, place] = name

    def _add_statements(self) -> None:
        """A statement that stands apart from its role, in a policy, belongs to whom it serves."""
        served: dict[Location, set[str]] = {}
        for need in self.needs:
            for _, place in need.decided_by:
                served.setdefault(place, set()).add(self.principals[principal_of(need)])
        for place, principals in served.items():
            if len(principals) == 1 and not self.at(place):
                self._place(place, *principals)

    def _place(self, place: Location, name: str) -> None:
        if place.pointer:
            self._places.setdefault((place.path, place.pointer), name)

    def _name(self, *parts: str) -> str:
        """A fragment that nothing else on the page has."""
        words = (re.sub("[^A-Za-z0-9]+", "-", part).strip("-") for part in parts)
        first = "-".join(filter(None, words))[:_LONGEST] or "x"
        name = first
        while name.lower() in self._taken:
            self._taken[first.lower()] = number = self._taken.get(first.lower(), 1) + 1
            name = f"{first}-{number}"
        self._taken[name.lower()] = 1
        return name
