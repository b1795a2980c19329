"""What a process costs: processor time of the whole of it, wall time, peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

Command = Sequence[str]


class Cost(NamedTuple):
    """User and system seconds of a process and its children, wall seconds, peak MiB."""

    cpu: float
    wall: float
    memory: float


def measure(command: Command, environment: Mapping[str, str] | None = None) -> Cost:
    """The cost of one run; what it writes is thrown away, and how it ends does not count.

    Memory is the largest resident set of the process itself, as Linux and macOS count it. Python
    may keep what it compiles, as it does for users.
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
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    wall = time.perf_counter() - begun
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / unit)


def least(costs: Sequence[Cost]) -> Cost:
    """The least of each: a machine that has other work makes every figure larger, none smaller."""
    return Cost(*map(min, zip(*costs, strict=True)))


def in_turn(
    commands: Mapping[str, Command], runs: int, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[str, Cost]]:
    """The least cost of each command; they run one after the other, and so again and again.

    What the machine does beside falls on all of them alike then.
    """
    found: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            found[name].append(measure(command, environment))
    for name, costs in found.items():
        yield name, least(costs)
