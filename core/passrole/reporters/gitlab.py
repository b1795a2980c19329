"""Results as a code quality report, which GitLab shows in a merge request.

Format: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from passrole.documents.locations import Location
from passrole.findings import Diagnostic, Finding, ReportOptions, Results, Severity
from passrole.reporters.escaping import json_page, printable
from passrole.reporters.wording import last_line, unknown_words

_SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}
_NOWHERE = Location(".", 1, 1, 1, 1)


def render(results: Results, options: ReportOptions) -> str:
    """One JSON array: findings, what passrole could not do, and with the option the unknowns."""
    issues = [_finding(each) for each in results.findings]
    issues.extend(_diagnostic(each) for each in results.diagnostics)
    if options.show_unknown:
        for unknown in results.unknowns:
            words = unknown_words(unknown)
            issues.append(_issue("unknown", words, "info", unknown.location))
    return json_page(_told_apart(issues))


def _finding(finding: Finding) -> dict[str, Any]:
    words = " ".join(filter(None, (finding.message, finding.symptom, finding.remedy)))
    severity = _SEVERITIES[finding.severity]
    issue = _issue(finding.rule, words, severity, finding.location)
    return {**issue, "fingerprint": finding.fingerprint or issue["fingerprint"]}


def _diagnostic(told: Diagnostic) -> dict[str, Any]:
    severity = "blocker" if told.incomplete else "minor"
    return _issue(f"passrole-{told.kind}", told.message, severity, told.location or _NOWHERE)


def _issue(name: str, words: str, severity: str, place: Location) -> dict[str, Any]:
    return {
        "description": printable(words),
        "check_name": name,
        "fingerprint": _digest(name, place.path, words),
        "severity": severity,
        "location": {
            "path": printable(place.path),
            "lines": {"begin": place.line, "end": last_line(place)},
        },
    }


def _told_apart(issues: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """GitLab shows one of those that share a fingerprint: each has one of its own."""
    seen: dict[str, int] = {}
    for issue in issues:
        fingerprint = issue["fingerprint"]
        seen[fingerprint] = earlier = seen.get(fingerprint, -1) + 1
        if earlier:
            issue["fingerprint"] = _digest(fingerprint, str(earlier))
    return issues


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
