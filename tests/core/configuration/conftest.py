"""A small repository with settings, and commands run in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from passrole.cli import main

TEMPLATE = Path(__file__).resolve().parents[2] / "templates" / "missing-start-build"


class Outcome(NamedTuple):
    """What a command leaves behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root of a repository with one template that has one critical finding; cwd is there."""
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    (root / "pipeline.yaml").write_text((TEMPLATE / "pipeline.yaml").read_text("utf-8"), "utf-8")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command, never lets a traceback pass."""

    def command(*arguments: str | Path) -> Outcome:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:  # argparse answers by itself
            code = stop.code if isinstance(stop.code, int) else 0
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Outcome(code, out, err)

    return command
