"""JUnit XML: what build servers read, and which of it fails the build."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from tests.report_forms import check_report

from passrole import Location, ReportOptions, Results, Severity, Subject
from passrole.findings import Diagnostic, Finding, UnknownDecision
from passrole.reporters.junit import render

MakeFinding = Callable[..., Finding]
SHOWN = ReportOptions()


def a_report(options: ReportOptions = SHOWN, **fields: Any) -> ET.Element:
    """The root of a report that is as the schema wants it, and whose numbers are right."""
    text = render(Results(**fields), options)
    check_report("junit", text)
    return ET.fromstring(text)  # noqa: S314 - our own text


def test_a_clean_run_has_a_test_that_passes_for_each_file() -> None:
    root = a_report(sources={"a.yaml": None, "b.tf": None})
    assert [suite.get("name") for suite in root] == ["passrole", "a.yaml", "b.tf"]
    assert root.get("tests") == "3"
    assert not list(root.iter("failure"))
    assert "No findings" in (root.findtext("testsuite/system-out") or "")


def test_a_finding_fails_the_test_of_its_place(finding: MakeFinding) -> None:
    root = a_report(findings=(finding(),), sources={"pipeline.yaml": None})
    (suite,) = [each for each in root if each.get("name") == "pipeline.yaml"]
    (case,) = suite
    assert case.get("classname") == "passrole.codebuild-start-build-missing"
    assert case.get("name") == "pipeline.yaml Pipeline/Build/Build Role codebuild:StartBuild"
    (failure,) = case
    assert failure.tag == "failure"
    assert failure.get("type") == "critical"
    assert (failure.text or "").splitlines() == [
        "pipeline.yaml:3:5  critical  codebuild-start-build-missing",
        "Build/Build uses role Role, which is not allowed codebuild:StartBuild on any.",
        "The action fails.",
        "Allow it.",
        '{"Effect": "Allow", "Action": "codebuild:StartBuild", "Resource": "*"}',
        "see roles.yaml:7:3  role Role is defined here",
    ]


@pytest.mark.parametrize(
    ("severity", "fail_on", "tag"),
    [
        (Severity.HIGH, Severity.HIGH, "failure"),
        (Severity.MEDIUM, Severity.HIGH, "skipped"),
        (Severity.MEDIUM, Severity.LOW, "failure"),
        (Severity.CRITICAL, None, "skipped"),
    ],
)
def test_what_fails_the_run_fails_a_test(
    severity: Severity, fail_on: Severity | None, tag: str, finding: MakeFinding
) -> None:
    options = ReportOptions(fail_on=fail_on)
    root = a_report(options, findings=(finding(severity=severity),))
    assert len(list(root.iter(tag))) == 1


def test_findings_that_read_alike_are_two_tests(finding: MakeFinding) -> None:
    root = a_report(findings=(finding(), finding()))
    assert root.get("failures") == "2"


def test_what_could_not_be_read_is_an_error() -> None:
    place = Location("a.yaml", 1, 1, 1, 1)
    root = a_report(
        incomplete=True,
        diagnostics=(Diagnostic("parse-error", "not YAML", place), Diagnostic("other", "a hint")),
        sources={"a.yaml": None},
    )
    errors = {error.get("message") for error in root.iter("error")}
    assert errors == {"not YAML", "The analysis is incomplete: a finding may be missing."}
    assert [each.get("message") for each in root.iter("skipped")] == ["a hint"]


def test_the_undecided_is_shown_where_it_is_asked_for() -> None:
    unknown = UnknownDecision(
        Location("a.yaml", 1, 1, 1, 1),
        Subject("P", "S", "A", "R", "s3:GetObject", "*"),
        "who knows",
    )
    assert not list(a_report(unknowns=(unknown,)).iter("skipped"))
    shown = a_report(ReportOptions(show_unknown=True), unknowns=(unknown,))
    assert len(list(shown.iter("skipped"))) == 1
    failed = a_report(ReportOptions(fail_on_unknown=True), unknowns=(unknown,))
    assert len(list(failed.iter("failure"))) == 1
