"""A real Dask cluster on this machine: same output, and a worker that dies costs a retry."""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from passrole.errors import UsageError
from passrole.executors.cluster import cluster

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
WORK = """
import os, time
def work(task):
    what, folder = task
    if what == "die once" and not os.path.exists(os.path.join(folder, "died")):
        open(os.path.join(folder, "died"), "x").close()
        os.kill(os.getpid(), 9)
    if what == "raise":
        raise ValueError("odd")
    time.sleep(0.05)
    return what.encode()
"""

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(
        importlib.util.find_spec("distributed") is None, reason="the extra dask is not installed"
    ),
]


class Cluster:
    """A scheduler and two workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.processes: list[subprocess.Popen[str]] = []
        self.environment = {**os.environ, "PYTHONPATH": str(folder), "DASK_CONFIG": str(folder)}
        scheduler = self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-show")
        assert scheduler.stderr is not None
        for line in scheduler.stderr:
            found = re.search(r"tcp://(127\.0\.0\.1:[0-9]+)", line)
            if found:
                self.address = found[1]
                break
        for _ in range(2):
            self.start("worker", f"tcp://{self.address}", "--nthreads", "1", "--nanny")

    def start(self, what: str, *arguments: str) -> subprocess.Popen[str]:
        command = [
            sys.executable,
            "-m",
            f"distributed.cli.dask_{what}",
            *arguments,
            "--no-dashboard",
        ]
        process = subprocess.Popen(
            command,
            env=self.environment,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        self.processes.append(process)
        return process

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.send_signal(signal.SIGINT)
        for process in self.processes:
            try:
                process.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("modules")
    (folder / "cluster_work.py").write_text(WORK)
    sys.path.insert(0, str(folder))
    found = Cluster(folder)
    yield found
    found.stop()
    sys.path.remove(str(folder))


@pytest.fixture
def work(running: Cluster) -> Any:
    import cluster_work  # type: ignore[import-not-found] # noqa: PLC0415 - written by `running`

    return cluster_work.work


def test_every_task_is_answered(running: Cluster, work: Any, tmp_path: Path) -> None:
    tasks = [(str(number), str(tmp_path)) for number in range(20)]
    answers = dict(cluster(running.address)(work, tasks))
    assert answers == {number: str(number).encode() for number in range(20)}


def test_a_worker_that_dies_costs_a_retry(running: Cluster, work: Any, tmp_path: Path) -> None:
    tasks = [("die once", str(tmp_path)), *((str(each), "") for each in range(10)), ("raise", "")]
    answers = dict(cluster(running.address)(work, tasks))
    assert answers[0] == b"die once"
    assert answers.pop(11).reason == "ValueError: odd"  # type: ignore[union-attr]
    assert [answers[each + 1] for each in range(10)] == [str(each).encode() for each in range(10)]


def test_check_says_the_same_as_here(running: Cluster, tmp_path: Path) -> None:
    for name in ("missing-start-build", "clean", "hanging-beanstalk"):
        (tmp_path / name / ".git").mkdir(parents=True)
        shutil.copy(TEMPLATES / name / "pipeline.yaml", tmp_path / name)
    (tmp_path / "repos.txt").write_text("missing-start-build\nclean\nhanging-beanstalk\n")
    outputs = []
    for more in ([], ["--executor", f"dask://{running.address}"]):
        command = [sys.executable, "-m", "passrole", "check", "--repos", "repos.txt", *more]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=False)
        outputs.append((done.returncode, done.stdout, done.stderr))
    assert outputs[0] == outputs[1]
    assert outputs[0][0] == 1 and outputs[0][2] == b""


def test_a_scheduler_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("passrole.executors.cluster._SECONDS_TO_CONNECT", 1)
    begin = time.monotonic()
    with pytest.raises(UsageError, match="no Dask scheduler answers at 127"):
        list(cluster("127.0.0.1:9")(bytes, [b"a"]))
    assert time.monotonic() - begin < 60
