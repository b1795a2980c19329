"""Every task gets an answer, whatever becomes of the process that was at it."""

import multiprocessing
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from passrole.executors import Lost, serial
from passrole.executors.processes import processes

pytestmark = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="works on tasks by spawn alone"
)


def work(task: tuple[str, str]) -> bytes:
    what, argument = task
    if what == "raise":
        raise ValueError(argument)
    if what == "exit":
        sys.exit(argument)
    if what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "leave":
        os._exit(7)
    if what == "hang":
        time.sleep(600)
    if what == "die once":
        flag = Path(argument)
        if not flag.exists():
            flag.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return argument.encode()


@pytest.fixture(autouse=True)
def nobody_left() -> object:
    yield
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_every_task_is_answered(jobs: int) -> None:
    tasks = [("say", str(number)) for number in range(12)]
    expected = {number: str(number).encode() for number in range(12)}
    assert dict(processes(jobs)(work, tasks)) == expected == dict(serial(work, tasks))


def test_no_task_needs_no_process() -> None:
    assert list(processes(3)(work, [])) == []


@pytest.mark.parametrize("execute", [serial, processes(2)])
def test_what_raises_is_lost_alone(execute: object) -> None:
    tasks = [("say", "a"), ("raise", "odd"), ("exit", "now"), ("say", "b")]
    assert dict(execute(work, tasks)) == {  # type: ignore[operator]
        0: b"a",
        1: Lost("ValueError: odd"),
        2: Lost("SystemExit: now"),
        3: b"b",
    }


def test_a_dead_worker_costs_its_task_alone() -> None:
    tasks = [("die", ""), *(("say", str(number)) for number in range(6)), ("leave", "")]
    answers = dict(processes(2)(work, tasks))
    assert answers.pop(0) == Lost("its process died (SIGKILL)")
    assert answers.pop(7) == Lost("its process died (exit code 7)")
    assert answers == {number + 1: str(number).encode() for number in range(6)}


def test_what_dies_once_is_done_again(tmp_path: Path) -> None:
    tasks = [("die once", str(tmp_path / "a")), ("say", "b")]
    assert dict(processes(2)(work, tasks)) == {0: str(tmp_path / "a").encode(), 1: b"b"}


def test_what_hangs_is_given_up() -> None:
    answers = dict(processes(2, seconds=1)(work, [("hang", ""), ("say", "a")]))
    assert answers == {0: Lost("it took more than 1 seconds"), 1: b"a"}


def test_whoever_stops_early_leaves_nobody_behind() -> None:
    answers = processes(3)(work, [("say", "a"), ("hang", ""), ("hang", "")])
    assert next(answers) == (0, b"a")
    assert multiprocessing.active_children() != []
    answers.close()  # type: ignore[attr-defined]


def test_beside_other_threads_workers_start_anew() -> None:
    stop = threading.Event()
    other = threading.Thread(target=stop.wait)
    other.start()
    try:
        # A forked copy of a process with threads may wait for ever for a lock that nobody holds.
        assert dict(processes(2)(bytes, [b"a", b"b"])) == {0: b"a", 1: b"b"}
    finally:
        stop.set()
        other.join()
