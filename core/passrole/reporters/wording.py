"""What several reporters say in the same words."""

from __future__ import annotations

from collections.abc import Sequence

from passrole.documents.locations import Location
from passrole.findings import Diagnostic, Finding, Results, Subject, UnknownDecision
from passrole.reporters.escaping import printable, quoted
from passrole.reporters.grouping import numbers

LONGEST_LINE = 160


def totals(results: Results) -> str:
    """What was found and looked at, and whether something could not be."""
    incomplete = " The analysis is incomplete." if results.incomplete else ""
    return f"{numbers(results)}{incomplete}"


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """The findings by severity, and in their order among equals."""
    return sorted(findings, key=lambda finding: finding.severity.rank)


def around_findings(
    diagnostics: Sequence[Diagnostic], most: int
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """Diagnostics to tell before the findings, no more than ``most``, and those after them.

    Where there is little room, that the analysis is incomplete must be seen, and so must findings.
    """
    before = [each for each in diagnostics if each.incomplete]
    after = [each for each in diagnostics if not each.incomplete]
    return before[:most], [*before[most:], *after]


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
