"""What a report of each format is like, for whoever makes one in a test: schemas, in one place."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
from tests.core.reporters.workflow_commands import parsed
from tests.sarif_schema import LOG, NUMBER, a, many

from passrole.findings import Category, Confidence, Holding, Severity
from passrole.reporters.csv import COLUMNS

# JSON, version 1: keys are added and never changed; one that is added is added here.
TEXT = {"type": "string"}
WORD = {"type": ["string", "null"]}
COUNT = {"type": "integer", "minimum": 0}
PLACE = a(
    "path line column end_line end_column pointer", "address",
    path={"type": "string", "minLength": 1}, line=NUMBER, column=NUMBER, end_line=NUMBER,
    end_column=NUMBER, pointer=TEXT, address={"type": "string", "minLength": 1},
)  # fmt: skip
NOWHERE_OR = {"anyOf": [{"type": "null"}, PLACE]}
SUBJECT = {
    **a("pipeline stage action principal iam_action resource"), "additionalProperties": WORD,
    "properties": {},
}  # fmt: skip
SUBJECT["propertyNames"] = {"enum": SUBJECT["required"]}
POSITION = {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}
EDIT = a("path start end text", path=TEXT, start=POSITION, end=POSITION, text=TEXT)
MENDING = {
    "anyOf": [{"type": "null"}, a("safe edits", safe={"type": "boolean"}, edits=many(EDIT, 1))]
}


def one_of(names: Any) -> dict[str, Any]:
    return {"enum": [each.value for each in names]}


HOLDER = a(
    "kind name why how", name=TEXT, why=TEXT, how=one_of(Holding),
    kind={"enum": ["role", "user", "group", "permission set"]},
)  # fmt: skip
HELD_BY = {"anyOf": [{"type": "null"}, many(HOLDER)]}


def a_finding(required: str = "", **more: Any) -> dict[str, Any]:
    return a(
        "rule severity confidence category message symptom remedy snippet location related "
        f"subject fix plugin fingerprint parameter_sets shared_by held_by {required}",
        severity=one_of(Severity), confidence=one_of(Confidence), category=one_of(Category),
        rule={"type": "string", "pattern": "^[a-z0-9-]+$"}, message={"type": "string", "minLength": 1},
        symptom=TEXT, remedy=TEXT, snippet=TEXT, location=PLACE, plugin=TEXT, subject=SUBJECT,
        related=many(a("message location", message=TEXT, location=PLACE)), fix=MENDING,
        fingerprint={"type": "string", "pattern": "^[0-9a-f]*$"},
        parameter_sets=many(TEXT), shared_by=many(TEXT), held_by=HELD_BY, **more,
    )  # fmt: skip


SUPPRESSION = a(
    "reason source location role action resource expires",
    reason=TEXT, source={"enum": ["code", "settings"]}, location=NOWHERE_OR,
    role=WORD, action=WORD, resource=WORD, expires=WORD,
)  # fmt: skip
BASELINE = a(
    "file unchanged moved fixed unchecked",
    file=TEXT, unchanged=many(a_finding()), moved=COUNT, unchecked=COUNT,
    fixed=many(a("fingerprint rule path subject", subject=SUBJECT)),
)  # fmt: skip
DOCUMENT = a(
    "version tool summary assumptions findings unknowns diagnostics passed_over baseline",
    "suppressed",  # left out by --suppressed count
    version={"const": 1},
    tool=a(
        "name version plugins", name={"const": "passrole"}, version=TEXT,
        plugins=many(a("name distribution version", name=TEXT, distribution=TEXT, version=TEXT)),
    ),
    summary=a(
        "files stacks pipelines roles findings suppressed unchanged fixed decided unknown incomplete",
        files=COUNT, stacks=COUNT, pipelines=COUNT, roles=COUNT, suppressed=COUNT, unchanged=COUNT,
        fixed=COUNT, decided=COUNT, unknown=COUNT, incomplete={"type": "boolean"},
        findings=a(" ".join(Severity), **{each.value: COUNT for each in Severity}),
    ),
    assumptions=many(TEXT),
    findings=many(a_finding()),
    suppressed=many(a_finding("suppressions", suppressions=many(SUPPRESSION, 1))),
    baseline={"anyOf": [{"type": "null"}, BASELINE]},
    unknowns=many(a("location subject reason", location=PLACE, subject=SUBJECT, reason=TEXT)),
    diagnostics=many(
        a(
            "kind message location", kind={"type": "string", "pattern": "^[a-z-]+$"},
            message=TEXT, location=NOWHERE_OR,
        )
    ),
    passed_over=many(a("path reason", path=TEXT, reason=TEXT)),
)  # fmt: skip

CODE_QUALITY = jsonschema.Draft202012Validator(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "pattern": "^[a-z0-9-]+$"},
                "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "pattern": r"^(?!\./)"},
                        "lines": {"required": ["begin"], "properties": {"begin": NUMBER, "end": NUMBER}},
                    },
                },
            },
        },
    }
)  # fmt: skip

# Which attributes an element must have, may have, and its children: the parts of Jenkins' schema
# that matter to us, and of Ant's where the two agree.
SHAPES: dict[str, tuple[str, str, str]] = {
    "testsuites": ("", "name time tests failures errors", "testsuite"),
    "testsuite": (
        "name tests failures errors", "skipped time timestamp hostname id package file",
        "properties testcase system-out system-err",
    ),
    "testcase": ("name", "classname time", "skipped error failure system-out system-err"),
    "failure": ("", "type message", ""),
    "error": ("", "type message", ""),
    "skipped": ("", "type message", ""),
    "system-out": ("", "", ""),
}  # fmt: skip


def check_element(element: ET.Element) -> None:
    required, optional, children = (part.split() for part in SHAPES[element.tag])
    assert set(required) <= set(element.keys()) <= {*required, *optional}
    for child in element:
        assert child.tag in children
        check_element(child)


SARIF = jsonschema.Draft202012Validator(LOG)
JSON = jsonschema.Draft202012Validator(DOCUMENT)


@cache
def official() -> Any:
    """What holds a log against the official schema, None where no file with it is named."""
    path = os.environ.get("PASSROLE_SARIF_SCHEMA")
    if not path:
        return None
    schema = json.loads(Path(path).read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)
    return validator(schema, format_checker=validator.FORMAT_CHECKER)


def check_sarif(text: str) -> None:
    log = json.loads(text)
    SARIF.validate(log)
    if official() is not None:
        official().validate(log)


def check_json(text: str) -> None:
    document = json.loads(text)
    JSON.validate(document)
    assert sum(document["summary"]["findings"].values()) == len(document["findings"])


def check_gitlab(text: str) -> None:
    report = json.loads(text)
    CODE_QUALITY.validate(report)
    assert len({each["fingerprint"] for each in report}) == len(report)


def check_junit(text: str) -> None:
    """Of the right shape, and its numbers are right."""
    root = ET.fromstring(text)  # noqa: S314 - our own text
    check_element(root)
    for suite in root:
        cases = suite.findall("testcase")
        assert suite.get("tests") == str(len(cases))
        for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert suite.get(key) == str(len(suite.findall(f"testcase/{tag}")))
        names = [(case.get("classname"), case.get("name")) for case in cases]
        assert len(names) == len(set(names))
    for key in ("tests", "failures", "errors"):
        assert root.get(key) == str(sum(int(suite.get(key, "")) for suite in root))


def check_csv(text: str) -> None:
    heading, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert tuple(heading) == COLUMNS
    assert {len(row) for row in rows} <= {len(heading)}


def check_github(text: str) -> None:
    for each in parsed(text):
        assert each is None or each.command in ("error", "warning", "notice")


CHECKS: dict[str, Callable[[str], None]] = {
    "json": check_json, "sarif": check_sarif, "gitlab": check_gitlab, "junit": check_junit,
    "csv": check_csv, "github": check_github,
}  # fmt: skip


def check_report(format_: str, text: str) -> None:
    """A report is what its readers take; raises where it is not. Some formats are for people."""
    if format_ in CHECKS:
        CHECKS[format_](text)
