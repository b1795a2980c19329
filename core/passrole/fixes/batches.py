"""Edits that can be made at once: first come, first served."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from passrole.documents.nodes import Document
from passrole.findings import Edit, Finding
from passrole.fixes.operations import Operation, at_the_end
from passrole.fixes.places import Cut
from passrole.records import NamedTuple

_Key = tuple[str, str, int, int, int]


class Proposal(NamedTuple):
    """A finding with what is to be done for it."""

    finding: Finding
    operations: tuple[Operation, ...]
    safe: bool

    @property
    def paths(self) -> frozenset[str]:
        """Where it shows, and what is edited."""
        edited = (each.site.document.path for each in self.operations)
        return frozenset((self.finding.location.path, *edited))


class FileEdits(NamedTuple):
    """What is done to one file."""

    document: Document
    cuts: list[Cut]
    operations: list[Operation]


class Batch:
    """Proposals that do not get in each other's way; additions to one part are joined."""

    def __init__(self) -> None:
        self.proposals: list[Proposal] = []
        self._operations: dict[_Key, Operation] = {}
        self._cuts: dict[_Key, list[Cut]] = {}

    @classmethod
    def of(cls, proposals: Iterable[Proposal]) -> Batch:
        """A batch of as many as go together."""
        batch = cls()
        for each in proposals:
            batch.take(each)
        return batch

    def take(self, proposal: Proposal) -> bool:
        """Add a proposal, unless it gets in the way of what is there."""
        operations: dict[_Key, Operation] = {}
        for operation in proposal.operations:
            known = operations.get(operation.key) or self._operations.get(operation.key)
            both = operation if known is None else known.joined(operation)
            if both is None:
                return False
            operations[operation.key] = both
        found: dict[_Key, list[Cut]] = {}
        for key, operation in operations.items():
            cuts = operation.cuts()
            if cuts is None:
                return False
            found[key] = cuts
        if not self._fits({**self._cuts, **found}, {key[0] for key in found}):
            return False
        self._operations |= operations
        self._cuts |= found
        self.proposals.append(proposal)
        return True

    def _fits(self, cuts: dict[_Key, list[Cut]], paths: set[str]) -> bool:
        """Whether no two cuts of these files overlap, or are at one place."""
        for path in paths:
            spans = sorted(
                (cut.start, cut.end) for key, each in cuts.items() if key[0] == path for cut in each
            )
            for (start, end), (following, _) in pairwise(spans):
                if following < end or following == start:
                    return False
        return True

    def edits(self) -> dict[str, FileEdits]:
        """What is done to each file, by path."""
        found: dict[str, FileEdits] = {}
        for key, operation in self._operations.items():
            document = operation.site.document
            edits = found.setdefault(document.path, FileEdits(document, [], []))
            edits.cuts.extend(self._cuts[key])
            edits.operations.append(operation)
        for edits in found.values():
            edits.cuts.extend(at_the_end(edits.document.text, edits.operations))
        return found

    def as_edits(self) -> Iterator[Edit]:
        """The same, with lines and columns."""
        for path, (document, cuts, _) in sorted(self.edits().items()):
            for cut in sorted(cuts):
                start, end = (document.line_and_column(at) for at in (cut.start, cut.end))
                yield Edit(path, start, end, cut.text)
