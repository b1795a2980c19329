"""Fuzzes every target for some seconds each and prints what came of it: ``run.py SECONDS [TARGET…]``."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import targets

FIGURES = {
    "executed": "number_of_executed_units",
    "new inputs": "new_units_added",
    "peak MB": "peak_rss_mb",
}


def fuzz(name: str, seconds: str, folder: Path) -> tuple[bool, str]:
    """Whether a target held, and its line of the table."""
    command = [
        sys.executable,
        str(Path(__file__).with_name("fuzzer.py")),
        name,
        seconds,
        str(folder / name),
    ]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    figures = [
        found[1] if (found := re.search(rf"stat::{figure}:\s+(\d+)", done.stderr)) else "?"
        for figure in FIGURES.values()
    ]
    line = f"{name:<16}{'held' if done.returncode == 0 else 'FAILED':<8}" + "".join(
        f"{each:>12}" for each in figures
    )
    if done.returncode:
        crashes = [each.read_bytes() for each in sorted(folder.glob(f"{name}-*"))]
        line += f"\n{done.stderr[-6000:]}\ninput: {crashes!r}"
    return done.returncode == 0, line


def main(seconds: str, *names: str) -> int:
    """1 where a target failed."""
    print(
        f"{seconds} s each\n{'target':<16}{'':<8}" + "".join(f"{each:>12}" for each in FIGURES),
        flush=True,
    )
    held = True
    with tempfile.TemporaryDirectory() as folder:
        for name in names or targets.TARGETS:
            fine, line = fuzz(name, seconds, Path(folder))
            held = held and fine
            print(line, flush=True)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
