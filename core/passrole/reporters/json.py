"""Results as JSON, version 1: other tools read it, so keys are added and never changed."""

from __future__ import annotations

from typing import Any

from passrole._version import __version__
from passrole.documents.locations import Location
from passrole.findings import (
    Comparison,
    Diagnostic,
    Finding,
    Fix,
    Holder,
    Results,
    Severity,
    Suppression,
    UnknownDecision,
)
from passrole.reporters import ReportOptions
from passrole.reporters.escaping import json_page


def render(results: Results, options: ReportOptions) -> str:
    """One JSON document with a line end."""
    data = as_data(results)
    if options.suppressed == "count":
        del data["suppressed"]
    return json_page(data)


def as_data(results: Results) -> dict[str, Any]:
    """The document as plain data."""
    counts, baseline = results.counts, results.baseline
    return {
        "version": 1,
        "tool": {
            "name": "passrole",
            "version": __version__,
            "plugins": [
                {"name": name, "distribution": distribution, "version": version}
                for name, distribution, version in results.plugins
            ],
        },
        "summary": {
            "files": counts.files,
            "stacks": counts.stacks,
            "pipelines": counts.pipelines,
            "roles": counts.roles,
            "findings": {
                severity.value: sum(each.severity is severity for each in results.findings)
                for severity in Severity
            },
            "suppressed": len(results.suppressed),
            "unchanged": len(baseline.unchanged) if baseline else 0,
            "fixed": len(baseline.fixed) if baseline else 0,
            "decided": counts.decided,
            "unknown": counts.unknown,
            "incomplete": results.incomplete,
        },
        "assumptions": list(results.assumptions),
        "findings": [finding_data(each) for each in results.findings],
        "suppressed": [
            {**finding_data(each.finding), "suppressions": [_suppression(by) for by in each.by]}
            for each in results.suppressed
        ],
        "baseline": _baseline(results.baseline),
        "unknowns": [_unknown(each) for each in results.unknowns],
        "diagnostics": [diagnostic(each) for each in results.diagnostics],
        "passed_over": [{"path": path, "reason": reason} for path, reason in results.passed_over],
    }


def location(place: Location | None) -> dict[str, Any] | None:
    """A location as the JSON format writes it; ``address`` is there for plans and states alone."""
    if place is None:
        return None
    fields = place._asdict()
    if not place.address:
        del fields["address"]
    return fields


def diagnostic(told: Diagnostic) -> dict[str, Any]:
    """A diagnostic as the JSON formats write it."""
    return {
        "kind": told.kind,
        "message": told.message,
        "location": location(told.location),
    }


def finding_data(finding: Finding) -> dict[str, Any]:
    """A finding as the JSON formats write it."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "category": finding.category.value,
        "message": finding.message,
        "symptom": finding.symptom,
        "remedy": finding.remedy,
        "snippet": finding.snippet,
        "location": location(finding.location),
        "related": [
            {"message": each.message, "location": location(each.location)}
            for each in finding.related
        ],
        "subject": finding.subject._asdict(),
        "fix": _fix(finding.fix),
        "plugin": finding.plugin,
        "fingerprint": finding.fingerprint,
        "parameter_sets": list(finding.parameter_sets),
        "shared_by": list(finding.shared_by),
        "held_by": None if finding.held_by is None else [_holder(each) for each in finding.held_by],
    }


def _holder(holder: Holder) -> dict[str, str]:
    return {
        "kind": holder.kind,
        "name": holder.name,
        "why": holder.why,
        "how": holder.how.value,
    }


def _baseline(comparison: Comparison | None) -> dict[str, Any] | None:
    if comparison is None:
        return None
    return {
        "file": comparison.file,
        "unchanged": [finding_data(each) for each in comparison.unchanged],
        "moved": comparison.moved,
        "fixed": [
            {**each._asdict(), "subject": each.subject._asdict()} for each in comparison.fixed
        ],
        "unchecked": comparison.unchecked,
    }


def _suppression(suppression: Suppression) -> dict[str, Any]:
    return {
        "reason": suppression.reason,
        "source": "code" if suppression.in_source else "settings",
        "location": location(suppression.location),
        "role": suppression.role or None,
        "action": suppression.action or None,
        "resource": suppression.resource or None,
        "expires": suppression.expires or None,
    }


def _fix(fix: Fix | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    edits = [
        {"path": e.path, "start": list(e.start), "end": list(e.end), "text": e.text}
        for e in fix.edits
    ]
    return {"safe": fix.safe, "edits": edits}


def _unknown(unknown: UnknownDecision) -> dict[str, Any]:
    return {
        "location": location(unknown.location),
        "subject": unknown.subject._asdict(),
        "reason": unknown.reason,
    }
