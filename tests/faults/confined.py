"""passrole in a process with little memory and little time, without a network, and watched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

MEMORY = 1 << 30
SECONDS = 20
"""Of the processor: it tells a run that hangs from a machine that is busy."""

PROGRAM = """
import json, os, sys
try:
    import resource
except ImportError:
    pass
else:
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[3]),) * 2)
opened, started = [], []

def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        opened.append(os.fsdecode(arguments[0]))
    elif event.startswith(("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system", "os.fork")):
        started.append(event)

sys.addaudithook(watch)
from passrole.cli import main
try:
    code = main(sys.argv[4:])
finally:
    sys.stdout.flush()
    with open(sys.argv[1], "w") as file:
        json.dump([opened, started], file)
sys.exit(code)
"""


class Confined(NamedTuple):
    """What a command leaves behind: ``opened`` are files, ``started`` processes and connections."""

    code: int
    out: bytes
    err: bytes
    opened: tuple[str, ...]
    started: tuple[str, ...]


def confined(folder: Path, log: Path, *arguments: str) -> Confined:
    """Run a command of passrole in ``folder``; the log is written outside of it."""
    command = [
        *_without_network(), sys.executable, "-P", "-c", PROGRAM,
        str(log), str(MEMORY), str(SECONDS), *arguments,
    ]  # fmt: skip
    environment = {**os.environ, "CI": "true", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, check=False, timeout=600
    )
    opened, started = json.loads(log.read_text()) if log.exists() else ((), ())
    log.unlink(missing_ok=True)
    return Confined(done.returncode, done.stdout, done.stderr, tuple(opened), tuple(started))


@cache
def _without_network() -> tuple[str, ...]:
    """What goes before a command so that it has no network, where the system lets us."""
    program = shutil.which("unshare")
    if program is None:
        return ()
    command = (program, "-rn")
    tried = subprocess.run([*command, "true"], capture_output=True, check=False)
    return command if tried.returncode == 0 else ()
