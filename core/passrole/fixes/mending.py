"""Findings mended in rounds: changes planned, edits made and verified, everything checked again.

Nothing is written here. ``recheck`` reads the tree with other texts in place of some files, and
finds what it finds; an edit stays only where the findings it is for are gone, no finding as bad as
they are came, and nothing became unreadable or undecided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from passrole.changes import Repair
from passrole.documents.limits import Limits
from passrole.documents.nodes import Document
from passrole.findings import Edit, Finding, Fix, Results
from passrole.fixes.operations import Operation, declarations, rewrite
from passrole.fixes.places import Cut
from passrole.fixes.planning import Speller, plan
from passrole.fixes.references import References
from passrole.fixes.verifying import reads_the_same
from passrole.stacks.resources import Stack

ROUNDS = 30
"""How often findings are looked for again: each round mends what the one before could not."""
TRIALS = 80
"""How many times everything is checked again in all."""


class Checked(NamedTuple):
    """What a run found, and the stacks that it read."""

    results: Results
    stacks: tuple[Stack, ...]


Recheck = Callable[[Mapping[str, str]], Checked]


class Proposal(NamedTuple):
    """A finding with what is to be done for it."""

    finding: Finding
    operations: tuple[Operation, ...]
    safe: bool


@dataclass(slots=True)
class Mended:
    """What came of it: the new texts by path, what was mended, what could not be, what is left."""

    checked: Checked
    texts: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    """Fingerprints of findings whose edits were made, and undone as they did not mend them."""

    @property
    def results(self) -> Results:
        """What is found in the texts as they are now."""
        return self.checked.results


def repair_of(finding: Finding) -> Repair | None:
    """What mends a finding: one repair that all its reports agree on, else none."""
    found: Repair | None = None
    for each in finding.repairs:
        repair = each() if callable(each) else each
        if repair is None or (found is not None and repair.changes != found.changes):
            return None
        found = repair if found is None or found.safe else found
    return found


def mend(checked: Checked, recheck: Recheck, limits: Limits, *, unsafe: bool = False) -> Mended:
    """Mend what can be mended, in memory. Bounded by ``ROUNDS`` and ``TRIALS``."""
    mended = Mended(checked)
    trials = TRIALS
    for _ in range(ROUNDS):
        batch = _batch(_proposals(mended, unsafe=unsafe))
        while batch and trials > 0:
            trials -= 1
            after = _tried(mended, batch, recheck, limits)
            if after is not None:
                mended.checked = after
                mended.findings += [each.finding for each in batch]
                break
            if len(batch) == 1:
                mended.refused.add(batch[0].finding.fingerprint)
                break
            batch = batch[: len(batch) // 2]
        if not batch or trials <= 0:
            break
    return mended


def propose(
    finding: Finding, results: Results, speller: Speller, *, unsafe: bool
) -> Proposal | None:
    """What is to be done for a finding, None where it cannot be mended in the files."""
    repair = repair_of(finding)
    if repair is None or not repair.changes or not (repair.safe or unsafe):
        return None
    operations = [plan(change, results.sources, speller) for change in repair.changes]
    known = tuple(each for each in operations if each is not None)
    return Proposal(finding, known, repair.safe) if len(known) == len(operations) else None


def with_fixes(checked: Checked, mended: Mended) -> Results:
    """The results with the edits of each finding that was mended, as if it were the only one."""
    speller = References(checked.stacks, checked.results.sources).spell
    gone = {each.fingerprint for each in mended.findings}
    findings = []
    for finding in checked.results.findings:
        proposal = None
        if finding.fingerprint in gone:
            proposal = propose(finding, checked.results, speller, unsafe=True)
        cuts = cuts_of((proposal,)) if proposal is not None else None
        if proposal is None or not cuts:
            findings.append(finding)
            continue
        edits = tuple(
            _edit(operations[0].site.document, cut)
            for path, (all_cuts, operations) in sorted(cuts.items())
            for cut in all_cuts
        )
        findings.append(replace(finding, fix=Fix(proposal.safe, edits)))
    return replace(checked.results, findings=tuple(findings))


def _edit(document: Document, cut: Cut) -> Edit:
    start, end = document.line_and_column(cut.start), document.line_and_column(cut.end)
    return Edit(document.path, start, end, cut.text)


def _proposals(mended: Mended, *, unsafe: bool) -> Iterable[Proposal]:
    speller = References(mended.checked.stacks, mended.results.sources).spell
    for finding in mended.results.findings:
        if finding.repairs and finding.fingerprint not in mended.refused:
            found = propose(finding, mended.results, speller, unsafe=unsafe)
            if found is not None:
                yield found


def _batch(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Those that can be made at once; first come, first served."""
    batch: list[Proposal] = []
    for proposal in proposals:
        if cuts_of((*batch, proposal)) is not None:
            batch.append(proposal)
    return batch


def cuts_of(proposals: Iterable[Proposal]) -> dict[str, tuple[list[Cut], list[Operation]]] | None:
    """The cuts by path with what they do, None where some exclude each other or have no way."""
    joined: dict[tuple[str, str, int, int], Operation] = {}
    for proposal in proposals:
        for operation in proposal.operations:
            known = joined.get(operation.key)
            both = operation if known is None else known.joined(operation)
            if both is None:
                return None
            joined[operation.key] = both
    found: dict[str, tuple[list[Cut], list[Operation]]] = {}
    declared: dict[str, set[str]] = {}
    for operation in joined.values():
        cuts = operation.cuts()
        if cuts is None:
            return None
        all_cuts, operations = found.setdefault(operation.site.document.path, ([], []))
        all_cuts += cuts
        declared.setdefault(operation.site.document.path, set()).update(operation.declares())
        operations.append(operation)
    for path, (cuts, operations) in found.items():
        cuts.extend(declarations(operations[0].site.document.text, declared[path]))
        # Two insertions at one place have no order.
        if len({cut.start for cut in cuts}) < len(cuts):
            return None
        if rewrite(operations[0].site.document.text, cuts) is None:
            return None
    return found


def _tried(
    mended: Mended, batch: list[Proposal], recheck: Recheck, limits: Limits
) -> Checked | None:
    """The results with the edits of a batch, None where they are not to be made."""
    cuts = cuts_of(batch)
    if cuts is None:
        return None
    texts = dict(mended.texts)
    for path, (edits, operations) in cuts.items():
        document = operations[0].site.document
        text = rewrite(document.text, edits)
        if text is None or not reads_the_same(document, text, operations, limits):
            return None
        texts[path] = text
    after = recheck(texts)
    if not _is_better(mended.results, after.results, [each.finding for each in batch]):
        return None
    mended.texts = texts
    return after


def _is_better(before: Results, after: Results, mended: list[Finding]) -> bool:
    if len(after.unknowns) > len(before.unknowns) or (after.incomplete and not before.incomplete):
        return False
    if Counter(each.kind for each in after.diagnostics) - Counter(
        each.kind for each in before.diagnostics
    ):
        return False
    was, now = (Counter(map(_key, each.findings)) for each in (before, after))
    gone = Counter(map(_key, mended))
    if any(now[key] > was[key] - count for key, count in gone.items()):
        return False
    least = max(each.severity.rank for each in mended)
    new = now - was
    return not any(each.severity.rank <= least and new[_key(each)] for each in after.findings)


def _key(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.location.path, finding.subject
