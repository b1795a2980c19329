"""What several reporters say in the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from passrole.documents.locations import Location
from passrole.findings import Finding, Results, Severity, Subject, UnknownDecision
from passrole.reporters.escaping import printable, quoted

LONGEST_LINE = 160


def counted(number: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def totals(results: Results) -> str:
    """One sentence with what was found and looked at."""
    by_severity = Counter(finding.severity for finding in results.findings)
    found = [f"{by_severity[each]} {each}" for each in Severity if by_severity[each]]
    head = counted(len(results.findings), "finding")
    counts = results.counts
    return (
        f"{f'{head}: ' + ', '.join(found) if found else 'No findings'}. "
        f"{counted(counts.files, 'file')}, {counted(counts.pipelines, 'pipeline')}, "
        f"{counted(counts.roles, 'role')}; {counted(counts.decided, 'need')} decided, "
        f"{counts.unknown} unknown."
        f"{' The analysis is incomplete.' if results.incomplete else ''}"
    )


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """The findings by severity, and in their order among equals."""
    return sorted(findings, key=lambda finding: finding.severity.rank)


def last_line(place: Location) -> int:
    """The last line of a span, whose end is exclusive."""
    return max(place.line, place.end_line - (place.end_column == 1))


def who(subject: Subject) -> str:
    """``Pipeline/Stage/Action``, as far as there is one."""
    return "/".join(filter(None, (subject.pipeline, subject.stage, subject.action)))


def unknown_words(unknown: UnknownDecision) -> str:
    """What is not known, of which need."""
    subject = unknown.subject
    what = f"{subject.iam_action} on {subject.resource}: " if subject.iam_action else ""
    return f"{what}{unknown.reason}"


def quoted_line(results: Results, finding: Finding) -> str:
    """The line that a finding points to, without secrets; empty where it cannot be shown."""
    place = finding.location
    document = results.sources.get(place.path)
    if document is None or place.column > LONGEST_LINE:
        return ""
    return printable(quoted(document.line_text(place.line))[:LONGEST_LINE]).rstrip()
