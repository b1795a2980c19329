"""Names that a stranger chose, in every format: each is parsed back, and each is still a text."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from passrole import Location, Related, ReportOptions, Results, Severity, Subject
from passrole.findings import (
    BaselineEntry,
    Comparison,
    Diagnostic,
    Finding,
    Suppressed,
    Suppression,
    UnknownDecision,
)
from passrole.reporters import BUILT_IN, reporter

from .conftest import FINDING
from .workflow_commands import Command, parsed

NAMES = {
    "newlines": "a\nb\r\nc\rd",
    "command": "::error file=x,line=1::owned",
    "command on a line": "x\n::set-output name=a::b",
    "azure": "##vso[task.complete result=Succeeded;]",
    "percent": "100%0A::error::x %25 %3A",
    "property": "a,line=7,title=x:y::z",
    "tags": "<script>alert(1)</script><!-- --> <img src=x onerror=y>",
    "cdata": "]]></failure><testcase name='x'/>",
    "entity": "&amp; &#60; &lt;",
    "quotes": '"\' \\" ``` ` ~~~',
    "bidi": "a\u202egnp.yaml\u2066\u2069",
    "controls": "\x00\x01\x07\x08\x0b\x0c\x1b[31m\x7f\x85\x9b",
    "no characters": "\ud800 \udfff \ufffe \uffff",
    "separators": "a\u2028b\u2029c",
    "link": "[click](https://evil.example) ![x](https://evil.example/x.png) https://evil.example",
    "bare links": "www.evil.example <https://evil.example> evil@evil.example",
    "mentions": "@everyone @org/team #1 GH-1 org/repo#1 0123456789abcdef0123456789abcdef01234567",
    "table": "a | b | c",
    "heading": "# a\n- b\n> c\n</details>",
    "math": "$x$ $$y$$ {0} {{1}}",
    "formula": "=cmd|' /C calc'!A0",
    "formula after a blank": "\t=1+1",
    "plus": "+1",
    "minus": "-1",
    "at": "@SUM(1)",
    "wide formula": "\uff1d1+1",
    "long": "n" * 10_000,
    "long punctuation": ".," * 5_000,
    "combining": "a" + "\u0301" * 2_000,
    "blank": "   ",
}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
RULE = FINDING.rule


def everywhere(name: str) -> Results:
    """Results in which a name stands wherever one can."""
    place = Location(name.strip("/") or "x", 3, 5, 3, 9, name)
    finding = Finding(
        rule=RULE, severity=Severity.CRITICAL, confidence=FINDING.confidence,
        category=FINDING.category, message=f"Role {name} lacks it", location=place,
        symptom=name, remedy=f"Mend {name}.", snippet='{"Effect": "Allow", "Action": "a:B"}',
        subject=Subject(name, name, name, name, name, name),
        related=(Related(name, place),), fingerprint="0" * 32, plugin="codebuild",
    )  # fmt: skip
    return Results(
        findings=(finding,),
        unknowns=(UnknownDecision(place, finding.subject, name),),
        diagnostics=(Diagnostic("parse-error", name, place), Diagnostic("internal", name)),
        incomplete=True,
        assumptions=(name,),
        passed_over=((name, "ignored"),),
        suppressed=(Suppressed(finding, (Suppression((RULE,), name, place, role=name),)),),
        baseline=Comparison(
            name, (finding,), (BaselineEntry("0" * 32, name, name, finding.subject),)
        ),
    )


def rendered(format_: str, name: str) -> str:
    render = reporter(format_, {})
    assert render is not None
    return render(
        everywhere(name), ReportOptions(suppressed="list", show_unknown=True, root="/root")
    )


def check_text(text: str) -> None:
    assert not re.search(r"^\s*::|##[a-z]*\[", text, re.MULTILINE)


def check_json(text: str) -> None:
    assert [each["rule"] for each in json.loads(text)["findings"]] == [RULE]


def check_sarif(text: str) -> None:
    results = json.loads(text)["runs"][0]["results"]
    assert [each["ruleId"] for each in results] == [RULE] * 3
    for result in results:
        assert not re.search(r"(?<!\\)\]\(", result["message"]["text"])
        told = [each["location"] for each in result.get("suppressions", ())]
        for place in (*result["locations"], *result["relatedLocations"], *told):
            assert place["physicalLocation"]["artifactLocation"]["uri"].isascii()


def check_junit(text: str) -> None:
    root = ET.fromstring(text)  # noqa: S314 - our own text, and it declares no entity
    cases = list(root.iter("testcase"))
    assert len(cases) == int(root.get("tests", "")) == 5
    assert [case.tag for case in root.iter("failure")] == ["failure"]
    assert len(list(root.iter("error"))) == int(root.get("errors", "")) == 3
    assert {len(case) for case in cases} == {1}
    assert all(case.get("name", "").strip() for case in cases)


def check_github(text: str) -> None:
    commands = list(parsed(text))
    assert [each.command for each in commands if each] == ["error"] * 3 + ["notice"]
    for each in commands:
        if isinstance(each, Command):
            assert set(each.properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}
            assert each.properties.get("line", "3") == "3"
            assert each.properties["title"] in (
                f"critical: {RULE}", "unknown", "passrole is incomplete: parse-error",
                "passrole is incomplete: internal",
            )  # fmt: skip
    assert "##[" not in "".join(each for each in text.splitlines() if not each.startswith("::"))


def check_gitlab(text: str) -> None:
    issues = json.loads(text)
    names = [each["check_name"] for each in issues]
    assert names == [RULE, "passrole-parse-error", "passrole-internal", "unknown"]
    assert len({each["fingerprint"] for each in issues}) == len(issues)
    for each in issues:
        assert not CONTROL.search(each["description"] + each["location"]["path"])


def check_markdown(text: str) -> None:
    assert len(text) <= 65_536
    html = []
    for token in flat(MarkdownIt("gfm-like", {"linkify": False}).parse(text)):
        assert token.type not in ("link_open", "image", "s_open", "em_open")
        if token.type in ("html_block", "html_inline"):
            html.append(token.content.strip())
        if token.type == "text":
            assert not re.search(r"[@#]\w|https?:|www\.|\bGH-\d|\$|[0-9a-f]{40}", token.content)
    assert [each for each in html if each] == [
        "<!-- passrole -->",
        "<details><summary>What happens, and how to mend it</summary>",
        "</details>",
    ]


def flat(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from flat(token.children or [])


def check_csv(text: str) -> None:
    heading, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert [row[0] for row in rows] == [
        "finding",
        "suppressed",
        "incomplete",
        "incomplete",
        "unknown",
    ]
    assert {len(row) for row in rows} == {len(heading)}
    for value in (value for row in rows for value in row):
        assert value.strip()[:1] not in tuple("=+-@|%\uff1d\uff0b\uff0d\uff20")
        assert len(value) <= 32_767


def check_html(text: str) -> None:
    page = Tags()
    page.feed(text)
    page.close()
    assert "img" not in page.tags
    assert page.tags.count("script") <= 1
    assert not any(name.startswith("on") for name in page.attributes)
    assert all(link.startswith("#") for link in page.links)


class Tags(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


CHECKS: dict[str, Callable[[str], None]] = {
    "text": check_text, "json": check_json, "sarif": check_sarif, "junit": check_junit,
    "github": check_github, "gitlab": check_gitlab, "markdown": check_markdown, "csv": check_csv,
    "html": check_html,
}  # fmt: skip


def test_every_format_has_its_check() -> None:
    assert set(CHECKS) == set(BUILT_IN)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
@pytest.mark.parametrize("format_", CHECKS)
def test_a_hostile_name_stays_a_text(format_: str, name: str) -> None:
    text = rendered(format_, name)
    assert not CONTROL.search(text)
    text.encode("utf-8")
    CHECKS[format_](text)


@pytest.mark.parametrize("format_", CHECKS)
@given(name=st.text(min_size=1))
def test_any_name_stays_a_text(format_: str, name: str) -> None:
    text = rendered(format_, name)
    assert not CONTROL.search(text)
    text.encode("utf-8")
    CHECKS[format_](text)
