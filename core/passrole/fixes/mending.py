"""Findings mended in rounds: changes planned, edits made and verified, everything checked again.

Nothing is written here. ``recheck`` reads the tree with other texts in place of some files, and
finds what it finds; an edit stays only where the findings it is for are gone, no finding as bad as
they are came, and nothing became unreadable or undecided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from passrole.changes import Repair
from passrole.documents.limits import Limits
from passrole.findings import Category, Confidence, Diagnostic, Finding, Fix, Results
from passrole.fixes.batches import Batch, FileEdits, Proposal
from passrole.fixes.operations import rewrite
from passrole.fixes.planning import Speller, plan
from passrole.fixes.references import References
from passrole.fixes.verifying import reads_the_same
from passrole.records import NamedTuple
from passrole.stacks.resources import Stack

_SHAPES = frozenset((Category.STRUCTURE, Category.LIFECYCLE))
"""What is right in shape asks for more, and it may be unknown whether that is allowed."""
ROUNDS = 40
"""How often findings are looked for again: each round mends what the one before could not."""
TRIALS = 80
"""How many times everything is checked again in all."""
_FEW = 8
"""Of so many proposals each is looked at alone."""


class Checked(NamedTuple):
    """What a run found, and the stacks that it read."""

    results: Results
    stacks: tuple[Stack, ...]


Recheck = Callable[[Mapping[str, str]], Checked]


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
    refused_at = 0
    for _ in range(ROUNDS):
        batch = Batch.of(_proposals(mended, unsafe=unsafe)).proposals
        if not batch and mended.refused and refused_at < len(mended.findings):
            # What did not go may do so now that others are mended.
            refused_at = len(mended.findings)
            mended.refused.clear()
            batch = Batch.of(_proposals(mended, unsafe=unsafe)).proposals
        if not batch:
            break
        while batch and trials > 0:
            trials -= 1
            after = _tried(mended, batch, recheck, limits)
            if isinstance(after, Checked):
                mended.checked = after
                mended.findings += [each.finding for each in batch]
                break
            batch = _narrowed(batch, after, mended, limits)
        if trials <= 0:
            break
    return mended


def _narrowed(
    batch: list[Proposal], wrong: frozenset[str], mended: Mended, limits: Limits
) -> list[Proposal]:
    """What of a batch is tried next, as it did not go as a whole; what cannot be is refused."""
    few = len(batch) <= _FEW
    legible = [each for each in batch if _is_legible(each, limits)] if few else batch
    if len(legible) == len(batch) == 1:
        legible = []
    if len(legible) < len(batch):
        gone = (each for each in batch if each not in legible)
        mended.refused.update(each.finding.fingerprint for each in gone)
        return legible
    # Most likely what is wrong is where it shows; else half of them are tried alone.
    apart = [each for each in batch if each.paths.isdisjoint(wrong)]
    return apart if 0 < len(apart) < len(batch) else batch[: len(batch) // 2]


def _is_legible(proposal: Proposal, limits: Limits) -> bool:
    """Whether what a proposal alone makes of the files reads the same but for the change."""
    files = Batch.of([proposal]).edits().values()
    return all(_rewritten(edits, limits) is not None for edits in files)


def _rewritten(edits: FileEdits, limits: Limits) -> str | None:
    """The text of a file with its edits, None unless it reads the same but for the changes."""
    document = edits.document
    text = rewrite(document.text, edits.cuts)
    same = text is not None and reads_the_same(document, text, edits.operations, limits)
    return text if same else None


def propose(
    finding: Finding, results: Results, speller: Speller, *, unsafe: bool
) -> Proposal | None:
    """What is to be done for a finding, None where it cannot be mended in the files."""
    repair = repair_of(finding)
    if repair is None or not repair.changes:
        return None
    # What is disputed is nothing to change files for without being asked to.
    safe = repair.safe and finding.confidence is not Confidence.LOW
    if not (safe or unsafe):
        return None
    operations = [plan(change, results.sources, speller) for change in repair.changes]
    known = tuple(each for each in operations if each is not None)
    return Proposal(finding, known, safe) if len(known) == len(operations) else None


def with_fixes(checked: Checked, mended: Mended) -> Results:
    """The results with the edits of each finding that was mended, as if it were the only one."""
    speller = References(checked.stacks, checked.results.sources).spell
    gone = {each.fingerprint for each in mended.findings}
    findings = []
    for finding in checked.results.findings:
        proposal = None
        if finding.fingerprint in gone:
            proposal = propose(finding, checked.results, speller, unsafe=True)
        edits = tuple(Batch.of([proposal]).as_edits()) if proposal is not None else ()
        fix = Fix(proposal.safe, edits) if proposal is not None and edits else None
        findings.append(replace(finding, fix=fix))
    return replace(checked.results, findings=tuple(findings))


def _proposals(mended: Mended, *, unsafe: bool) -> Iterable[Proposal]:
    speller = References(mended.checked.stacks, mended.results.sources).spell
    for finding in mended.results.findings:
        if finding.repairs and finding.fingerprint not in mended.refused:
            found = propose(finding, mended.results, speller, unsafe=unsafe)
            if found is not None:
                yield found


def _tried(
    mended: Mended, batch: list[Proposal], recheck: Recheck, limits: Limits
) -> Checked | frozenset[str]:
    """The results with the edits of a batch, or the paths of what they would not mend."""
    texts = dict(mended.texts)
    for path, edits in Batch.of(batch).edits().items():
        text = _rewritten(edits, limits)
        if text is None:
            return frozenset((path,))
        texts[path] = text
    after = recheck(texts)
    wrong = _wrong(mended.results, after.results, [each.finding for each in batch])
    if wrong is not None:
        return wrong
    mended.texts = texts
    return after


def _wrong(before: Results, after: Results, mended: list[Finding]) -> frozenset[str] | None:
    """The paths where something is worse than before, or not mended; None where nothing is."""
    paths: set[str] = set()
    least = max(each.severity.rank for each in mended)
    was, now = (Counter(map(_key, each.findings)) for each in (before, after))
    gone = Counter(map(_key, mended))
    for each in mended:
        if now[_key(each)] > was[_key(each)] - gone[_key(each)]:
            paths.add(each.location.path)
    new = now - was
    for each in after.findings:
        if each.severity.rank <= least and new[_key(each)]:
            paths.add(each.location.path)
    if not _SHAPES.issuperset(each.category for each in mended):
        unknown, known = (
            Counter((each.location.path, each.subject) for each in results.unknowns)
            for results in (after, before)
        )
        paths.update(path for path, _ in unknown - known)
    told, known_of = (
        Counter((_path(each), each.kind) for each in results.diagnostics if each.incomplete)
        for results in (after, before)
    )
    paths.update(path for path, _ in told - known_of)
    return frozenset(paths) or None


def _path(diagnostic: Diagnostic) -> str:
    return diagnostic.location.path if diagnostic.location is not None else ""


def _key(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.location.path, finding.subject
