"""A comment of a pull request: what it shows, and that it fits."""

from collections.abc import Callable

import pytest
from markdown_it import MarkdownIt

from passrole import Location, ReportOptions, Results, Severity, Subject
from passrole.documents.limits import Limits
from passrole.documents.yaml import parse_yaml
from passrole.findings import Counts, Diagnostic, Finding, UnknownDecision
from passrole.reporters import markdown
from passrole.reporters.markdown import render
from passrole.reporters.markdown_text import MOST_CHARACTERS

MakeFinding = Callable[..., Finding]
SHOWN = ReportOptions()


def html(results: Results, options: ReportOptions = SHOWN) -> str:
    return str(MarkdownIt("gfm-like", {"linkify": False}).render(render(results, options)))


def test_the_numbers_stand_in_a_table(finding: MakeFinding) -> None:
    findings = (finding(), finding(severity=Severity.LOW), finding(severity=Severity.LOW))
    page = html(Results(findings=findings, counts=Counts(files=3, decided=9, unknown=4)))
    heads = [part.partition("</th>")[0] for part in page.split('<th style="text-align:right">')]
    cells = [part.partition("</td>")[0] for part in page.split('<td style="text-align:right">')]
    assert heads[1:] == ["critical", "high", "medium", "low", "info", "unknown"]
    assert cells[1:] == ["1", "0", "0", "2", "0", "4"]
    assert "<h2>passrole: 3 findings</h2>" in page


def test_the_worst_come_first_under_their_severity(finding: MakeFinding) -> None:
    text = render(
        Results(findings=tuple(finding(severity=each) for each in reversed(Severity))),
        ReportOptions(),
    )
    heads = [line for line in text.splitlines() if line.startswith("### ")]
    assert heads == ["### Critical", "### High", "### Medium", "### Low", "### Info"]


def test_a_finding_with_its_details_folded(finding: MakeFinding) -> None:
    page = html(Results(findings=(finding(),)))
    assert "<code>pipeline.yaml:3</code> <code>codebuild-start-build-missing</code>" in page
    assert "not allowed <code>codebuild:StartBuild</code> on any." in page
    details = page.partition("<details>")[2]
    assert "At run time: The action fails." in details
    assert "To mend: Allow it." in details
    assert "&quot;codebuild:StartBuild&quot;" in details
    assert "see <code>roles.yaml:7</code> role Role is defined here" in details


def test_the_line_of_a_finding_is_quoted_without_secrets(finding: MakeFinding) -> None:
    document = parse_yaml("pipeline.yaml", "a: 1\nb: 2\n  token: ghp_abcdefgh\n", Limits())
    page = html(Results(findings=(finding(),), sources={"pipeline.yaml": document}))
    assert "3 |   token: ************" in page


def test_the_comment_is_found_again_by_its_first_line() -> None:
    assert render(Results(), ReportOptions()).splitlines()[0] == "<!-- passrole -->"


def test_an_incomplete_analysis_is_told() -> None:
    told = Diagnostic("parse-error", "not YAML", Location("a.yaml", 1, 1, 1, 1))
    page = html(Results(diagnostics=(told,), incomplete=True))
    assert "<strong>The analysis is incomplete: a finding may be missing.</strong>" in page
    assert "<li><code>a.yaml:1:1</code> parse-error: not YAML</li>" in page


def test_the_undecided_is_listed_where_it_is_asked_for() -> None:
    unknown = UnknownDecision(Location("a", 1, 1, 1, 2), Subject(iam_action="a:B"), "who knows")
    results = Results(unknowns=(unknown, unknown))
    assert "who knows" not in html(results)
    assert html(results, ReportOptions(show_unknown=True)).count("who knows") == 2


@pytest.mark.parametrize("message", ["short", "語" * 1_000, "\U0001f600" * 1_000, "[x](y) " * 500])
def test_what_a_comment_does_not_hold_is_left_out_and_counted(
    message: str, finding: MakeFinding
) -> None:
    findings = tuple(finding(message=message) for _ in range(1_000))
    text = render(Results(findings=findings), ReportOptions())
    assert 60_000 < len(text.encode("utf-16-le")) / 2 <= MOST_CHARACTERS
    shown = text.count("codebuild-start-build-missing`")
    assert f"**{1_000 - shown} more left out: a comment holds 65,536 characters.**" in text
    assert text.count("<details>") == text.count("</details>") == shown


def test_findings_stand_before_hints_and_before_most_files_that_could_not_be_read(
    finding: MakeFinding,
) -> None:
    broken = [Diagnostic("parse-error", "not YAML") for _ in range(5_000)]
    results = Results(
        findings=(finding(),), diagnostics=(Diagnostic("odd", "look"), *broken), incomplete=True
    )
    text = render(results, ReportOptions())
    before, _, after = text.partition("### Critical")
    assert before.count("not YAML") == markdown.MOST_BEFORE_FINDINGS
    assert "codebuild-start-build-missing" in after.partition("### Notes")[0]
    assert "more left out" in after
