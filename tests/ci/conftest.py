"""Runs the steps of action.yml as a runner does: an environment, files for outputs, and bash."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
ACTION: dict[str, Any] = yaml.safe_load((REPOSITORY / "action.yml").read_text("utf-8"))
EXPRESSION = re.compile(r"\$\{\{ *([a-z_.-]+) *\}\}")


class Done(NamedTuple):
    """What a step leaves behind."""

    code: int
    out: str
    outputs: dict[str, str]
    summary: str


def step(name: str) -> dict[str, Any]:
    """The step of an id."""
    (found,) = (each for each in ACTION["runs"]["steps"] if each.get("id") == name)
    return dict(found)


@pytest.fixture
def run_step(tmp_path: Path) -> Callable[..., Done]:
    """Runs one step in the current folder; ``inputs`` are those that a workflow gives."""
    bash = shutil.which("bash")
    if bash is None or os.name != "posix":
        pytest.skip("needs bash, as the steps of the action do")
    temporary = tmp_path / "runner temp"
    temporary.mkdir()

    def run(
        name: str, inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None
    ) -> Done:
        given = {key: each.get("default", "") for key, each in ACTION["inputs"].items()}
        given.update(inputs or {})
        values = {f"inputs.{key}": value for key, value in given.items()}
        values.update({f"steps.{key}": value for key, value in (outputs or {}).items()})
        values["github.action_path"] = str(REPOSITORY)
        settings = {
            key: EXPRESSION.sub(lambda found: values.get(found[1], ""), str(value))
            for key, value in step(name).get("env", {}).items()
        }
        files = {key: tmp_path / key for key in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        done = subprocess.run(
            [bash, "--noprofile", "--norc", "-eo", "pipefail", "-c", step(name)["run"]],
            env={
                "PATH": os.environ["PATH"],
                "HOME": os.environ.get("HOME", "/"),
                "RUNNER_TEMP": str(temporary),
                **{key: str(file) for key, file in files.items()},
                **{key: os.environ[key] for key in os.environ if key.startswith("PIP_")},
                **settings,
            },
            capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
        lines = files["GITHUB_OUTPUT"].read_text("utf-8").splitlines()
        return Done(
            done.returncode,
            done.stdout + done.stderr,
            dict(line.split("=", 1) for line in lines),
            files["GITHUB_STEP_SUMMARY"].read_text("utf-8"),
        )

    return run


@pytest.fixture
def check(run_step: Callable[..., Done]) -> Callable[..., Done]:
    """Runs the step that checks, with this environment's passrole and inputs of one's own."""
    installed = {"install.outputs.scripts": str(Path(sys.executable).parent)}

    def run(**inputs: str) -> Done:
        named = {key.replace("_", "-"): value for key, value in inputs.items()}
        return run_step("check", named, installed)

    return run


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one finding; the current folder is there."""
    folder = tmp_path / "check out"
    (folder / ".git").mkdir(parents=True)
    text = (REPOSITORY / "tests/templates/missing-start-build/pipeline.yaml").read_text("utf-8")
    (folder / "pipeline.yaml").write_text(text, "utf-8")
    monkeypatch.chdir(folder)
    return folder
