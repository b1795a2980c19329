"""Workers that start anew, as on macOS and Windows: the same answers, and nothing of the folder."""

import json
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.core.executors.test_notes import Work
from tests.core.executors.test_processes import work

from passrole.executors import Lost
from passrole.executors import processes as room
from passrole.executors.processes import processes
from passrole.testing.misbehaving import BAD_PLUGINS, BAIT
from passrole.testing.misdeeds import PRINTED

pytestmark = pytest.mark.faults

ANEW = [each for each in multiprocessing.get_all_start_methods() if each != "fork"]
TEMPLATE = Path(__file__).resolve().parents[2] / "templates" / "clean" / "pipeline.yaml"
SPAWNING = """
import sys
if __name__ == "__main__":
    from passrole.executors import processes
    processes._method = lambda: sys.argv[1]
    from passrole.cli import main
    sys.exit(main(sys.argv[2:]))
"""
TRAPS = ("multiprocessing/__init__", "multiprocessing/spawn", "multiprocessing/forkserver",
         "random", "tokenize", "signal", "passrole/__init__", "sitecustomize")  # fmt: skip


@pytest.fixture(params=ANEW, autouse=True)
def method(
    request: pytest.FixtureRequest, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """How workers start; what they work with is found by its name."""
    monkeypatch.syspath_prepend(str(repository))
    monkeypatch.setattr(room, "_method", lambda: request.param)
    return str(request.param)


def test_tasks_that_answer_raise_die_and_leave() -> None:
    tasks = [("say", "a"), ("raise", "odd"), ("exit", "now"), ("leave", ""), ("say", "b")]
    assert dict(processes(2)(work, tasks)) == {
        0: b"a",
        1: Lost("ValueError: odd"),
        2: Lost("SystemExit: now"),
        3: Lost("its process died (exit code 7)"),
        4: b"b",
    }
    assert multiprocessing.active_children() == []


def test_what_hangs_says_where() -> None:
    answers = dict(processes(2, seconds=6)(Work(), ["expression", "say"]))
    assert answers == {0: Lost("it took more than 6 seconds", "expression"), 1: b"say"}


def test_a_worker_imports_nothing_from_the_scanned_folder(method: str, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for trap in TRAPS:
        (tree / trap).parent.mkdir(parents=True, exist_ok=True)
        (tree / f"{trap}.py").write_text(f"open({str(tmp_path / 'PWNED')!r}, 'w')\n")
    (tree / "pipeline.yaml").write_text(TEMPLATE.read_text("utf-8"), "utf-8")
    done = spawning(tmp_path, method)
    assert not (tmp_path / "PWNED").exists()
    assert done.returncode == 0, done.stderr
    assert b"1 pipeline" in done.stdout


def test_what_a_plugin_prints_in_a_worker_is_no_part_of_the_report(
    method: str, tmp_path: Path
) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "template.yaml").write_text(BAIT)
    (bad,) = [each for each in BAD_PLUGINS if str(each) == "rule: prints"]
    bad.install(tmp_path)
    done = spawning(tmp_path, method, "--format", "json")
    assert json.loads(done.stdout)["summary"]["incomplete"] is False
    assert PRINTED.encode() in done.stderr


def spawning(folder: Path, method: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """A check of a tree by a script, whose workers start by some method."""
    script = folder / "spawning.py"
    script.write_text(SPAWNING)
    environment = {name: each for name, each in os.environ.items() if name != "PYTHONSAFEPATH"}
    command = [sys.executable, str(script), method, "check", ".", "--timeout", "100", *arguments]
    return subprocess.run(
        command, cwd=folder / "tree", env=environment, capture_output=True, check=False, timeout=300
    )
