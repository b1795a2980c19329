"""-q, -v and the line that says how far a long run is: on standard error, never in a report."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from passrole.cli import progress

Run = Callable[..., "tuple[int, str, str]"]


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds, in a list of one that a test sets."""
    now = [0.0]
    monkeypatch.setattr(progress, "perf_counter", lambda: now[0])
    return now


def test_a_report_is_the_same_whatever_is_told_beside_it(tree: Path, run: Run) -> None:
    code, out, err = run("check", ".")
    assert err == ""
    assert run("check", ".", "-vv")[:2] == (code, out)
    assert run("-v", "check", ".")[:2] == (code, out)
    assert run("check", ".", "--quiet") == (code, out, "")


def test_verbose_tells_settings_plugins_and_times(tree: Path, run: Run) -> None:
    (tree / "passrole.toml").write_text("jobs = 2\n")
    for arguments in (("-v", "check", "."), ("check", "-v", "."), ("map", ".", "--verbose")):
        err = run(*arguments)[2]
        assert "passrole: settings of the project: passrole.toml\n" in err
        assert "passrole: files read: 1, passed over: 0\n" in err
        assert "passrole: asking rules: " in err
        assert "read pipeline.yaml" not in err
    assert "passrole: read pipeline.yaml\n" in run("check", ".", "-vv")[2]
    assert "passrole: read pipeline.yaml\n" in run("why", "s3:GetObject", "-vv")[2]
    assert "settings of the project: none" in run("policy", "-v", "--isolated")[2]


def test_names_of_files_are_harmless_in_what_is_told(tree: Path, run: Run) -> None:
    (tree / "pipeline.yaml").rename(tree / "a\x1b[31m.yaml")
    assert "\x1b" not in run("check", ".", "-vv")[2]


def test_quiet_leaves_out_a_report_that_all_is_well(tree: Path, run: Run) -> None:
    assert "No findings" in run("check", ".", "--select", "explicit-deny-hit")[1]
    assert run("check", ".", "--select", "explicit-deny-hit", "-q") == (0, "", "")
    assert run("check", ".", "--select", "explicit-deny-hit", "-q", "-o", "r.txt") == (0, "", "")
    assert "No findings" in (tree / "r.txt").read_text()
    (tree / "passrole.toml").write_text("fail-on = 'never'\nselect = 'explicit-deny-hit'\n")
    assert "settings  fail-on" in run("check", ".", "-q")[1], "what weakens the verdict is told"


def test_a_short_run_shows_no_line(clock: list[float]) -> None:
    screen = Screen()
    line = progress.Progress(screen)
    line("reading files", 0, 10)
    clock[0] = progress.PATIENCE / 2
    line("reading files", 5, 10)
    line.close()
    assert screen.getvalue() == ""


def test_a_long_run_shows_one_line_and_wipes_it_out(clock: list[float]) -> None:
    screen = Screen()
    line = progress.Progress(screen)
    line("looking for files", 0, 0)
    clock[0] = 1.0
    line("reading files", 5, 10)
    line("reading files", 6, 10)
    clock[0] = 3.0
    line("asking rules", 9, 10)
    line.close()
    shown = screen.getvalue().split("\r\x1b[K")
    assert shown[0] == ""
    assert "reading files" in shown[1]
    assert shown[1].endswith(" 50 %"), "not more often than a person can read"
    assert "asking rules" in shown[2]
    assert shown[3] == ""
    assert "\n" not in screen.getvalue()
    assert line.times == {"looking for files": 1.0, "reading files": 2.0, "asking rules": 0.0}


@pytest.mark.parametrize(("name", "value"), [("CI", "true"), ("TERM", "dumb")])
def test_where_nobody_looks_there_is_no_line(
    name: str, value: str, tree: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    monkeypatch.setattr(progress, "PAUSE", -1.0)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    run("check", ".")
    assert "reading files" in screen.getvalue()
    screen.truncate(0)
    screen.seek(0)
    run("check", ".", "-q")
    monkeypatch.setenv(name, value)
    run("check", ".")
    assert screen.getvalue() == ""
