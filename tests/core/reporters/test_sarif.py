"""SARIF 2.1.0: what the standard asks for, and what code scanning makes of it."""

import gzip
import hashlib
import json
import os
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report_forms import check_report

from passrole import (
    Action,
    Category,
    Confidence,
    Edit,
    Fix,
    Location,
    Related,
    ReportOptions,
    Results,
    Rule,
    Severity,
    Subject,
)
from passrole.contributions import gather
from passrole.findings import (
    Comparison,
    Counts,
    Diagnostic,
    Finding,
    Suppressed,
    Suppression,
    UnknownDecision,
)
from passrole.plugin_loading import find_plugins, load_plugins
from passrole.reporters import sarif
from passrole.reporters.sarif import render

MakeFinding = Callable[..., Finding]


def one_run(**fields: Any) -> dict[str, Any]:
    """The run of a log that is as the standard wants it."""
    text = render(Results(**fields), ReportOptions())
    assert text.isascii()
    check_report("sarif", text)
    log = json.loads(text)
    run: dict[str, Any] = log["runs"][0]
    return run


def a_rule(**fields: Any) -> Rule:
    given: dict[str, Any] = {
        "id": "codebuild-start-build-missing",
        "checks": Action,
        "check": lambda *_: iter(()),
        "severity": Severity.CRITICAL,
        "category": Category.BREAKS,
        "text": "A title.\n\nWhy it\nmatters.\n\n```json finding=3\n{}\n```\n\n"
        "```yaml\na: b  # finding\n```\n\nSource: https://example.com/a",
    }
    return Rule(**{**given, **fields})


def test_a_run_without_findings() -> None:
    run = one_run(
        counts=Counts(files=2, decided=7, unknown=1), assumptions=("the partition is aws",)
    )
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is True
    assert run["tool"]["driver"]["name"] == "passrole"
    assert (run["properties"]["files"], run["properties"]["unknown"]) == (2, 1)


def test_a_rule_brings_its_page() -> None:
    (described,) = one_run(rules=(a_rule(),))["tool"]["driver"]["rules"]
    assert described["name"] == "CodebuildStartBuildMissing"
    assert described["shortDescription"]["text"] == "A title."
    assert described["fullDescription"]["text"] == "Why it matters."
    assert described["helpUri"] == "https://example.com/a"
    assert described["defaultConfiguration"]["level"] == "error"
    assert described["properties"] == {
        "tags": ["aws", "iam", "breaks"], "precision": "high", "security-severity": "9.5",
    }  # fmt: skip
    assert "finding" not in described["help"]["markdown"]
    assert "```json\n{}\n```" in described["help"]["markdown"]
    assert described["help"]["text"] == "A title.\n\nWhy it\nmatters."


def test_a_rule_without_a_source_has_no_link() -> None:
    (described,) = one_run(rules=(a_rule(text="A title."),))["tool"]["driver"]["rules"]
    assert "helpUri" not in described
    assert described["fullDescription"]["text"] == "A title."


def test_rules_about_what_is_too_much_are_about_security() -> None:
    (described,) = one_run(rules=(a_rule(category=Category.POLICY),))["tool"]["driver"]["rules"]
    assert "security" in described["properties"]["tags"]


def test_every_rule_that_is_installed_is_valid() -> None:
    rules = gather(load_plugins(find_plugins())).rules
    described = one_run(rules=rules)["tool"]["driver"]["rules"]
    assert [each["id"] for each in described] == [rule.id for rule in rules]
    for each in described:
        assert each["fullDescription"]["text"] != each["shortDescription"]["text"]
        assert "# finding" not in each["help"]["text"]
        assert "finding=" not in each["help"]["text"]
        assert 0 <= float(each["properties"]["security-severity"]) <= 10
    with_link = [each for each in described if "helpUri" in each]
    assert len(with_link) > len(described) / 2


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        (Severity.CRITICAL, "error"),
        (Severity.HIGH, "error"),
        (Severity.MEDIUM, "warning"),
        (Severity.LOW, "note"),
        (Severity.INFO, "note"),
    ],
)
def test_levels(severity: Severity, level: str, finding: MakeFinding) -> None:
    (result,) = one_run(findings=(finding(severity=severity),))["results"]
    assert result["level"] == level
    assert result["properties"]["severity"] == severity


