"""Results as SARIF 2.1.0, the format that code scanning services take in.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, and GitHub's limits and
keys: https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from passrole._version import __version__
from passrole.documents.locations import Location
from passrole.findings import (
    Category,
    Confidence,
    Diagnostic,
    Finding,
    Fix,
    ReportOptions,
    Results,
    Severity,
    Suppression,
    UnknownDecision,
)
from passrole.records import NamedTuple
from passrole.reporters.escaping import json_page, printable
from passrole.reporters.wording import unknown_words
from passrole.rules import Rule

MOST_RESULTS = 25_000
MOST_RELATED = 100
MOST_EXTENSIONS = 100
MOST_BYTES = 10_000_000
"""Of the log when it is packed."""
LONGEST_NAME, LONGEST_DESCRIPTION = 255, 1024
_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "SRCROOT"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
# The middle of the range that GitHub gives each word; CVSS has no better number for a permission.
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.5",
    Severity.INFO: "0.0",
}
_PRECISIONS = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}
_SECURITY = frozenset((Category.RISK, Category.POLICY, Category.ACCESS))
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


def render(results: Results, options: ReportOptions) -> str:
    """One SARIF log with one run, and a line end; no larger than a service takes in."""
    most = MOST_RESULTS
    while True:
        shown = _shown(results, options)
        kept = _worst(shown, most)
        run = _run(results, kept, len(shown) - len(kept), options.root)
        log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
        text = json_page(log)
        if len(text) <= MOST_BYTES or not run["results"] or _packed(text) <= MOST_BYTES:
            return text
        most = min(most, len(run["results"])) // 2


class _Shown(NamedTuple):
    """A finding, and what is said of it beside."""

    finding: Finding
    state: str = ""
    accepted_by: tuple[Suppression, ...] = ()


def _shown(results: Results, options: ReportOptions) -> list[_Shown]:
    """What counts, then what is accepted, as far as it is to be listed."""
    baseline = results.baseline
    state = "" if baseline is None else "new"
    shown = [_Shown(each, state) for each in results.findings]
    if baseline is not None:
        shown += [_Shown(each, "unchanged") for each in baseline.unchanged]
    if options.suppressed != "count":
        shown += [_Shown(each.finding, state, each.by) for each in results.suppressed]
    return shown


def _packed(text: str) -> int:
    import zlib  # noqa: PLC0415 - for the largest logs only

    # The quickest way packs least: what fits by it fits by gzip.
    return len(zlib.compress(text.encode(), level=1))


def _run(results: Results, shown: list[_Shown], left_out: int, root: str) -> dict[str, Any]:
    positions = {rule.id: index for index, rule in enumerate(results.rules)}
    counts = results.counts
    return {
        "tool": _tool(results),
        "invocations": [_invocation(results, [each.finding for each in shown], left_out, root)],
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The root of the repository that was scanned."}}
        },
        "columnKind": "unicodeCodePoints",
        "results": [_of_shown(each, positions, root) for each in shown],
        "properties": {
            "files": counts.files,
            "stacks": counts.stacks,
            "pipelines": counts.pipelines,
            "roles": counts.roles,
            "suppressed": len(results.suppressed),
            "unchanged": len(results.baseline.unchanged) if results.baseline else 0,
            "fixed": len(results.baseline.fixed) if results.baseline else 0,
            "decided": counts.decided,
            "unknown": counts.unknown,
            "passed_over": len(results.passed_over),
            "assumptions": list(results.assumptions),
        },
    }


def _worst(shown: list[_Shown], most: int) -> list[_Shown]:
    """As many as a service takes in: what counts before what is accepted, the worst before others.

    They stay in their order.
    """
    if len(shown) <= most:
        return shown

    def rank(index: int) -> tuple[bool, int]:
        each = shown[index]
        return each.state == "unchanged" or bool(each.accepted_by), each.finding.severity.rank

    ranked = sorted(range(len(shown)), key=rank)
    return [shown[index] for index in sorted(ranked[:most])]


def _tool(results: Results) -> dict[str, Any]:
    kinds = {diagnostic.kind for diagnostic in results.diagnostics}
    if results.unknowns:
        kinds.add("unknown")
    tool: dict[str, Any] = {
        "driver": {
            "name": "passrole",
            "semanticVersion": __version__,
            "rules": [_descriptor(rule) for rule in results.rules],
            "notifications": [{"id": kind} for kind in sorted(kinds)],
        }
    }
    strangers = [plugin for plugin in results.plugins if plugin[1] != "passrole"]
    if strangers:
        tool["extensions"] = [
            {"name": name, "version": version, "properties": {"distribution": distribution}}
            for name, distribution, version in strangers[:MOST_EXTENSIONS]
        ]
    return tool


def _descriptor(rule: Rule) -> dict[str, Any]:
    security = ["security"] if rule.category in _SECURITY else []
    descriptor: dict[str, Any] = {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.id.split("-"))[:LONGEST_NAME],
        "shortDescription": {"text": rule.title[:LONGEST_DESCRIPTION]},
        "fullDescription": {"text": (rule.summary or rule.title)[:LONGEST_DESCRIPTION]},
        # Who shows no Markdown is spared the examples.
        "help": {"text": rule.help.partition("```")[0].rstrip(), "markdown": rule.help},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": ["aws", "iam", rule.category.value, *security],
            "precision": _PRECISIONS[rule.confidence],
            "security-severity": _SCORES[rule.severity],
        },
    }
    if rule.sources:
        descriptor["helpUri"] = rule.sources[0]
    return descriptor


def _invocation(
    results: Results, findings: list[Finding], left_out: int, root: str
) -> dict[str, Any]:
    notifications = [_notification(each, root) for each in results.diagnostics]
    notifications.extend(_unknown(each, root) for each in results.unknowns)
    if left_out:
        text = (
            f"{left_out} more findings are left out: a service takes in {MOST_RESULTS} results and "
            f"{MOST_BYTES // 1_000_000} MB at most."
        )
        notifications.append({"level": "warning", "message": {"text": text}})
    places = sum(max(0, len(each.related) - MOST_RELATED) for each in findings)
    if places:
        text = f"{places} more related places are left out: a result shows {MOST_RELATED} at most."
        notifications.append({"level": "note", "message": {"text": text}})
    return {
        "executionSuccessful": not results.incomplete,
        "toolExecutionNotifications": notifications,
    }


def _notification(diagnostic: Diagnostic, root: str) -> dict[str, Any]:
    notification: dict[str, Any] = {
        "descriptor": {"id": diagnostic.kind},
        "level": "error" if diagnostic.incomplete else "warning",
        "message": _message(diagnostic.message),
    }
    if diagnostic.location is not None:
        notification["locations"] = [_location(diagnostic.location, root)]
    return notification


def _unknown(unknown: UnknownDecision, root: str) -> dict[str, Any]:
    return {
        "descriptor": {"id": "unknown"},
        "level": "note",
        "message": _message(unknown_words(unknown)),
        "locations": [_location(unknown.location, root)],
    }


def _result(finding: Finding, positions: Mapping[str, int], root: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": _message(finding.message, finding.symptom, finding.remedy),
        "locations": [_location(finding.location, root)],
        # GitHub knows an alert again by the first key alone, and by a line's text without it.
        "partialFingerprints": {
            "primaryLocationLineHash": finding.fingerprint,
            "passroleFingerprint/v1": finding.fingerprint,
        },
        "properties": {
            "severity": finding.severity.value,
            "confidence": finding.confidence.value,
            "category": finding.category.value,
            "plugin": finding.plugin,
            "subject": finding.subject._asdict(),
        },
    }
    if finding.rule in positions:
        result["ruleIndex"] = positions[finding.rule]
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, **_location(each.location, root), "message": _message(each.message)}
            for number, each in enumerate(finding.related[:MOST_RELATED], 1)
        ]
    if finding.fix is not None:
        result["fixes"] = [_fix(finding.fix, finding.remedy, root)]
    return result


def _of_shown(shown: _Shown, positions: Mapping[str, int], root: str) -> dict[str, Any]:
    result = _result(shown.finding, positions, root)
    if shown.state:
        result["baselineState"] = shown.state
    if shown.accepted_by:
        result["suppressions"] = [
            {
                "kind": "inSource" if by.in_source else "external",
                "status": "accepted",
                "justification": printable(by.reason),
                "location": _location(by.location, root),
            }
            for by in shown.accepted_by
        ]
    return result


def _fix(fix: Fix, remedy: str, root: str) -> dict[str, Any]:
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        (line, column), (end_line, end_column) = edit.start, edit.end
        region = _region(line, column, end_line, end_column)
        replacement = {"deletedRegion": region, "insertedContent": {"text": edit.text}}
        changes.setdefault(edit.path, []).append(replacement)
    words = remedy or "Mend it."
    return {
        "description": _message(words if fix.safe else f"{words} Unsafe: look at what it changes."),
        "artifactChanges": [
            {"artifactLocation": _artifact(path, root), "replacements": replacements}
            for path, replacements in changes.items()
        ],
    }


def _message(*sentences: str) -> dict[str, str]:
    """Plain text, in which nothing that came from a scanned file is a link or a placeholder."""
    text = "\n".join(map(printable, filter(None, sentences)))
    return {"text": _PLACEHOLDER.sub(r"{{\1}}", text.replace("](", "\\]("))}


def _location(place: Location, root: str) -> dict[str, Any]:
    physical: dict[str, Any] = {
        "artifactLocation": _artifact(place.path, root),
        "region": _region(place.line, place.column, place.end_line, place.end_column),
    }
    location: dict[str, Any] = {"physicalLocation": physical}
    if place.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": place.pointer}]
    return location


def _region(line: int, column: int, end_line: int, end_column: int) -> dict[str, int]:
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
    }


def _artifact(path: str, root: str) -> dict[str, str]:
    if ".." in path.split("/"):
        # Nothing leads out of the root: a service would look for it in the repository.
        path = posixpath.normpath(path)
        if path.startswith("../"):
            path = os.path.abspath(f"{root or '.'}/{path}").replace(os.sep, "/")  # noqa: PTH100 - links left alone
    uri = quote(_bytes(path))
    if path.startswith("/"):
        return {"uri": f"file://{uri}"}
    if re.match(r"[A-Za-z]:/", path):
        return {"uri": f"file:///{uri}"}
    return {"uri": uri, "uriBaseId": _ROOT}


def _bytes(path: str) -> bytes:
    """The bytes of the name as the file system has them, whatever their encoding."""
    try:
        return os.fsencode(path)
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass")
