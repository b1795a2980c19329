"""Work in processes of this machine, each watched: one that dies or hangs costs its task a retry.

A task that was lost is tried once more, alone, when all others are done: what kills a worker must
not take others along, and what was killed for want of memory may live with all of it. What hung in
one step is not tried again: who asked is told which, and may leave it out.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, Self, cast

from passrole.executors import Answer, Executor, Lost, Noting, Work, attempted, notes
from passrole.records import NamedTuple

_TICK = 0.2
"""Seconds after which it is looked for what hangs."""
_MOST_OF_WINDOWS = 60
"""It cannot wait for more than 63 things at once."""
_SAFE_PATH = "PYTHONSAFEPATH"
_ENDING = (signal.SIGINT, signal.SIGTERM)


def processes(jobs: int, seconds: float | None = None) -> Executor:
    """An executor with at most ``jobs`` workers; a task may take ``seconds``, None for any time."""
    most = _MOST_OF_WINDOWS if os.name == "nt" else jobs
    return partial(_run, jobs=min(jobs, most), seconds=seconds)


def _run(work: Work, tasks: Sequence[Any], *, jobs: int, seconds: float | None) -> Iterator[Answer]:
    waiting = deque(range(len(tasks)))
    lost: list[int] = []
    with _Crew(work, min(jobs, len(tasks)), seconds) as crew:
        for position, answer in crew.answers(waiting, tasks):
            if isinstance(answer, _Dead):
                if answer.again:
                    lost.append(position)
                else:
                    yield position, answer.lost
            else:
                yield position, answer
    for position in sorted(lost):
        with _Crew(work, 1, seconds) as crew:
            for _, answer in crew.answers(deque((position,)), tasks):
                yield position, answer.lost if isinstance(answer, _Dead) else answer


class _Dead(NamedTuple):
    """What comes of a task whose worker did not live to answer."""

    lost: Lost
    again: bool = True


class _Worker:
    """A process, the pipe to it, and the task that it is at."""

    def __init__(self, context: BaseContext, work: Work, others: Sequence[_Worker]) -> None:
        self.pipe, theirs = context.Pipe()
        # A fork has our ends of all pipes: as long as one is open, it would not see that we died.
        forked = context.get_start_method() == "fork"
        ours = (self.pipe, *(each.pipe for each in others)) if forked else ()
        memory = notes.shared(context)
        self.notes = notes.Reader(memory)
        with _later(), _nothing_of_the_folder():
            self.process: BaseProcess = context.Process(  # type: ignore[attr-defined] # every context has it
                target=_serve, args=(theirs, work, memory, ours), daemon=True
            )
            self.process.start()
        theirs.close()
        self.task: int | None = None
        self.since = 0.0

    def give(self, position: int, task: Any) -> None:
        self.task, self.since = position, time.monotonic()
        self.notes.look(anew=True)
        self.pipe.send(task)

    def stop(self) -> None:
        """End it, whatever it is at."""
        self.pipe.close()
        self.process.kill()
        self.process.join()


class _Crew:
    """Workers that are all gone when the crew is left."""

    def __init__(self, work: Work, size: int, seconds: float | None) -> None:
        self._context = multiprocessing.get_context(_method())
        self._work = work
        self._seconds = seconds
        self._tick = _TICK if seconds is None else min(_TICK, seconds / 10)
        self._size = size
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()

    def answers(
        self, waiting: deque[int], tasks: Sequence[Any]
    ) -> Iterator[tuple[int, bytes | Lost | _Dead]]:
        """What comes of each task that is waiting."""
        while waiting or any(worker.task is not None for worker in self._workers):
            self._hand_out(waiting, tasks)
            busy = {worker.pipe: worker for worker in self._workers if worker.task is not None}
            for pipe in wait(list(busy), timeout=self._tick):
                worker = busy.pop(cast("Connection", pipe))  # it is one of those given
                yield self._position(worker), self._answer(worker)
            for worker in busy.values():
                worker.notes.look()
                if self._seconds is not None and time.monotonic() - worker.since > self._seconds:
                    position = self._position(worker)
                    self._dismiss(worker)
                    # Many steps that are slow together are no fault of the last one.
                    at = worker.notes.last() if worker.notes.lasted(self._seconds / 2) else ""
                    lost = Lost(f"it took more than {self._seconds:g} seconds", at)
                    # What hung in one step would hang there again.
                    yield position, _Dead(lost, again=not at)

    def _hand_out(self, waiting: deque[int], tasks: Sequence[Any]) -> None:
        idle = [worker for worker in self._workers if worker.task is None]
        while waiting:
            if idle:
                worker = idle.pop()
            elif len(self._workers) < self._size:
                worker = _Worker(self._context, self._work, self._workers)
                self._workers.append(worker)
            else:
                return
            position = waiting.popleft()
            # One that died while it was idle tells so when its answer is waited for.
            with contextlib.suppress(BrokenPipeError):
                worker.give(position, tasks[position])

    def _answer(self, worker: _Worker) -> bytes | Lost | _Dead:
        try:
            answer = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join()
            self._dismiss(worker)
            how = f"its process died ({_how(worker.process.exitcode)})"
            return _Dead(Lost(how, worker.notes.last()))
        worker.task = None
        return answer if isinstance(answer, (bytes, Lost)) else _Dead(Lost("its answer is garbage"))

    def _position(self, worker: _Worker) -> int:
        assert worker.task is not None  # noqa: S101 - only those at work are asked
        return worker.task

    def _dismiss(self, worker: _Worker) -> None:
        worker.stop()
        self._workers.remove(worker)


def _method() -> str:
    """How processes start.

    A fork has all plugins loaded; it is safe as long as nothing else runs in this process. On macOS
    the system's own libraries may run something, and Windows has none.
    """
    alone = threading.active_count() == 1 and sys.platform.startswith("linux")
    return "fork" if alone else "spawn"


def _how(code: int | None) -> str:
    if code is None or code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


@contextlib.contextmanager
def _later() -> Iterator[None]:
    """Signals that end us wait: one that comes while a process starts would leave it an orphan."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _nothing_of_the_folder() -> Iterator[None]:
    """A process that starts anew imports nothing from the current folder.

    It is started with ``python -c``, which looks there first; it may be the tree that is scanned.
    """
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_SAFE_PATH]
        else:
            os.environ[_SAFE_PATH] = before


def _serve(pipe: Connection, work: Any, memory: Any, ours: Sequence[Connection]) -> None:
    """The life of a worker: it ends when nobody is at the other end any more."""
    for each in ours:
        each.close()
    # Ctrl-C goes to the whole group; the parent decides what becomes of us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    sys.stdout = sys.stderr  # what a plugin prints is no part of the report
    if isinstance(work, Noting):
        work.note_in(notes.writer(memory))
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send(attempted(work, pipe.recv()))
