"""JSON, version 1: the keys that other programs read."""

import json
from collections.abc import Callable
from typing import Any

from tests.report_forms import check_report

from passrole import Edit, Fix, Location, ReportOptions, Results, Subject
from passrole.findings import Counts, Diagnostic, Finding, UnknownDecision
from passrole.reporters.json import render

MakeFinding = Callable[..., Finding]

DOCUMENT = {
    "version", "tool", "summary", "assumptions", "findings", "unknowns", "diagnostics",
    "passed_over", "suppressed", "baseline",
}  # fmt: skip
SUMMARY = {
    "files", "stacks", "pipelines", "roles", "findings", "decided", "unknown", "incomplete",
    "suppressed", "unchanged", "fixed",
}  # fmt: skip
FINDING = {
    "rule", "severity", "confidence", "category", "message", "symptom", "remedy", "snippet",
    "location", "related", "subject", "fix", "plugin", "fingerprint", "parameter_sets",
    "shared_by", "held_by",
}  # fmt: skip
LOCATION = {"path", "line", "column", "end_line", "end_column", "pointer"}
SUBJECT = {"pipeline", "stage", "action", "principal", "iam_action", "resource"}


def report(**fields: Any) -> dict[str, Any]:
    text = render(Results(**fields), ReportOptions())
    assert text.endswith("}\n")
    check_report("json", text)
    data: dict[str, Any] = json.loads(text)
    return data


def test_the_keys_of_an_empty_report() -> None:
    data = report(plugins=(("codebuild", "passrole", "1.0"),), counts=Counts(files=3, unknown=2))
    assert set(data) == DOCUMENT
    assert data["version"] == 1
    assert data["tool"].keys() == {"name", "version", "plugins"}
    assert data["tool"]["plugins"] == [
        {"name": "codebuild", "distribution": "passrole", "version": "1.0"}
    ]
    assert set(data["summary"]) == SUMMARY
    assert list(data["summary"]["findings"]) == ["critical", "high", "medium", "low", "info"]
    assert (data["summary"]["files"], data["summary"]["unknown"]) == (3, 2)
    assert data["summary"]["incomplete"] is False


def test_the_keys_of_a_finding(finding: MakeFinding) -> None:
    data = report(findings=(finding(),))
    (found,) = data["findings"]
    assert set(found) == FINDING
    assert set(found["location"]) == LOCATION
    assert set(found["subject"]) == SUBJECT
    (related,) = found["related"]
    assert set(related) == {"message", "location"}
    assert set(related["location"]) == LOCATION
    assert found["fix"] is None
    assert data["summary"]["findings"]["critical"] == 1


def test_a_fix_is_edits_with_places(finding: MakeFinding) -> None:
    fix = Fix(safe=True, edits=(Edit("a.yaml", (1, 2), (3, 4), "text"),))
    (found,) = report(findings=(finding(fix=fix),))["findings"]
    assert found["fix"] == {
        "safe": True,
        "edits": [{"path": "a.yaml", "start": [1, 2], "end": [3, 4], "text": "text"}],
    }


def test_the_keys_of_the_rest() -> None:
    place = Location("a.yaml", 1, 1, 1, 2)
    data = report(
        unknowns=(UnknownDecision(place, Subject(), "imported"),),
        diagnostics=(
            Diagnostic("parse-error", "not YAML", place),
            Diagnostic("limit", "too large"),
        ),
        passed_over=(("b.yaml", "ignored"),),
    )
    assert set(data["unknowns"][0]) == {"location", "subject", "reason"}
    assert set(data["diagnostics"][0]) == {"kind", "message", "location"}
    assert data["diagnostics"][1]["location"] is None
    assert data["passed_over"] == [{"path": "b.yaml", "reason": "ignored"}]


def test_values_come_back_as_they_were(finding: MakeFinding) -> None:
    odd = '\x1b[31m é 語 \u202e \ud800 \0 "quoted" \\ \n'
    text = render(Results(findings=(finding(message=odd),)), ReportOptions())
    assert text.isascii()
    assert json.loads(text)["findings"][0]["message"] == odd
