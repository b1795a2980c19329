"""A signal at any time: an exit code that says so, no half report, nothing left behind."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.faults, pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")]

TRIES = 5


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    # A shell that runs the tests in the background has SIGINT ignored.
    program = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from passrole.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-P", "-c", program, "check", *arguments]
    return subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def duration(folder: Path, *arguments: str) -> float:
    begin = time.monotonic()
    start(folder, *arguments).communicate(timeout=120)
    return time.monotonic() - begin


def is_gone(group: int) -> bool:
    """Whether no process of the group is left, workers included."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_workers_end_with_whoever_made_them(repository: Path) -> None:
    program = """
import sys, time
from passrole.executors.processes import processes
answers = processes(3)(time.sleep, [60, 60, 60])
print("started", flush=True)
next(answers)
"""
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", program.replace("60", "0.5")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.3)
    process.kill()
    process.communicate(timeout=60)
    assert is_gone(process.pid)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("jobs", ["1", "3"])
def test_at_any_time(number: int, code: int, jobs: str, repository: Path) -> None:
    reports = repository.parent / "reports"
    reports.mkdir()
    report = reports / "report.json"
    listed = repository.parent / "repos.txt"
    listed.write_text("clean\nmissing-start-build\nhanging-beanstalk\ninfra\n")
    arguments = ("--repos", str(listed), "--jobs", jobs, "--format", "json", "-o", str(report))
    usual = duration(repository, *arguments)
    whole = report.read_bytes()
    order = random.Random(number)  # noqa: S311 - nothing secret
    ended = set()
    for _ in range(TRIES):
        report.write_bytes(b"old")
        process = start(repository, *arguments)
        # Before that it is Python that starts, which has its own way to be interrupted.
        time.sleep(usual * order.uniform(0.3, 1))
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        ended.add(process.returncode)
        assert process.returncode in (code, 1, -number), (process.returncode, err)
        assert out == b""
        if process.returncode == code:
            assert err.count(b"\n") <= 1
        assert report.read_bytes() in ((whole,) if process.returncode == 1 else (b"old", whole))
        assert [each.name for each in reports.iterdir()] == ["report.json"]
        assert is_gone(process.pid)
    assert code in ended


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_while_the_parts_of_one_tree_are_looked_at(
    number: int, code: int, repository: Path, tmp_path: Path
) -> None:
    """Workers that are busy for long end at once, and nothing is written."""
    mark = tmp_path / "busy"
    program = """
import pathlib, signal, sys, time
from passrole import examiners, scans, spreading
from passrole.cli import main

def examined(*_, **__):
    pathlib.Path(sys.argv[1]).touch()
    time.sleep(600)

signal.signal(signal.SIGINT, signal.default_int_handler)
scans.SOME = spreading.SMALLEST = 1
examiners.examined = examined
sys.exit(main(sys.argv[2:]))
"""
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", program, str(mark), "check", ".", "--jobs", "3", "--no-cache"],
        cwd=repository, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    while not mark.exists():
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert out == b"" and err.count(b"\n") == 1
    assert is_gone(process.pid)
