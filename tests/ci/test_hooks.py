"""The hooks for pre-commit: their form, for which files they run, and pre-commit itself on them."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import REPOSITORY

HOOKS: list[dict[str, Any]] = yaml.safe_load(
    (REPOSITORY / ".pre-commit-hooks.yaml").read_text("utf-8")
)
# https://pre-commit.com/#creating-new-hooks
KEYS = {
    "id", "name", "entry", "language", "files", "exclude", "types", "types_or", "exclude_types",
    "always_run", "fail_fast", "verbose", "pass_filenames", "require_serial", "description",
    "language_version", "minimum_pre_commit_version", "args", "stages",
}  # fmt: skip
STAGES = {"pre-commit", "pre-push", "manual"}


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_a_hook_has_the_form_that_pre_commit_reads(hook: dict[str, Any]) -> None:
    assert set(hook) <= KEYS
    assert {"id", "name", "entry", "language"} <= set(hook)
    assert set(hook["stages"]) <= STAGES
    assert hook["language"] == "python"
    assert hook["entry"].startswith("passrole check")
    assert hook["pass_filenames"] is False, "one file alone tells nothing of its roles"
    assert hook["require_serial"] is True


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
@pytest.mark.parametrize(
    ("path", "runs"),
    [
        ("pipeline.yaml", True),
        ("a/b.YML", True),
        ("cdk.out/Stack.template.json", True),
        ("old.template", True),
        ("main.tf", True),
        ("main.tofu", True),
        ("prod.auto.tfvars", True),
        ("passrole.toml", True),
        ("sub/samconfig.toml", True),
        ("README.md", False),
        ("main.py", False),
        ("notes.yaml.bak", False),
        ("poetry.toml", False),
    ],
)
def test_it_runs_when_a_file_changes_that_may_matter(
    hook: dict[str, Any], path: str, runs: bool
) -> None:
    assert bool(re.search(hook["files"], path)) is runs


def ran(*command: str, cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com"}
    who.update({key.replace("AUTHOR", "COMMITTER"): value for key, value in who.items()})
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("GIT_", "PRE_COMMIT", "TOX_", "PYTHON"))
    }
    environment.update(who, PRE_COMMIT_HOME=str(home), GIT_CONFIG_GLOBAL=os.devnull)
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=600
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps the environment of the hooks: it is made once."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture(scope="module")
def hooks_repository(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Path:
    """What is checked out here, as a repository of its own that pre-commit can clone."""
    if os.environ.get("PASSROLE_CI") != "required":
        pytest.skip("installs from a package index: `tox -e ci`")
    assert importlib.util.find_spec("pre_commit"), "`tox -e ci` brings it"
    folder = tmp_path_factory.mktemp("passrole")
    for name in ("core", "plugins", "rulesets"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / name, folder / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(REPOSITORY / name, folder / name)
    for command in (("init", "-q"), ("add", "."), ("commit", "-qm", "all")):
        done = ran("git", *command, cwd=folder, home=home)
        assert done.returncode == 0, done.stderr
    return folder


Hook = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def hook(tmp_path: Path, hooks_repository: Path, home: Path) -> Hook:
    """Commits files in a scratch repository and runs a hook there."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    ran("git", "init", "-q", cwd=scratch, home=home)
    revision = ran("git", "rev-parse", "HEAD", cwd=hooks_repository, home=home).stdout.strip()

    def run(name: str, files: dict[str, str], *args: str) -> subprocess.CompletedProcess[str]:
        configuration = {
            "repos": [
                {
                    "repo": str(hooks_repository),
                    "rev": revision,
                    "hooks": [{"id": name, "args": list(args)}],
                }
            ]
        }
        files = {**files, ".pre-commit-config.yaml": yaml.safe_dump(configuration)}
        for path, text in files.items():
            (scratch / path).parent.mkdir(parents=True, exist_ok=True)
            (scratch / path).write_text(text, "utf-8")
        ran("git", "add", ".", cwd=scratch, home=home)
        return ran(sys.executable, "-m", "pre_commit", "run", name, cwd=scratch, home=home)

    return run


TEMPLATE = (REPOSITORY / "tests/templates/missing-start-build/pipeline.yaml").read_text("utf-8")


def test_pre_commit_stops_a_commit_with_a_finding(hook: Hook) -> None:
    done = hook("passrole", {"infra/pipeline.yaml": TEMPLATE})
    assert done.returncode == 1, done.stdout + done.stderr
    assert "infra/pipeline.yaml" in done.stdout
    assert "codebuild-start-build-missing" in done.stdout


def test_pre_commit_lets_others_pass(hook: Hook) -> None:
    fine = "Resources:\n  Topic: {Type: AWS::SNS::Topic}\n"
    done = hook("passrole", {"topic.yaml": fine, "README.md": "x\n"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


def test_arguments_name_folders(hook: Hook) -> None:
    files = {"infra/pipeline.yaml": TEMPLATE, "other/a.json": "{}\n"}
    done = hook("passrole", files, "--fail-on=critical", "other")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_hook_that_mends_fails_with_what_it_has_mended(hook: Hook) -> None:
    done = hook("passrole-fix", {"pipeline.yaml": TEMPLATE})
    assert done.returncode == 1
    assert "files were modified by this hook" in done.stdout
