"""docs/robustness.md says what is so: its limits are those of the code, its tests are there."""

import ast
import re
from pathlib import Path

import pytest

from passrole import believing
from passrole.cli.parser import build_parser
from passrole.documents.limits import Limits
from passrole.reporters.html import markup
from passrole.stacks.terraform import scopes

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = (REPOSITORY / "docs" / "robustness.md").read_text("utf-8")
TESTS = sorted(set(re.findall(r"`(tests/[\w/.]+)::(\w+)`", PAGE)))


@pytest.mark.parametrize(("file", "name"), TESTS, ids="::".join)
def test_every_test_that_is_named_is_there(file: str, name: str) -> None:
    module = ast.parse((REPOSITORY / file).read_text("utf-8"))
    assert name in [each.name for each in module.body if isinstance(each, ast.FunctionDef)]


def test_the_page_names_tests() -> None:
    assert len(TESTS) > 20


def test_the_limits_of_a_file_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| (\w+) \| ([\d,]+) \| `(--[\w-]+)`", PAGE, re.MULTILINE)
    usual = Limits()
    told = {name: int(value.replace(",", "")) for name, value, _ in rows}
    assert told == {name: getattr(usual, name) for name in ("depth", "nodes", "aliases", "size")}
    for _, value, option in rows:
        build_parser().parse_args(["check", ".", option, value.replace(",", "")])


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        ("reports of one rule about one subject", believing.MOST_REPORTS),
        ("characters of a message", believing.LONGEST["message"]),
        ("characters of one text on an HTML page", markup.LONGEST),
        ("steps to evaluate one Terraform configuration", scopes.STEPS_CAP),
        ("items that its loops go through", scopes.ITEMS_CAP),
        ("templates that `templatefile` finds in one another", scopes.TEMPLATES_CAP),
    ],
)
def test_other_limits_are_those_of_the_code(words: str, limit: int) -> None:
    assert f"| {words} | {limit:,} |" in PAGE
