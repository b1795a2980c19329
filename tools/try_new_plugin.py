"""Run what ``passrole new-plugin`` writes as a stranger would: its own tox, in new environments.

    python tools/try_new_plugin.py FOLDER

FOLDER, which is emptied first, gets the new plugin. TOX_PACKAGE is the wheel of this checkout, as
tox has built it: pip is told to take passrole from there and from nowhere else.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def run(*command: str | Path, cwd: Path, **more: str) -> None:
    """Run a command, or end with its exit code."""
    done = subprocess.run(command, cwd=cwd, check=False, env={**os.environ, **more})
    if done.returncode:
        sys.exit(done.returncode)


def main(folder: Path) -> None:
    """Write, test."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    wheel = Path(os.environ["TOX_PACKAGE"])
    constraints = folder / "constraints.txt"
    constraints.write_text(f"passrole @ {wheel.as_uri()}\n", "utf-8")
    passrole = Path(sys.executable).with_name("passrole")
    run(passrole, "new-plugin", "try-me", "--into", folder, cwd=folder)
    run(
        sys.executable, "-m", "tox", "run-parallel", "--workdir", folder / "tox",
        cwd=folder / "passrole-try-me", PIP_CONSTRAINT=str(constraints),
    )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
