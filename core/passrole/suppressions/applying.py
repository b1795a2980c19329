"""Findings against suppressions: which are accepted, and which suppressions say nothing (any more).

A suppression hides what it names and nothing else. Where it is in doubt, the finding stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from collections.abc import Mapping as Map
from types import MappingProxyType
from typing import Final

from passrole.documents.ignoring import matcher
from passrole.documents.locations import Location
from passrole.documents.nodes import Document
from passrole.errors import UsageError, did_you_mean
from passrole.findings import MOST_HOLDERS, Diagnostic, Finding, Suppressed, Suppression
from passrole.iam.patterns import matches
from passrole.records import NamedTuple
from passrole.settings import Suppression as Entry
from passrole.suppressions import Applied
from passrole.suppressions.in_code import INVALID, Place, Written, suppressions_in

EXPIRED: Final = "expired-suppression"
UNUSED: Final = "unused-suppression"
_MOST_HINTS: Final = 50
_ANYWHERE: Final = ""
_NOWHERE: Final = Location("passrole.toml", 1, 1, 1, 1)


class Known(NamedTuple):
    """What is known of the run: ids of rules, whether one is on for a file, and the date."""

    rules: Collection[str]
    is_on: Callable[[str, str], bool]
    today: str
    is_partial: bool = False
    """Plugins were left out, so that an id may be one of theirs."""
    is_incomplete: bool = False
    """Something was not looked at, so that nobody knows what there would be to accept."""
    open_places: Map[str, Iterable[Place]] = MappingProxyType({})
    """Where something could not be decided, by path: with other facts there may be a finding."""


def accept(
    findings: Iterable[Finding],
    documents: Iterable[Document],
    entries: Iterable[Entry],
    paths: Iterable[str],
    known: Known,
) -> Applied:
    """Take out of the findings what documents and entries of the settings accept.

    ``paths`` are all files of the run. Raises UsageError for an entry that cannot be meant.
    """
    written, problems = suppressions_in(documents)
    applied = apply(findings, [*written, *settled(entries, paths, known)], known)
    return applied._replace(diagnostics=(*problems, *applied.diagnostics))


def settled(entries: Iterable[Entry], paths: Iterable[str], known: Known) -> list[Written]:
    """Suppressions of the settings; those for files that were not looked at are left out."""
    paths = tuple(paths)
    found = []
    for each in entries:
        if each.rule not in known.rules and not known.is_partial:
            hint = did_you_mean(each.rule, known.rules)
            raise UsageError(f"{each.place}: there is no rule {each.rule!r} to ignore{hint}")
        try:
            patterns = each.files or (matcher(each.path) if each.path else None)
        except ValueError as error:
            raise UsageError(f"{each.place}: path: {error}") from error
        if patterns is None or any(patterns.match_file(path) for path in paths):
            suppression = Suppression(
                rules=(each.rule,),
                reason=each.reason,
                location=each.place or _NOWHERE,
                in_source=False,
                paths=each.path,
                role=each.role,
                action=each.action,
                resource=each.resource,
                expires=each.expires.isoformat() if each.expires else "",
            )
            found.append(Written(suppression, (), patterns))
    return found


def apply(findings: Iterable[Finding], written: Iterable[Written], known: Known) -> Applied:
    """Take out of the findings what is accepted.

    A finding about the policies of several principals is accepted where each of them is, one about
    a policy also where each of those is who have it.
    """
    by_place: dict[tuple[str, str], list[_Candidate]] = {}
    candidates = []
    told: list[Diagnostic] = []
    names = _Names(known.rules)
    for each in written:
        candidate = _Candidate(each)
        candidates.append(candidate)
        told.extend(_problems(each.suppression, known, names))
        if each.suppression.expires and each.suppression.expires < known.today:
            candidate.is_expired = True
            continue
        path = each.suppression.location.path if each.suppression.in_source else _ANYWHERE
        for rule in each.suppression.rules:
            by_place.setdefault((rule, path), []).append(candidate)
    left, suppressed = [], []
    for finding in findings:
        here = by_place.get((finding.rule, finding.location.path), ())
        used = _accepting(finding, (*here, *by_place.get((finding.rule, _ANYWHERE), ())))
        if used:
            suppressed.append(Suppressed(finding, tuple(each.suppression for each in used)))
        else:
            left.append(finding)
    unused = [] if known.is_incomplete else list(_unused(candidates, known))
    told.extend(_idle(unused, left))
    return Applied(tuple(left), tuple(suppressed), tuple(told), tuple(_needless(unused, left)))


class _Candidate:
    """A suppression and the rules for which it was used."""

    __slots__ = ("is_expired", "patterns", "spans", "suppression", "used")

    def __init__(self, written: Written) -> None:
        self.suppression = written.suppression
        self.spans = written.spans
        self.patterns = written.patterns
        self.is_expired = False
        self.used: set[str] = set()

    def is_about(self, place: Location) -> bool:
        """Whether it speaks of what begins there, in its own file where it is beside the code."""
        if not self.suppression.in_source:
            return self.patterns is None or bool(self.patterns.match_file(place.path))
        begin: Place = (place.line, place.column)
        return any(start <= begin < end for start, end in self.spans)


def _accepting(finding: Finding, candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """Those that accept a finding together; none where one principal is left over."""
    about = [
        each
        for each in candidates
        if each.is_about(finding.location) and _is_of(each.suppression, finding)
    ]
    if not about:
        return []
    used = _of_all((finding.subject.principal, *finding.shared_by), about)
    holders = finding.held_by or ()
    if not used and 0 < len(holders) < MOST_HOLDERS:  # else there may be more of them
        used = _of_all([each.name for each in holders], about)
    for each in used:
        each.used.add(finding.rule)
    return used


def _of_all(principals: Iterable[str | None], about: list[_Candidate]) -> list[_Candidate]:
    """Those that speak of all these principals together; none where one is left over."""
    used: list[_Candidate] = []
    for principal in principals:
        accepting = next((each for each in about if _is_role(each.suppression, principal)), None)
        if accepting is None:
            return []
        if accepting not in used:
            used.append(accepting)
    return used


def _is_of(suppression: Suppression, finding: Finding) -> bool:
    subject = finding.subject
    if suppression.action and not (
        subject.iam_action and matches(suppression.action.lower(), subject.iam_action.lower())
    ):
        return False
    return not suppression.resource or bool(
        subject.resource and matches(suppression.resource, subject.resource)
    )


def _is_role(suppression: Suppression, principal: str | None) -> bool:
    return not suppression.role or bool(principal and matches(suppression.role, principal))


class _Names:
    """The ids of rules, and the nearest of some that are none: looking for it takes long."""

    def __init__(self, rules: Collection[str]) -> None:
        self._rules = rules
        self._left = _MOST_HINTS

    def nearest(self, wrong: str) -> str:
        """The end of a message about an id that is not there."""
        self._left -= 1
        return did_you_mean(wrong, self._rules) if self._left >= 0 else ""


def _problems(suppression: Suppression, known: Known, names: _Names) -> Iterator[Diagnostic]:
    if not known.is_partial and suppression.in_source:
        for rule in suppression.rules:
            if rule not in known.rules:
                words = f"there is no rule {rule!r} to ignore{names.nearest(rule)}"
                yield Diagnostic(INVALID, words, suppression.location)
    if suppression.expires and suppression.expires < known.today:
        words = (
            f"this suppression of {', '.join(suppression.rules)} counted until "
            f"{suppression.expires}, and no longer"
        )
        yield Diagnostic(EXPIRED, words, suppression.location)


class _Unused(NamedTuple):
    """A suppression, and those of its rules for which there was nothing to accept."""

    suppression: Suppression
    rules: tuple[str, ...]


def _unused(candidates: Iterable[_Candidate], known: Known) -> Iterator[_Unused]:
    """Those for which there was nothing to accept, though their rule looked there."""
    for each in candidates:
        suppression = each.suppression
        path = suppression.location.path if suppression.in_source else ""
        idle = tuple(
            rule
            for rule in suppression.rules
            if rule not in each.used and rule in known.rules and known.is_on(rule, path)
        )
        if idle and not each.is_expired and not _may_be_needed(each, known):
            yield _Unused(suppression, idle)


def _idle(unused: Iterable[_Unused], left: Iterable[Finding]) -> Iterator[Diagnostic]:
    """What is told of them, with the place of the finding that each may have been meant for."""
    elsewhere: dict[str, list[Finding]] = {}
    for finding in left:
        elsewhere.setdefault(finding.rule, []).append(finding)
    for suppression, rules in unused:
        words = f"nothing is found here that this suppression of {', '.join(rules)} would accept"
        words += _hint(suppression, [each for rule in rules for each in elsewhere.get(rule, ())])
        yield Diagnostic(UNUSED, words, suppression.location)


def _needless(unused: Iterable[_Unused], left: Iterable[Finding]) -> Iterator[Suppression]:
    """Those beside the code that could go: one that may be meant for a finding nearby could not."""
    found = {(each.rule, each.location.path) for each in left}
    for suppression, rules in unused:
        path = suppression.location.path
        meant = any((rule, path) in found for rule in rules)
        if suppression.in_source and rules == suppression.rules and not meant:
            yield suppression


def _may_be_needed(candidate: _Candidate, known: Known) -> bool:
    """Whether something that it is about was not decided in this run."""
    if not candidate.suppression.in_source:
        return any(
            candidate.patterns is None or candidate.patterns.match_file(path)
            for path in known.open_places
        )
    return any(
        start <= place < end
        for place in known.open_places.get(candidate.suppression.location.path, ())
        for start, end in candidate.spans
    )


def _hint(suppression: Suppression, found: list[Finding]) -> str:
    """Where the nearest finding of the rule is that it may have been meant for."""
    path, line = suppression.location.path, suppression.location.line
    if suppression.in_source:
        found = [each for each in found if each.location.path == path]
    if not found:
        return ""
    nearest = min(found, key=lambda each: abs(each.location.line - line))
    if not suppression.in_source:
        nearest = found[0]
    about = nearest.subject
    names = (
        ("role", suppression.role, about.principal),
        ("action", suppression.action, about.iam_action),
        ("resource", suppression.resource, about.resource),
    )
    given = [f"{key} {value}" for key, said, value in names if said and value]
    return f"; {nearest.rule} is found at {nearest.location}" + (
        f" ({', '.join(given)})" if given else ""
    )
