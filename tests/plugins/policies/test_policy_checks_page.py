"""The page that lists AWS's checks tells what the rules say."""

import re
from collections import Counter
from pathlib import Path

import pytest

from passrole.contributions import Contributions

_ROW = re.compile(r"^\| ([A-Z_]+) \| ([a-z ]+) \| (.+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def rows(repository: Path) -> list[tuple[str, str, str]]:
    page = (repository / "docs" / "policy-checks.md").read_text("utf-8")
    return [(check, severity, answer) for check, severity, answer in _ROW.findall(page)]


def test_every_check_of_aws_has_one_row(rows: list[tuple[str, str, str]]) -> None:
    assert len(rows) == 135
    assert Counter(check for check, _, _ in rows).most_common(1)[0][1] == 1


def test_all_that_are_not_obsolete_are_answered(rows: list[tuple[str, str, str]]) -> None:
    obsolete = [check for check, _, answer in rows if answer.startswith("obsolete")]
    answered = [check for check, _, answer in rows if answer.startswith("`")]
    assert len(obsolete) == 5
    assert len(answered) == 130


def test_the_rules_say_the_same(
    rows: list[tuple[str, str, str]], contributions: Contributions
) -> None:
    by_check: dict[str, list[str]] = {}
    for rule in contributions.rules:
        for check in rule.aws_checks:
            by_check.setdefault(check, []).append(rule.id)
    listed = {
        check: re.findall(r"`([a-z-]+)`", answer)
        for check, _, answer in rows
        if answer.startswith("`")
    }
    assert listed == by_check


def test_what_aws_calls_an_error_is_no_minor_matter(
    rows: list[tuple[str, str, str]], contributions: Contributions
) -> None:
    severity = {rule.id: rule.severity.value for rule in contributions.rules}
    errors = {
        rule for _, kind, answer in rows if kind == "error" for rule in answer.split("`")[1::2]
    }
    assert {severity[rule] for rule in errors} <= {"critical", "high", "medium"}
    suggested = {
        rule for _, kind, answer in rows if kind == "suggestion" for rule in answer.split("`")[1::2]
    }
    assert any(severity[rule] == "low" for rule in suggested)
