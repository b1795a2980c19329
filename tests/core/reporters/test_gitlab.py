"""GitLab's code quality report."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.report_forms import check_report

from passrole import Location, ReportOptions, Results, Severity, Subject
from passrole.findings import Diagnostic, Finding, UnknownDecision
from passrole.reporters.gitlab import render

MakeFinding = Callable[..., Finding]
SHOWN = ReportOptions()


def issues(options: ReportOptions = SHOWN, **fields: Any) -> list[dict[str, Any]]:
    text = render(Results(**fields), options)
    assert text.isascii()
    check_report("gitlab", text)
    report: list[dict[str, Any]] = json.loads(text)
    return report


def test_no_finding_is_an_empty_report() -> None:
    assert issues() == []


def test_a_finding(finding: MakeFinding) -> None:
    (issue,) = issues(findings=(finding(),))
    assert issue == {
        "description": "Build/Build uses role Role, which is not allowed codebuild:StartBuild on "
        "any. The action fails. Allow it.",
        "check_name": "codebuild-start-build-missing",
        "fingerprint": "0" * 32,
        "severity": "blocker",
        "location": {"path": "pipeline.yaml", "lines": {"begin": 3, "end": 3}},
    }


@pytest.mark.parametrize(
    ("severity", "name"),
    [*zip(Severity, ("blocker", "critical", "major", "minor", "info"), strict=True)],
)
def test_severities(severity: Severity, name: str, finding: MakeFinding) -> None:
    assert issues(findings=(finding(severity=severity),))[0]["severity"] == name


def test_a_fingerprint_stays_and_none_is_there_twice(finding: MakeFinding) -> None:
    moved = finding(location=Location("pipeline.yaml", 9, 1, 9, 2))
    one, two = (each["fingerprint"] for each in issues(findings=(finding(), moved)))
    assert one == issues(findings=(moved,))[0]["fingerprint"]
    assert two != one


def test_what_could_not_be_read_blocks() -> None:
    told = (Diagnostic("limit", "too deep"), Diagnostic("odd", "look", Location("a", 2, 1, 2, 1)))
    incomplete, hint = issues(diagnostics=told, incomplete=True)
    assert (incomplete["severity"], incomplete["check_name"]) == ("blocker", "passrole-limit")
    assert (hint["severity"], hint["location"]["lines"]["begin"]) == ("minor", 2)


def test_the_undecided_is_shown_where_it_is_asked_for() -> None:
    unknown = UnknownDecision(Location("a", 1, 1, 1, 2), Subject(iam_action="a:B"), "who knows")
    assert issues(unknowns=(unknown,)) == []
    assert len(issues(ReportOptions(show_unknown=True), unknowns=(unknown,))) == 1
