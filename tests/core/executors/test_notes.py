"""What a worker notes can be read when it can no longer be asked."""

import faulthandler
import multiprocessing
import os
import re
import signal
import time
from typing import Any

import pytest

from passrole.executors import Lost, Note
from passrole.executors.notes import Reader, shared, writer
from passrole.executors.processes import processes

FORKS = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="no fork here"
)


class Work:
    """Says what it is at, and then does it."""

    def __init__(self) -> None:
        self._note: Note = print  # never: there is a place for notes

    def note_in(self, note: Note, /) -> None:
        self._note = note

    def __call__(self, task: str) -> bytes:
        self._note("beginning")
        self._note(task)
        if task == "loop":
            while True:
                pass
        if task == "expression":
            re.match(r"(?:a|a)+$", "a" * 60 + "b")
        if task == "sleep":
            time.sleep(600)
        if task == "crash":
            faulthandler.disable()  # what it would print is no part of the test
            os.kill(os.getpid(), signal.SIGSEGV)
        for step in range(20 if task == "many steps" else 0):
            self._note(str(step))
            time.sleep(0.1)
        return task.encode()


@pytest.fixture(params=multiprocessing.get_all_start_methods())
def memory(request: pytest.FixtureRequest) -> Any:
    return shared(multiprocessing.get_context(request.param))


def test_a_note_takes_the_place_of_the_last(memory: Any) -> None:
    note, reader = writer(memory), Reader(memory)
    assert reader.last() == ""
    note("a long note")
    note("short")
    assert reader.last() == "short"


@pytest.mark.parametrize("words", ["x" * 100_000, "\U0001f300" * 100_000, "\udcff" * 100_000])
def test_a_long_note_is_cut(words: str, memory: Any) -> None:
    writer(memory)(words)
    read = Reader(memory).last()
    assert len(read) == 1_000
    assert words.startswith(read)


def test_a_note_that_was_not_written_whole_is_none(memory: Any) -> None:
    writer(memory)("é")
    memory[7] = 0
    assert Reader(memory).last() == ""


@FORKS
@pytest.mark.parametrize(
    "task",
    [
        "expression",
        pytest.param("loop", marks=pytest.mark.slow),
        pytest.param("sleep", marks=pytest.mark.slow),
    ],
)
def test_what_hangs_says_where(task: str) -> None:
    answers = dict(processes(2, seconds=2)(Work(), [task, "say"]))
    assert answers == {0: Lost("it took more than 2 seconds", task), 1: b"say"}


@FORKS
def test_what_dies_says_where() -> None:
    answers = dict(processes(2)(Work(), ["crash", "say"]))
    assert answers == {0: Lost("its process died (SIGSEGV)", "crash"), 1: b"say"}


@FORKS
def test_the_last_of_many_steps_is_not_to_blame() -> None:
    answers = dict(processes(1, seconds=1)(Work(), ["many steps"]))
    assert answers == {0: Lost("it took more than 1 seconds", "")}
