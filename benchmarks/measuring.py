"""What a process costs: processor time of the whole of it, wall time, peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_PAUSE = 0.01
Command = Sequence[str]


class Cost(NamedTuple):
    """User and system seconds of a process and its children, wall seconds, peak MiB."""

    cpu: float
    wall: float
    memory: float


def measure(
    command: Command, environment: Mapping[str, str] | None = None, *, with_workers: bool = False
) -> Cost:
    """The cost of one run; what it writes is thrown away, and how it ends does not count.

    Memory is the largest resident set of the process itself, as Linux and macOS count it; with its
    workers it is the most that all of them have together, what they share counted once, as seen
    every few milliseconds (Linux alone). Python may keep what it compiles, as it does for users.
    """
    kept = {name: each for name, each in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begun = time.perf_counter()
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**kept, **(environment or {})},
    ) as process:
        together = _most_together(process.pid) if with_workers else 0.0
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    wall = time.perf_counter() - begun
    memory = together or usage.ru_maxrss / unit
    return Cost(usage.ru_utime + usage.ru_stime, wall, memory)


def _most_together(pid: int) -> float:
    """The most MiB that a process and those below it have at a time, until it has ended."""
    most = 0.0
    while True:
        ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is not None or not Path("/proc", str(pid), "smaps_rollup").exists():
            return most
        most = max(most, sum(map(_share, _family(pid))))
        time.sleep(_PAUSE)


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path("/proc", str(pid), "task").glob("*/children"):
        for child in _text(task).split():
            yield from _family(int(child))


def _share(pid: int) -> float:
    """MiB of a process, of what it shares with others its share."""
    lines = _text(Path("/proc", str(pid), "smaps_rollup")).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except OSError:
        return ""  # it has ended meanwhile


def least(costs: Sequence[Cost]) -> Cost:
    """The least of each: a machine that has other work makes every figure larger, none smaller."""
    return Cost(*map(min, zip(*costs, strict=True)))


def in_turn(
    commands: Mapping[str, Command],
    runs: int,
    environment: Mapping[str, str] | None = None,
    *,
    with_workers: bool = False,
) -> Iterator[tuple[str, Cost]]:
    """The least cost of each command; they run one after the other, and so again and again.

    What the machine does beside falls on all of them alike then.
    """
    found: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            found[name].append(measure(command, environment, with_workers=with_workers))
    for name, costs in found.items():
        yield name, least(costs)
