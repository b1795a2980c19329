"""Annotations of GitHub Actions, read back as the runner reads them."""

from collections.abc import Callable
from typing import Any

import pytest

from passrole import Location, ReportOptions, Results, Severity, Subject
from passrole.findings import Diagnostic, Finding, UnknownDecision
from passrole.reporters.github import render

from .workflow_commands import Command, parsed

MakeFinding = Callable[..., Finding]
SHOWN = ReportOptions()


def commands(options: ReportOptions = SHOWN, **fields: Any) -> list[Command]:
    return [each for each in parsed(render(Results(**fields), options)) if each]


def test_a_finding_is_an_annotation_of_its_line(finding: MakeFinding) -> None:
    assert commands(findings=(finding(),)) == [
        Command(
            "error",
            {
                "file": "pipeline.yaml", "line": "3", "endLine": "3", "col": "5", "endColumn": "8",
                "title": "critical: codebuild-start-build-missing",
            },
            "Build/Build uses role Role, which is not allowed codebuild:StartBuild on any.\n"
            "The action fails.\nAllow it.",
        )
    ]  # fmt: skip


def test_several_lines_have_no_columns(finding: MakeFinding) -> None:
    places = (Location("a", 3, 5, 7, 1), Location("a", 3, 5, 7, 2), Location("a", 3, 5, 4, 1))
    found = commands(findings=tuple(finding(location=place) for place in places))
    shown = [{**each.properties, "title": ""} for each in found]
    assert shown == [
        {"file": "a", "line": "3", "endLine": "6", "title": ""},
        {"file": "a", "line": "3", "endLine": "7", "title": ""},
        {"file": "a", "line": "3", "endLine": "3", "col": "5", "title": ""},
    ]


@pytest.mark.parametrize(
    ("severity", "level"),
    [("critical", "error"), ("high", "error"), ("medium", "warning"), ("low", "notice")],
)
def test_levels(severity: str, level: str, finding: MakeFinding) -> None:
    (command,) = commands(findings=(finding(severity=Severity(severity)),))
    assert command.command == level


def test_no_more_than_github_shows_the_worst_first_and_the_rest_in_the_log(
    finding: MakeFinding,
) -> None:
    severities = [Severity.LOW, Severity.HIGH, Severity.MEDIUM, Severity.CRITICAL] * 12
    findings = tuple(finding(severity=each) for each in severities)
    text = render(Results(findings=findings), ReportOptions())
    lines = list(parsed(text))[:-1]
    found = [each for each in lines if each]
    levels = [each.command for each in found]
    assert {name: levels.count(name) for name in levels} == {
        "error": 10, "warning": 10, "notice": 10,
    }  # fmt: skip
    assert all(each.properties["title"].startswith("critical") for each in found[:10])
    assert "19 more" in found[-1].message
    assert len(lines) - len(found) == 19
    assert lines[-1] is found[-1]


def test_what_could_not_be_read_comes_first(finding: MakeFinding) -> None:
    told = Diagnostic("parse-error", "not YAML", Location("b.yaml", 1, 1, 1, 1))
    first, second = commands(findings=(finding(),), diagnostics=(told,), incomplete=True)
    assert (first.command, first.properties["file"]) == ("error", "b.yaml")
    assert first.properties["title"] == "passrole is incomplete: parse-error"
    assert second.properties["file"] == "pipeline.yaml"


def test_many_files_that_could_not_be_read_leave_room_for_findings(finding: MakeFinding) -> None:
    told = tuple(Diagnostic("parse-error", "x", Location(f"{n}", 1, 1, 1, 1)) for n in range(20))
    found = commands(findings=(finding(),), diagnostics=told, incomplete=True)
    titles = [each.properties["title"].partition(":")[0] for each in found]
    assert titles == [*["passrole is incomplete"] * 3, "critical", *titles[4:10], "passrole"]
    assert "11 more" in found[-1].message


def test_a_hint_without_a_place_has_no_file() -> None:
    (command,) = commands(diagnostics=(Diagnostic("odd", "look"),))
    assert command == Command("warning", {"title": "passrole: odd"}, "look")


def test_the_undecided_is_shown_where_it_is_asked_for() -> None:
    unknown = UnknownDecision(Location("a", 1, 1, 1, 2), Subject(iam_action="a:B"), "who knows")
    assert not commands(unknowns=(unknown,))
    (command,) = commands(ReportOptions(show_unknown=True), unknowns=(unknown,))
    assert command.command == "notice"


def test_the_last_line_says_how_it_went() -> None:
    assert render(Results(), ReportOptions()).startswith("No findings. 0 files")