def test_a_result(finding: MakeFinding) -> None:
    other = a_rule(id="another-rule")
    (result,) = one_run(findings=(finding(),), rules=(other, a_rule()))["results"]
    assert (result["ruleId"], result["ruleIndex"]) == ("codebuild-start-build-missing", 1)
    assert result["message"]["text"].splitlines() == [
        "Build/Build uses role Role, which is not allowed codebuild:StartBuild on any.",
        "The action fails.",
        "Allow it.",
    ]
    (place,) = result["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "pipeline.yaml", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9},
    }
    assert place["logicalLocations"] == [{"fullyQualifiedName": "Resources.Pipeline"}]
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "roles.yaml"
    assert related["message"]["text"] == "role Role is defined here"
    assert result["properties"]["subject"]["principal"] == "Role"


def test_fingerprints_are_those_of_the_findings(finding: MakeFinding) -> None:
    found = (finding(fingerprint="a" * 32), finding(fingerprint="b" * 32))
    results = one_run(findings=found)["results"]
    keys = [each["partialFingerprints"]["primaryLocationLineHash"] for each in results]
    assert keys == ["a" * 32, "b" * 32]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/ü.yaml", "a%20b/%C3%BC.yaml"),
        ("a%20b.yaml", "a%2520b.yaml"),
        ("a:b.yaml", "a%3Ab.yaml"),
        ("a?b#c.yaml", "a%3Fb%23c.yaml"),
        ("a\nb\x1b.yaml", "a%0Ab%1B.yaml"),
        ("\udcff.yaml", "%FF.yaml"),
    ],
)
def test_paths_become_relative_uris(path: str, uri: str, finding: MakeFinding) -> None:
    place = Location(path, 1, 1, 1, 2)
    (result,) = one_run(findings=(finding(location=place),))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": uri, "uriBaseId": "SRCROOT",
    }  # fmt: skip


