"""Whole templates, seen as users see them: the whole report is compared.

After a wanted change of words: PASSROLE_RENEW_SNAPSHOTS=1 pytest tests/templates, then read the diff.
"""

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passrole.cli import main

TEMPLATES = Path(__file__).parent
NAMES = sorted(
    folder.name for folder in TEMPLATES.iterdir() if (folder / "pipeline.yaml").is_file()
)
RENEW = bool(os.environ.get("PASSROLE_RENEW_SNAPSHOTS"))

Check = Callable[..., tuple[int, str]]

# What the template was written to show of what breaks: rule, action, role, IAM action.
EXPECTED = {
    "action-roles": {
        ("action-role-trust-missing", "Site", "PipelineRole", "sts:AssumeRole"),
        ("approval-sns-publish-missing", "Ask", "ApproveRole", "sns:Publish"),
    },
    "clean": set(),
    "conditions": {
        ("codebuild-start-build-missing", "Scan", "PipelineRole", "codebuild:StartBuild"),
        ("explicit-deny-hit", "Migrate", "PipelineRole", "lambda:InvokeFunction"),
    },
    "hanging-beanstalk": {
        (
            "beanstalk-describe-events-hang",
            "Beanstalk",
            "PipelineRole",
            "elasticbeanstalk:DescribeEvents",
        ),
    },
    "missing-start-build": {
        ("codebuild-start-build-missing", "Build", "PipelineRole", "codebuild:StartBuild"),
    },
    "serverless": {
        (
            "lambda-job-result-missing",
            "Notify",
            "NotifyFunctionRole",
            "codepipeline:PutJobSuccessResult",
        ),
    },
}


@pytest.fixture
def check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Check:
    """Checks one template, alone in a repository of its own; gives exit code and output."""

    def run(name: str, *options: str) -> tuple[int, str]:
        (tmp_path / ".git").mkdir()
        shutil.copy(TEMPLATES / name / "pipeline.yaml", tmp_path)
        monkeypatch.chdir(tmp_path)
        code = main(["check", "--no-third-party", *options])
        captured = capsys.readouterr()
        assert captured.err == ""
        return code, captured.out

    return run


def compare(snapshot: Path, text: str) -> None:
    if RENEW:
        snapshot.write_text(text, "utf-8")
    assert text == snapshot.read_text("utf-8")


def test_every_template_says_what_it_shows() -> None:
    assert list(EXPECTED) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_findings(name: str, check: Check) -> None:
    code, out = check(name, "--format", "json")
    found = {
        (each["rule"], *(each["subject"][key] for key in ("action", "principal", "iam_action")))
        for each in json.loads(out)["findings"]
        if each["category"] == "breaks"
    }
    assert found == EXPECTED[name]
    assert code == (1 if found else 0)


@pytest.mark.parametrize("name", NAMES)
def test_report(name: str, check: Check) -> None:
    _, out = check(name, "--show-unknown")
    assert re.search(r"; [1-9]\d* needs decided, \d+ unknown\.$", out, re.MULTILINE)
    # How many needs there are changes with every provider that learns one more.
    text = re.sub(r"\d+ needs decided", "N needs decided", out)
    compare(TEMPLATES / name / "report.txt", text)


def test_json(check: Check) -> None:
    _, out = check("missing-start-build", "--format", "json")
    report: dict[str, Any] = json.loads(out)
    tool = report.pop("tool")
    assert tool["name"] == "passrole"
    assert re.fullmatch(r"\d+\.\d+.*", tool["version"])
    assert {"name": "codebuild", "distribution": "passrole", "version": tool["version"]} in (
        tool["plugins"]
    )
    assert report["summary"].pop("decided") > 0
    compare(TEMPLATES / "missing-start-build" / "report.json", json.dumps(report, indent=2) + "\n")


def test_a_default_is_named_and_lowers_the_confidence(check: Check) -> None:
    _, out = check("conditions", "--format", "json", "--select", "explicit-deny-hit")
    (finding,) = json.loads(out)["findings"]
    assert finding["confidence"] == "medium"
    assert "FunctionName=migrate, its default" in finding["message"]


def test_a_condition_is_named(check: Check) -> None:
    _, out = check("conditions", "--format", "json", "--select", "codebuild-start-build-missing")
    (finding,) = json.loads(out)["findings"]
    assert re.search(r"This holds when .*Stage.*production", finding["message"])


def test_a_given_parameter_beats_the_default(tmp_path: Path, check: Check) -> None:
    parameters = tmp_path / "parameters.json"
    parameters.write_text('{"Parameters": {"FunctionName": "notify", "Stage": "production"}}')
    code, out = check("conditions", "--format", "json", "--parameters", str(parameters))
    assert json.loads(out)["findings"] == []
    assert code == 0
