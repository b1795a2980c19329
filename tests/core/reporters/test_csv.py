"""CSV as RFC 4180 has it, and nothing in it that a spreadsheet reckons with."""

import csv
import io
from collections.abc import Callable

import pytest

from passrole import ReportOptions, Results
from passrole.findings import Diagnostic, Finding
from passrole.reporters.csv import COLUMNS, cell, render

MakeFinding = Callable[..., Finding]


def test_a_line_for_each_finding(finding: MakeFinding) -> None:
    text = render(Results(findings=(finding(message='a, "b"'), finding())), ReportOptions())
    assert text.count("\r\n") == text.count("\n") == 3
    one, two = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    assert tuple(one) == COLUMNS
    assert (one["message"], one["severity"], one["line"]) == ('a, "b"', "critical", "3")
    assert (two["principal"], two["iam_action"]) == ("Role", "codebuild:StartBuild")


def test_what_could_not_be_read_has_a_line() -> None:
    results = Results(diagnostics=(Diagnostic("limit", "too deep"),), incomplete=True)
    (row,) = csv.DictReader(io.StringIO(render(results, ReportOptions()), newline=""))
    assert (row["kind"], row["rule"], row["message"]) == ("incomplete", "limit", "too deep")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("  @SUM(1)", "'  @SUM(1)"),
        ("-1", "'-1"),
        ("a=1", "a=1"),
        ("*", "*"),
        ("", ""),
        ("a\nb", r"a\nb"),
        ("\r=1", r"\x0d=1"),
    ],
)
def test_cells(text: str, shown: str) -> None:
    assert cell(text) == shown
