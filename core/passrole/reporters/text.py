"""Results for a person at a terminal, grouped by the role that lacks something."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from passrole.documents.locations import Location
from passrole.findings import Finding, Results, Severity
from passrole.reporters import ReportOptions
from passrole.reporters.escaping import printable

LONGEST_LINE = 160
_STYLES = {
    Severity.CRITICAL: "1;31", Severity.HIGH: "31", Severity.MEDIUM: "33",
    Severity.LOW: "36", Severity.INFO: "36",
}  # fmt: skip
_BOLD, _DIM = "1", "2"


def render(results: Results, options: ReportOptions) -> str:
    """The whole report."""
    return "".join(f"{line}\n" for line in _Page(results, options).lines())


class _Page:
    def __init__(self, results: Results, options: ReportOptions) -> None:
        self._results = results
        self._options = options

    def lines(self) -> Iterator[str]:
        for principal, findings in _by_principal(self._results.findings).items():
            for finding in findings:
                yield from self._finding(finding)
                yield ""
            yield from self._to_add(principal, findings)
        if self._options.show_unknown:
            yield from self._unknowns()
        yield from self._diagnostics()
        yield from self._summary()

    def _finding(self, finding: Finding) -> Iterator[str]:
        severity = self._styled(finding.severity, _STYLES[finding.severity])
        confidence = "" if finding.confidence == "high" else f" ({finding.confidence} confidence)"
        place = self._styled(printable(str(finding.location)), _BOLD)
        yield f"{place}  {severity}{confidence}  {finding.rule}"
        yield f"  {printable(finding.message)}"
        yield from self._source(finding.location)
        if finding.symptom:
            yield f"  {self._styled('at run time', _DIM)}  {printable(finding.symptom)}"
        for related in finding.related:
            place = f"{printable(related.location.path)}:{related.location.line}"
            yield f"  {self._styled('see        ', _DIM)}  {place}  {printable(related.message)}"
        if finding.remedy:
            yield f"  {self._styled('to mend    ', _DIM)}  {printable(finding.remedy)}"

    def _source(self, location: Location) -> Iterator[str]:
        document = self._results.sources.get(location.path)
        if document is None:
            return
        text = document.line_text(location.line)
        if location.column > LONGEST_LINE or not text.strip():
            return
        end = location.end_column if location.end_line == location.line else len(text.rstrip()) + 1
        marked = printable(text[location.column - 1 : min(end - 1, LONGEST_LINE)]).rstrip()
        before = printable(text[: location.column - 1])
        number = str(location.line)
        yield f"  {self._styled(f'{number} |', _DIM)} {printable(text[:LONGEST_LINE]).rstrip()}"
        marker = self._styled("^" * max(1, len(marked)), _STYLES[Severity.CRITICAL])
        yield f"  {self._styled(' ' * len(number) + ' |', _DIM)} {' ' * len(before)}{marker}"

    def _to_add(self, principal: str, findings: list[Finding]) -> Iterator[str]:
        """The statements that would mend all findings about one role, put together."""
        statements = _merged([finding.snippet for finding in findings if finding.snippet])
        if not principal or not statements:
            return
        yield f"  Statements for role {printable(principal)}, to be narrowed or widened by you:"
        for statement in statements:
            yield f"    {printable(json.dumps(statement, ensure_ascii=False))}"
        yield ""

    def _unknowns(self) -> Iterator[str]:
        for unknown in self._results.unknowns:
            subject = unknown.subject
            what = f" {subject.iam_action} on {subject.resource}:" if subject.iam_action else ""
            place = self._styled(printable(str(unknown.location)), _BOLD)
            yield f"{place}  unknown {printable(what)} {printable(unknown.reason)}"
        if self._results.unknowns:
            yield ""

    def _diagnostics(self) -> Iterator[str]:
        for diagnostic in self._results.diagnostics:
            place = f"{printable(str(diagnostic.location))}  " if diagnostic.location else ""
            yield f"{place}{diagnostic.kind}  {printable(diagnostic.message)}"
        if self._results.diagnostics:
            yield ""

    def _summary(self) -> Iterator[str]:
        results, counts = self._results, self._results.counts
        found = [
            f"{number} {severity}"
            for severity in Severity
            if (number := sum(f.severity is severity for f in results.findings))
        ]
        total = len(results.findings)
        head = f"{_counted(total, 'finding')}: {', '.join(found)}" if found else "No findings"
        unknown = f"{counts.unknown} unknown"
        if counts.unknown and not self._options.show_unknown:
            unknown += " (--show-unknown lists them)"
        yield (
            f"{head}. {_counted(counts.files, 'file')}, {_counted(counts.pipelines, 'pipeline')}, "
            f"{_counted(counts.roles, 'role')}; {_counted(counts.decided, 'need')} decided, {unknown}."
        )
        if results.incomplete:
            yield "The analysis is incomplete: see the problems above."

    def _styled(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self._options.colour else text


def _by_principal(findings: tuple[Finding, ...]) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.subject.principal or "", []).append(finding)
    return groups


def _merged(snippets: list[str]) -> list[dict[str, Any]]:
    """Statements that differ in nothing but their action, as one."""
    merged: dict[str, dict[str, Any]] = {}
    for snippet in dict.fromkeys(snippets):
        statement = json.loads(snippet)
        action = statement.pop("Action")
        if "Principal" in statement:
            # A trust policy is another document: the finding itself says what to add there.
            continue
        key = json.dumps(statement, sort_keys=True)
        found = merged.setdefault(key, {"Effect": "Allow", "Action": [], **statement})
        if action not in found["Action"]:
            found["Action"].append(action)
    for statement in merged.values():
        if len(statement["Action"]) == 1:
            statement["Action"] = statement["Action"][0]
    return list(merged.values())


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
