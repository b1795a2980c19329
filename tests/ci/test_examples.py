"""The examples for build servers: what they run works, and what they name is there."""

import configparser
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from .conftest import ACTION, REPOSITORY
from .test_hooks import HOOKS

EXAMPLES = REPOSITORY / "examples" / "ci"
COMMAND = re.compile(r"passrole (check .*)$")


def passrole(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "passrole", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def read(name: str) -> Any:
    return yaml.safe_load((EXAMPLES / name).read_text("utf-8"))


def test_the_pipeline_that_checks_itself_lacks_nothing() -> None:
    done = passrole("check", str(EXAMPLES), "--fail-on", "info")
    assert done.returncode == 0, done.stdout
    assert "1 pipeline" in done.stdout


@pytest.mark.parametrize("commands", [
    read("gitlab-ci.yml")["passrole"]["script"],
    read("buildspec.yml")["phases"]["build"]["commands"],
], ids=["GitLab", "CodeBuild"])  # fmt: skip
def test_the_command_writes_the_reports_that_are_collected(
    commands: list[str], checkout: Path
) -> None:
    (found,) = (match for match in map(COMMAND.search, commands) if match)
    done = passrole(*shlex.split(found[1]))
    assert done.returncode == 1
    assert "codebuild-start-build-missing" in done.stdout
    root = ET.parse(checkout / "passrole.xml").getroot()  # noqa: S314 - our own report
    assert root.get("failures") == "1"


def test_the_reports_have_the_names_under_which_they_are_collected() -> None:
    reports = read("gitlab-ci.yml")["passrole"]["artifacts"]["reports"]
    (command,) = (each for each in read("gitlab-ci.yml")["passrole"]["script"] if "check" in each)
    assert all(f"-o {file} " in command for file in reports.values())
    assert read("buildspec.yml")["reports"]["check"]["files"] == ["passrole.xml"]


def test_the_quality_report_is_what_gitlab_reads(checkout: Path) -> None:
    passrole("check", "--format", "gitlab", "-o", "report.json")
    (issue,) = json.loads((checkout / "report.json").read_text("utf-8"))
    assert {"description", "check_name", "fingerprint", "severity", "location"} <= set(issue)


def test_the_workflow_gives_inputs_that_the_action_has() -> None:
    (job,) = read("github-workflow.yml")["jobs"].values()
    (used,) = (each for each in job["steps"] if "passrole" in each["uses"])
    assert set(used["with"]) <= set(ACTION["inputs"])


def test_the_configuration_of_pre_commit_names_hooks_that_are_there() -> None:
    (repository,) = read("pre-commit-config.yaml")["repos"]
    assert {each["id"] for each in repository["hooks"]} <= {each["id"] for each in HOOKS}


def test_the_environment_of_tox_passes_arguments_on() -> None:
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(EXAMPLES / "tox.ini", "utf-8")
    assert settings["testenv:iam"]["commands"] == "passrole check {posargs:.}"
