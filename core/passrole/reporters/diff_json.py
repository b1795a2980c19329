"""A comparison as JSON, version 1: keys are added and never changed (``docs/diff.md``)."""

from __future__ import annotations

import json
from typing import Any

from passrole._version import __version__
from passrole.comparison.changes import (
    EXCESS,
    Comparison,
    FindingChanges,
    IdentityChange,
    Permission,
    PipelineChange,
    Side,
)
from passrole.findings import ReportOptions
from passrole.reporters.escaping import json_page
from passrole.reporters.json import diagnostic, finding_data, location


def render(comparison: Comparison, options: ReportOptions) -> str:  # noqa: ARG001 - a reporter
    """One JSON document with a line end."""
    return json_page(as_data(comparison))


def as_data(comparison: Comparison) -> dict[str, Any]:
    """The document as plain data."""
    findings, paths = comparison.findings, comparison.paths
    gained = [each for change in comparison.identities for each in change.gained]
    lost = [each for change in comparison.identities for each in change.lost]
    return {
        "version": 1,
        "tool": {"name": "passrole", "version": __version__},
        "base": _side(comparison.base),
        "head": _side(comparison.head),
        "summary": {
            "identities": len(comparison.identities),
            "gained": len(gained),
            "gained_not_needed": sum(each.needed in EXCESS and each.certain for each in gained),
            "lost": len(lost),
            "findings_new": len(findings.new) + len(paths.new),
            "findings_maybe_new": len(findings.unsure) + len(paths.unsure),
            "findings_gone": len(findings.gone) + len(paths.gone),
            "findings_unchanged": findings.unchanged,
            "incomplete": comparison.incomplete,
        },
        "identities": [_identity(each) for each in comparison.identities],
        "paths": _findings(paths),
        "findings": _findings(findings),
        "pipelines": [_pipeline(each) for each in comparison.pipelines],
    }


def _side(side: Side) -> dict[str, Any]:
    results = side.results
    return {
        "name": side.name,
        "kind": side.kind,
        "commit": side.commit or None,
        "incomplete": results.incomplete,
        "diagnostics": [diagnostic(each) for each in results.diagnostics],
        "passed_over": [{"path": path, "reason": reason} for path, reason in results.passed_over],
    }


def _identity(change: IdentityChange) -> dict[str, Any]:
    return {
        **change._asdict(),
        "state": change.state.value,
        "location": location(change.location),
        "gained": [_permission(each) for each in change.gained],
        "lost": [_permission(each) for each in change.lost],
    }


def _permission(permission: Permission) -> dict[str, Any]:
    return {
        **permission._asdict(),
        "how": permission.how.value,
        "needed": permission.needed.value,
        "needed_by": [each._asdict() for each in permission.needed_by],
        "location": location(permission.location),
        "statement": json.loads(permission.statement),
    }


def _findings(changes: FindingChanges) -> dict[str, Any]:
    return {
        "new": [finding_data(each) for each in changes.new],
        "maybe_new": [finding_data(each) for each in changes.unsure],
        "gone": [finding_data(each) for each in changes.gone],
    }


def _pipeline(change: PipelineChange) -> dict[str, Any]:
    return {
        **change._asdict(),
        "state": change.state.value,
        "location": location(change.location),
        "needs_new": [each._asdict() for each in change.needs_new],
        "needs_gone": [each._asdict() for each in change.needs_gone],
    }
