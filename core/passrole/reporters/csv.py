"""Results as CSV (RFC 4180): one line for each finding, for spreadsheets and scripts.

What a spreadsheet would take for a formula gets an apostrophe before it:
https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from passrole.documents.locations import Location
from passrole.findings import Finding, ReportOptions, Results, Subject
from passrole.reporters.escaping import harmless, printable
from passrole.reporters.wording import unknown_words

COLUMNS = (
    "kind", "severity", "confidence", "category", "rule", "path", "line", "column", "pipeline",
    "stage", "action", "principal", "iam_action", "resource", "message", "symptom", "remedy",
    "fingerprint",
)  # fmt: skip
LONGEST = 32_000
"""A cell of a spreadsheet holds 32,767 characters."""
_FORMULA = frozenset("=+-@|%\uff1d\uff0b\uff0d\uff20")


def render(results: Results, options: ReportOptions) -> str:
    """A heading, then findings, what passrole could not do, and with the option the unknowns."""
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in _rows(results, options):
        writer.writerow([cell(row.get(column) or "") for column in COLUMNS])
    return text.getvalue()


def cell(text: str) -> str:
    """``text`` as a cell that no spreadsheet reckons with."""
    shown = harmless(printable(text)[:LONGEST])
    return f"'{shown}" if shown.lstrip()[:1] in _FORMULA and shown.strip() else shown


def _rows(results: Results, options: ReportOptions) -> Iterator[dict[str, str | None]]:
    yield from map(_finding, results.findings)
    if options.suppressed == "list":
        for finding, by in results.suppressed:
            why = "; ".join(f"{each.reason} ({each.location})" for each in by)
            yield {**_finding(finding), "kind": "suppressed", "remedy": why}
    for told in results.diagnostics:
        kind = "incomplete" if told.incomplete else "diagnostic"
        yield {"kind": kind, "rule": told.kind, "message": told.message, **_place(told.location)}
    if options.show_unknown:
        for unknown in results.unknowns:
            where = {**_place(unknown.location), **_subject(unknown.subject)}
            yield {"kind": "unknown", "message": unknown_words(unknown), **where}


def _finding(finding: Finding) -> dict[str, str | None]:
    return {
        "kind": "finding",
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "category": finding.category.value,
        "rule": finding.rule,
        "message": finding.message,
        "symptom": finding.symptom,
        "remedy": finding.remedy,
        "fingerprint": finding.fingerprint,
        **_place(finding.location),
        **_subject(finding.subject),
    }


def _place(place: Location | None) -> dict[str, str | None]:
    if place is None:
        return {}
    return {"path": place.path, "line": str(place.line), "column": str(place.column)}


def _subject(subject: Subject) -> dict[str, str | None]:
    return dict(subject._asdict())
