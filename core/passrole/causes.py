"""One cause, one finding: what several rules tell of it is left to the one that says most.

A rule says in ``yields_to`` which rules say more than itself, a report in ``causes`` where it comes
from. Only findings that are shown count: where the other rule is off, or its finding is not sure
enough for the ruleset, nothing is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from passrole.documents.locations import Location
from passrole.findings import Finding, Related

Cause = tuple[str, int, int]


def one_for_each_cause(
    findings: Iterable[Finding], yields_to: Mapping[str, tuple[str, ...]]
) -> tuple[Finding, ...]:
    """The findings without those whose cause another one tells, which names their places.

    ``yields_to`` has the rules that each rule gives way to.
    """
    findings = tuple(findings)
    telling: dict[tuple[str, Cause], list[Finding]] = {}
    for finding in findings:
        for cause in finding.causes:
            telling.setdefault((finding.rule, cause), []).append(finding)
    told_by = {
        id(finding): teller
        for finding in findings
        if (teller := _teller(finding, yields_to.get(finding.rule, ()), telling)) is not None
    }
    left: dict[int, list[Finding]] = {}
    for finding in findings:
        last = _last(finding, told_by)
        if last is not finding:
            left.setdefault(id(last), []).append(finding)
    gone = {id(each) for group in left.values() for each in group}
    return tuple(_naming(each, left.get(id(each), ())) for each in findings if id(each) not in gone)


def without(findings: Iterable[Finding], told: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that are not told, whose causes others tell."""
    known = {each.fingerprint for each in told}
    return tuple(each for each in findings if each.fingerprint not in known)


def _teller(
    finding: Finding, rules: Iterable[str], telling: Mapping[tuple[str, Cause], list[Finding]]
) -> Finding | None:
    """The first finding that tells of the same, whenever this one holds."""
    for rule in rules if finding.causes else ():
        for other in telling.get((rule, finding.causes[0]), ()):
            if other is not finding and other.when in ("", finding.when):
                return other
    return None


def _last(finding: Finding, told_by: Mapping[int, Finding]) -> Finding:
    """Who tells of a finding in the end: itself, if rules give way to each other in a circle."""
    seen = {id(finding)}
    last = finding
    while (teller := told_by.get(id(last))) is not None:
        if id(teller) in seen:
            return finding
        seen.add(id(teller))
        last = teller
    return last


def _naming(finding: Finding, others: Iterable[Finding]) -> Finding:
    """A finding with the places of others that it does not name yet."""
    places = [finding.location, *(each.location for each in finding.related)]
    named = []
    for each in others:
        if not any(_holds(place, each.location) for place in places):
            places.append(each.location)
            named.append(Related(f"the same cause, told by {each.rule}", each.location))
    return replace(finding, related=(*finding.related, *named)) if named else finding


def _holds(outer: Location, inner: Location) -> bool:
    """Whether one place is a part of another, or the same."""
    start, end = (outer.line, outer.column), (outer.end_line, outer.end_column)
    return (
        outer.path == inner.path
        and start <= (inner.line, inner.column)
        and (inner.end_line, inner.end_column) <= end
    )