def test_a_path_outside_the_root_is_absolute(finding: MakeFinding) -> None:
    place = Location("/else where/a.yaml", 1, 1, 1, 2)
    (result,) = one_run(findings=(finding(location=place),))["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "file:///else%20where/a.yaml"}


@given(path=st.text(min_size=1).filter(lambda path: not path.startswith("/")))
def test_a_uri_leads_back_to_its_path(path: str) -> None:
    try:
        path.encode()
    except UnicodeEncodeError:
        return
    place = Location(path, 1, 1, 1, 2)
    run = one_run(diagnostics=(Diagnostic("parse-error", "not YAML", place),))
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    uri = told["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri).removeprefix("file:///") == path


@given(text=st.text(min_size=1))
def test_a_message_is_plain_text(text: str) -> None:
    text += " [click](https://evil.example) {0}"
    run = one_run(diagnostics=(Diagnostic("parse-error", text),))
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert not re.search(r"(?<!\\)\]\(", told["message"]["text"])
    assert not re.search(r"(?<!\{)\{\d+\}(?!\})", told["message"]["text"])


def test_what_went_wrong_is_told() -> None:
    run = one_run(
        diagnostics=(
            Diagnostic("duplicate-key", "key 'a' stands more than once"),
            Diagnostic("parse-error", "not YAML", Location("a.yaml", 2, 1, 2, 2)),
        ),
        unknowns=(
            UnknownDecision(
                Location("b.yaml", 1, 1, 1, 2),
                Subject(iam_action="s3:GetObject", resource="arn"),
                "the bucket is imported",
            ),
        ),
        incomplete=True,
    )
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    told = [
        (each["descriptor"]["id"], each["level"], each["message"]["text"])
        for each in invocation["toolExecutionNotifications"]
    ]
    assert told == [
        ("duplicate-key", "warning", "key 'a' stands more than once"),
        ("parse-error", "error", "not YAML"),
        ("unknown", "note", "s3:GetObject on arn: the bucket is imported"),
    ]
    described = {each["id"] for each in run["tool"]["driver"]["notifications"]}
    assert described == {"duplicate-key", "parse-error", "unknown"}


def test_strange_plugins_are_extensions() -> None:
    plugins = (("codebuild", "passrole", "1"), ("acme", "passrole-acme", "2"))
    assert one_run(plugins=plugins)["tool"]["extensions"] == [
        {"name": "acme", "version": "2", "properties": {"distribution": "passrole-acme"}}
    ]


def test_a_fix_is_a_change_of_files(finding: MakeFinding) -> None:
    fix = Fix(
        safe=False,
        edits=(
            Edit("a.yaml", (1, 2), (1, 4), "x"),
            Edit("b.yaml", (5, 1), (5, 1), "y\n"),
            Edit("a.yaml", (9, 1), (9, 2), ""),
        ),
    )
    (result,) = one_run(findings=(finding(fix=fix),))["results"]
    (written,) = result["fixes"]
    assert "Unsafe" in written["description"]["text"]
    changes = {
        change["artifactLocation"]["uri"]: len(change["replacements"])
        for change in written["artifactChanges"]
    }
    assert changes == {"a.yaml": 2, "b.yaml": 1}
    first = written["artifactChanges"][0]["replacements"][0]
    assert first["deletedRegion"] == {
        "startLine": 1,
        "startColumn": 2,
        "endLine": 1,
        "endColumn": 4,
    }
    assert first["insertedContent"] == {"text": "x"}


def test_more_than_a_service_takes_in_is_left_out_and_told(
    finding: MakeFinding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    severities = (Severity.LOW, Severity.HIGH, Severity.LOW, Severity.CRITICAL, Severity.LOW)
    run = one_run(findings=tuple(finding(severity=severity) for severity in severities))
    assert [each["properties"]["severity"] for each in run["results"]] == [
        "low",
        "high",
        "critical",
    ]
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith("2 more findings are left out")


def test_related_places_are_capped_and_told(finding: MakeFinding) -> None:
    places = tuple(Related(f"place {n}", Location("a.yaml", n, 1, n, 2)) for n in range(1, 300))
    run = one_run(findings=(finding(related=places),))
    assert len(run["results"][0]["relatedLocations"]) == sarif.MOST_RELATED
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith("199 more related places are left out")


def test_a_log_that_is_too_large_when_packed_keeps_the_worst(
    finding: MakeFinding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "MOST_BYTES", 10_000)
    noise = (hashlib.sha512(str(n).encode()).hexdigest() * 10 for n in range(200))
    mild = [finding(severity=Severity.LOW, message=each) for each in noise]
    findings = (*mild, finding(severity=Severity.HIGH))
    text = render(Results(findings=findings), ReportOptions())
    assert len(gzip.compress(text.encode())) <= 10_000
    run = json.loads(text)["runs"][0]
    assert 1 < len(run["results"]) < 200
    assert run["results"][-1]["level"] == "error"
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith(f"{201 - len(run['results'])} more findings")


def test_descriptions_are_no_longer_than_github_takes() -> None:
    page = f"{'t' * 2_000}\n\n{'s ' * 2_000}\n"
    (described,) = one_run(rules=(a_rule(text=page, id="x" * 300),))["tool"]["driver"]["rules"]
    assert len(described["shortDescription"]["text"]) == 1024
    assert len(described["fullDescription"]["text"]) == 1024
    assert len(described["name"]) == 255


def test_tags_are_fewer_than_github_shows() -> None:
    for rule in one_run(rules=gather(load_plugins(find_plugins())).rules)["tool"]["driver"][
        "rules"
    ]:
        assert len(rule["properties"]["tags"]) <= 10


@pytest.mark.parametrize(
    ("path", "artifact"),
    [
        ("../vars/dev.tfvars", {"uri": "file:///work/vars/dev.tfvars"}),
        ("../../../x", {"uri": "file:///x"}),
        ("a/../b.yaml", {"uri": "b.yaml", "uriBaseId": "SRCROOT"}),
        ("a/../../b c", {"uri": "file:///work/b%20c"}),
        ("..a", {"uri": "..a", "uriBaseId": "SRCROOT"}),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="paths of POSIX")
def test_nothing_leads_out_of_the_root(
    path: str, artifact: dict[str, str], finding: MakeFinding
) -> None:
    found = finding(location=Location(path, 1, 1, 1, 2))
    log = json.loads(render(Results(findings=(found,)), ReportOptions(root="/work/repo")))
    (place,) = log["runs"][0]["results"][0]["locations"]
    assert place["physicalLocation"]["artifactLocation"] == artifact


def accepted(finding: MakeFinding) -> dict[str, Any]:
    """One finding of each kind: new, unchanged, suppressed in the code and by settings."""
    place = Location("passrole.toml", 3, 1, 3, 2)
    in_code = Suppression(("a-rule",), "so\u202e it is", Location("a b.yaml", 1, 1, 1, 9))
    by_settings = Suppression(("a-rule",), "so", place, in_source=False)
    return {
        "findings": (finding(),),
        "baseline": Comparison("base.json", unchanged=(finding(severity=Severity.LOW),)),
        "suppressed": (Suppressed(finding(severity=Severity.CRITICAL), (in_code, by_settings)),),
    }


def test_what_is_accepted_is_told_apart(finding: MakeFinding) -> None:
    new, unchanged, suppressed = one_run(**accepted(finding))["results"]
    assert [each["baselineState"] for each in (new, unchanged, suppressed)] == [
        "new", "unchanged", "new",
    ]  # fmt: skip
    assert "suppressions" not in new and "suppressions" not in unchanged
    in_code, by_settings = suppressed["suppressions"]
    assert (in_code["kind"], by_settings["kind"]) == ("inSource", "external")
    assert in_code["justification"] == "so\\u202e it is"
    place = by_settings["location"]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "passrole.toml", "uriBaseId": "SRCROOT"}


def test_without_a_baseline_nothing_has_a_state(finding: MakeFinding) -> None:
    (result,) = one_run(findings=(finding(),))["results"]
    assert "baselineState" not in result


def test_suppressed_findings_can_be_left_out(finding: MakeFinding) -> None:
    text = render(Results(**accepted(finding)), ReportOptions(suppressed="count"))
    (run,) = json.loads(text)["runs"]
    assert len(run["results"]) == 2
    assert run["properties"]["suppressed"] == 1
    assert run["invocations"][0]["toolExecutionNotifications"] == []


def test_what_is_accepted_takes_no_room_from_what_counts(
    finding: MakeFinding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 1)
    run = one_run(**{**accepted(finding), "findings": (finding(severity=Severity.INFO),)})
    (result,) = run["results"]
    assert result["properties"]["severity"] == "info"
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith("2 more findings are left out")


def test_all_that_a_log_can_hold_is_valid(finding: MakeFinding) -> None:
    fix = Fix(safe=True, edits=(Edit("a.yaml", (1, 2), (1, 4), "x"),))
    place = Location("../a b\n.yaml", 1, 1, 1, 2)
    results = Results(
        **{**accepted(finding), "findings": (finding(fix=fix), finding(location=place))},
        unknowns=(UnknownDecision(place, Subject(iam_action="a:B"), "who knows"),),
        diagnostics=(Diagnostic("limit", "too deep"), Diagnostic("odd", "x", place)),
        rules=gather(load_plugins(find_plugins())).rules,
        plugins=(("acme", "passrole-acme", "2"),),
    )
    check_report("sarif", render(results, ReportOptions(root="/work/repo")))


def test_precision_is_the_confidence_of_the_rule() -> None:
    (described,) = one_run(rules=(a_rule(confidence=Confidence.LOW),))["tool"]["driver"]["rules"]
    assert described["properties"]["precision"] == "low"
