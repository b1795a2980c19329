"""A report goes to the screen or into a file, whole or not at all."""

import errno
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passrole.cli.output import write
from passrole.errors import UsageError

Run = Callable[..., Any]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_file_holds_what_the_screen_would_show(tree: Path, run: Run) -> None:
    shown = run("check", ".").out
    done = run("check", ".", "-o", "report.txt")
    assert (done.code, done.out) == (1, "")
    assert (tree / "report.txt").read_text("utf-8") == shown


def test_a_dash_is_the_screen(tree: Path, run: Run) -> None:
    assert run("check", ".", "-o", "-").out == run("check", ".").out
    assert names(tree) == [".git", "pipeline.yaml"]


def test_characters_that_are_none_are_written_as_escapes(tmp_path: Path) -> None:
    write("\ud800 ok", str(tmp_path / "report"))
    assert (tmp_path / "report").read_bytes() == rb"\ud800 ok"


def test_a_link_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    link = tmp_path / "report"
    link.symlink_to(precious)
    write("theirs", str(link))
    assert precious.read_text() == "mine"
    assert link.read_text() == "theirs"
    assert not link.is_symlink()


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs /dev/null")
def test_a_device_stays_a_device(tmp_path: Path) -> None:
    link = tmp_path / "null"
    link.symlink_to("/dev/null")
    write("text", "/dev/null")
    write("text", str(link))
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert link.is_symlink()


@pytest.mark.parametrize("call", ["fsync", "replace", "open"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_what_stood_there_stays_where_writing_fails(
    call: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    report = tmp_path / "report"
    report.write_text("before")
    with monkeypatch.context() as patched:
        patched.setattr(os if call == "fsync" else Path, call, fails)
        with pytest.raises(OSError, match=os.strerror(number)):
            write("after", str(report))
    assert names(tmp_path) == ["report"]
    assert report.read_text() == "before"


def test_a_folder_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written: No such file or directory"):
        write("text", str(tmp_path / "no" / "report"))


# Colour


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, tree: Path, run: Run) -> Callable[..., str]:
    """The report as a terminal gets it."""

    def show(*options: str) -> str:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        out = run("check", ".", *options).out
        assert isinstance(out, str)
        return out

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return show


def test_a_terminal_gets_colour(terminal: Callable[..., str]) -> None:
    assert "\x1b[1;31mcritical\x1b[0m" in terminal()


def test_no_color_takes_it_away(
    terminal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in terminal()


def test_an_empty_no_color_says_nothing(
    terminal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    assert "\x1b" in terminal()


def test_a_dumb_terminal_gets_none(
    terminal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in terminal()


def test_a_pipe_gets_none(tree: Path, run: Run) -> None:
    assert "\x1b" not in run("check", ".").out
