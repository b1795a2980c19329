"""The plugin of pytest, as the tests of a plugin use it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SETTINGS = """\
[tool.pytest.ini_options]
addopts = ["-p", "passrole.testing.fixtures", "-p", "no:cacheprovider"]
filterwarnings = ["error"]
{plugins}
"""
TESTS = """\
import pytest
from passrole import BuildProject, UsageError

TEMPLATE = "Resources: {Build: {Type: 'AWS::CodeBuild::Project', Properties: {Name: shop}}}"

def test_a_graph(graph_of):
    (project,) = graph_of(TEMPLATE).entities
    assert isinstance(project, BuildProject)
    assert project.label == "shop"

def test_terraform(graph_of):
    (project,) = graph_of('resource "aws_codebuild_project" "b" { name = "x" }', language="hcl").entities
    assert project.label == "x"

def test_findings(check_text):
    (found,) = check_text(TEMPLATE, rules=["tested-nameless"])
    assert found.message == "shop"

def test_a_rule_that_is_not_there(check_text):
    with pytest.raises(UsageError, match="did you mean 'tested-nameless'"):
        check_text(TEMPLATE, rules=["tested-nameles"])

def test_what_cannot_be_read(check_text):
    with pytest.raises(AssertionError):
        check_text("{")

def test_strangers_stay_out(contributions):
    assert "stranger" not in contributions.reporters
    assert "tested" in contributions.reporters
"""
PLUGIN = """\
from passrole import BuildProject, Category, Report, Severity, hookimpl, rule

@rule("tested-nameless", checks=BuildProject, severity=Severity.LOW, category=Category.STRUCTURE)
def nameless(project, graph):
    yield Report(origin=project.resource.origin, message=project.label)

@hookimpl
def passrole_rules():
    return [nameless]

@hookimpl
def passrole_reporters():
    return {"%s": lambda results, options: ""}
"""


def run(folder: Path, plugins: str) -> subprocess.CompletedProcess[str]:
    (folder / "pyproject.toml").write_text(SETTINGS.format(plugins=plugins), "utf-8")
    (folder / "test_it.py").write_text(TESTS, "utf-8")
    (folder / "tested.py").write_text(PLUGIN % "tested", "utf-8")
    # A stranger's plugin that is installed as well.
    (folder / "stranger.py").write_text(
        (PLUGIN % "stranger").replace("tested-", "stranger-"), "utf-8"
    )
    info = folder / "stranger-1.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "entry_points.txt").write_text("[passrole]\nstranger = stranger\n", "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "test_it.py"],
        cwd=folder, check=False, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTEST_ADDOPTS": ""},
    )  # fmt: skip


def test_the_fixtures_serve_the_plugin_under_test_alone(tmp_path: Path) -> None:
    done = run(tmp_path, 'passrole_plugins = ["tested"]')
    assert done.returncode == 0, done.stdout
    assert "6 passed" in done.stdout


def test_it_is_told_where_no_plugin_is_named(tmp_path: Path) -> None:
    done = run(tmp_path, "")
    assert done.returncode != 0
    assert "say which plugins are tested: passrole_plugins" in done.stdout + done.stderr


def test_no_entry_point_loads_it_into_every_run_of_pytest(repository: Path) -> None:
    assert "pytest11" not in (repository / "pyproject.toml").read_text("utf-8")
