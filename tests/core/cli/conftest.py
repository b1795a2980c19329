"""Runs commands in this process, in a small repository, and makes plugins for one test."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest
from tests.report_forms import check_report

from passrole.cli import main, options
from passrole.plugin_loading import FoundPlugin, find_plugins

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


class Outcome(NamedTuple):
    """What a command leaves behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]
EveryReport = Callable[..., tuple[int, dict[str, bytes]]]
Install = Callable[..., None]
FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown", "csv")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root of a repository with one template that has one critical finding; cwd is there."""
    (tmp_path / ".git").mkdir()
    text = (TEMPLATES / "missing-start-build" / "pipeline.yaml").read_text("utf-8")
    (tmp_path / "pipeline.yaml").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command, never lets a traceback pass, nor a report that is not of its form."""

    def command(*arguments: str | Path) -> Outcome:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:  # argparse answers by itself
            code = stop.code if isinstance(stop.code, int) else 0
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        if arguments[:1] == ("check",) and arguments.count("--format") == 1 and out:
            check_report(str(arguments[arguments.index("--format") + 1]), out)
        return Outcome(code, out, err)

    return command


@pytest.fixture
def every_report(run: Run, tmp_path_factory: pytest.TempPathFactory) -> EveryReport:
    """Runs a check once: its exit code, and the report in every format but HTML."""
    folder = tmp_path_factory.mktemp("reports")
    files = {name: folder / name for name in FORMATS}

    def command(*arguments: str | Path) -> tuple[int, dict[str, bytes]]:
        reports = (("--format", name, "-o", file) for name, file in files.items())
        done = run("check", *arguments, *(part for report in reports for part in report))
        reports_made = {name: file.read_bytes() for name, file in files.items()}
        for file in files.values():
            file.unlink()
        return done.code, reports_made

    return command


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts a plugin beside those that are installed; its hooks are given by name."""

    installed = list(find_plugins())

    def plugin(name: str, **hooks: object) -> None:
        module = ModuleType(f"plugin_{name}")
        vars(module).update(hooks)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        installed.append(FoundPlugin(name, module.__name__, f"dist-{name}", "1"))

    monkeypatch.setattr(options, "find_plugins", lambda: tuple(installed))
    return plugin
