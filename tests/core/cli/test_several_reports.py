"""Several reports of one run: whose ``-o`` is whose, and that all of them are written or none."""

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from passrole import hookimpl
from passrole.cli.output import write_all
from passrole.errors import UsageError

Run = Callable[..., Any]
FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown", "csv")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_belongs_to_the_format_before_it(tree: Path, run: Run) -> None:
    done = run("check", ".", "--format", "sarif", "-o", "x.sarif", "--format", "text")
    assert done.code == 1
    assert "codebuild-start-build-missing" in done.out
    assert json.loads((tree / "x.sarif").read_text())["version"] == "2.1.0"


def test_the_one_on_the_screen_may_come_first(tree: Path, run: Run) -> None:
    done = run("check", ".", "--format", "text", "--format", "junit", "--output=x.xml")
    assert done.out == run("check", ".").out
    root = ET.fromstring((tree / "x.xml").read_text())  # noqa: S314 - our own text
    assert root.get("failures") == "1"


@pytest.mark.parametrize(
    "options", [("-o", "x", "--format", "json"), ("--format", "json", "-o", "x")]
)
def test_one_format_takes_its_file_in_any_order(
    options: tuple[str, ...], tree: Path, run: Run
) -> None:
    done = run("check", ".", *options)
    assert (done.code, done.out) == (1, "")
    assert json.loads((tree / "x").read_text())["version"] == 1


def test_a_leading_file_belongs_to_the_first_format(tree: Path, run: Run) -> None:
    done = run("check", ".", "-o", "x", "--format", "json", "--format", "csv", "-o", "-")
    assert done.out.startswith("kind,")
    assert json.loads((tree / "x").read_text())["version"] == 1


def test_all_formats_in_one_run_say_what_each_says_alone(tree: Path, run: Run) -> None:
    options = [part for name in FORMATS for part in ("--format", name, "-o", f"out.{name}")]
    done = run("check", "pipeline.yaml", *options)
    assert (done.code, done.out) == (1, "")
    for name in FORMATS:
        alone = run("check", "pipeline.yaml", "--format", name).out
        with (tree / f"out.{name}").open(newline="") as written:
            assert written.read() == alone


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--format", "json", "--format", "text"), "only one report goes to the screen"),
        (("--format", "json", "-o", "-", "--format", "text"), "not json and text"),
        (("-o", "a", "-o", "b"), "more than one -o"),
        (("-o", "a", "--format", "json", "-o", "b", "--format", "csv"), "json report has more"),
        (("--format", "json", "-o", "a", "--format", "csv", "-o", "./a"), "the same file"),
        (("--format", "json", "-o", "a", "--format", "sraif"), "did you mean"),
        (("--format", "json", "-o", "a", "--format", "csv", "-o", "no/b"), "No such file"),
    ],
)
def test_what_would_be_lost_is_refused_before_anything_is_written(
    options: tuple[str, ...], words: str, tree: Path, run: Run
) -> None:
    done = run("check", ".", *options)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert names(tree) == [".git", "pipeline.yaml"]


def test_a_reporter_of_a_plugin_stands_beside_ours(
    tree: Path, run: Run, install: Callable[..., None]
) -> None:
    def render(results: Any, options: Any) -> str:
        return f"{len(results.findings)} {options.fail_on} {options.colour}"

    install("acme", passrole_reporters=hookimpl(lambda: {"odd": render}))
    run("check", ".", "--format", "odd", "-o", "odd.txt", "--format", "json", "--fail-on", "low")
    assert (tree / "odd.txt").read_text() == "1 low False"


def test_a_reporter_that_crashes_leaves_no_file_behind(
    tree: Path, run: Run, install: Callable[..., None]
) -> None:
    def render(*_: object) -> str:
        raise RuntimeError("odd")

    install("acme", passrole_reporters=hookimpl(lambda: {"odd": render}))
    done = run("check", ".", "--format", "json", "-o", "x", "--format", "odd", "-o", "y")
    assert (done.code, done.out) == (3, "")
    assert names(tree) == [".git", "pipeline.yaml"]


def test_where_one_file_cannot_be_written_all_stay_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a").write_text("before")
    calls = []

    def second_fails(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", second_fails)
    with pytest.raises(OSError, match="No space"):
        write_all([("1", str(tmp_path / "a")), ("2", str(tmp_path / "b")), ("3", None)])
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_text() == "before"
    assert capsys.readouterr().out == ""


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Is a directory"):
        write_all([("text", str(tmp_path))])


# A shell that runs the tests in the background has SIGINT ignored.
SIGNALLED = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from passrole.cli import main
os.fsync = lambda descriptor: os.kill(os.getpid(), getattr(signal, sys.argv[1]))
sys.exit(main(["check", "pipeline.yaml", "--format", "json", "-o", "x", "--format", "text"]))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGINT", 130)])
def test_a_signal_while_a_file_is_written_leaves_none(name: str, code: int, tree: Path) -> None:
    assert hasattr(signal, name)
    command = [sys.executable, "-c", SIGNALLED, name]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (code, "")
    assert names(tree) == [".git", "pipeline.yaml"]


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="needs /dev/stdout")
def test_the_devices_of_the_screen_are_written_to(tree: Path) -> None:
    command = [sys.executable, "-m", "passrole", "check", "pipeline.yaml", "--format", "github"]
    log = tree / "log"
    with log.open("w") as screen:
        more = ["-o", "/dev/stderr", "--format", "csv", "-o", "/dev/stdout"]
        subprocess.run([*command, *more], cwd=tree, stdout=screen, stderr=screen, check=False)
    text = log.read_text()
    assert text.startswith("::error ")
    assert "\nkind," in text
    assert Path("/dev/stdout").is_symlink()


@pytest.mark.slow
def test_runs_that_write_the_same_file_at_once_leave_one_whole_report(
    tree: Path, run: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (tree / "clean.yaml").write_text("Resources: {Artifacts: {Type: AWS::S3::Bucket}}\n")
    scanned = ("pipeline.yaml", "clean.yaml")
    alone = {run("check", path, "--format", "html").out for path in scanned}
    assert len(alone) == 2
    reports = tmp_path_factory.mktemp("reports")
    report = reports / "report.html"
    command = [sys.executable, "-P", "-m", "passrole", "check", "--format", "html", "-o"]
    processes = [
        subprocess.Popen([*command, str(report), path], cwd=tree, stderr=subprocess.PIPE)
        for path in scanned * 8
    ]
    ended = [(process.communicate(timeout=120)[1], process.returncode) for process in processes]
    assert ended == [(b"", 1), (b"", 0)] * 8
    assert report.read_text("utf-8") in alone
    assert names(reports) == ["report.html"]
