"""Same input, same bytes: for any hash seed, current folder, locale and order of the directory."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

Run = Callable[..., Any]

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

FORMATS = """
import contextlib, os, random, sys, tempfile
from pathlib import Path
if os.environ.get("SHUFFLED"):
    order, scandir = random.Random(os.environ["SHUFFLED"]), os.scandir
    @contextlib.contextmanager
    def shuffled(path):
        with scandir(path) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        order.shuffle(found)
        yield found
    os.scandir = shuffled
from passrole.cli import main
from passrole import scans, spreading
if os.environ.get("PARTS"):
    scans.MANY = scans.SOME = spreading.LARGEST = spreading.SMALLEST = 1
jobs = ["--jobs", os.environ.get("JOBS", "1"), "--no-cache", "--no-third-party"]
formats = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown", "csv", "html")
check = ["check", sys.argv[1], "--show-unknown", *jobs]
if os.environ.get("ON_SCREEN"):
    for format_ in formats:
        main([*check, "--format", format_])
else:
    with tempfile.TemporaryDirectory() as folder:
        files = {format_: Path(folder, format_) for format_ in formats}
        reports = (("--format", format_, "-o", str(file)) for format_, file in files.items())
        main([*check, *(part for report in reports for part in report)])
        for file in files.values():
            sys.stdout.buffer.write(file.read_bytes())
main(["map", sys.argv[1], "--no-third-party"])
"""


@pytest.fixture(scope="module")
def repository_of_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All whole templates in one repository, some of them twice."""
    root = tmp_path_factory.mktemp("all")
    (root / ".git").mkdir()
    for folder in sorted(TEMPLATES.iterdir()):
        template = folder / "pipeline.yaml"
        if template.is_file():
            for copy in ("a", "b"):
                (root / copy / folder.name).mkdir(parents=True)
                shutil.copy(template, root / copy / folder.name)
    return root


def output(folder: Path, path: str, **environment: str) -> bytes:
    command = [sys.executable, "-P", "-c", FORMATS, path]
    environment = {**os.environ, **environment}
    done = subprocess.run(
        command, cwd=folder, env=environment, check=True, capture_output=True, timeout=120
    )
    assert done.stderr == b""
    return done.stdout


@pytest.fixture(scope="module")
def expected(repository_of_all: Path) -> bytes:
    """Every format from a run of its own; the other runs give all of them at once, in files."""
    return output(repository_of_all, ".", PYTHONHASHSEED="0", ON_SCREEN="yes")


@pytest.mark.parametrize("seed", ["1", "2", "3", "4"])
def test_any_hash_seed(seed: str, repository_of_all: Path, expected: bytes) -> None:
    assert output(repository_of_all, ".", PYTHONHASHSEED=seed) == expected


def test_any_current_folder(repository_of_all: Path, expected: bytes) -> None:
    assert output(repository_of_all / "b" / "clean", "../..") == expected
    assert output(repository_of_all.parent, repository_of_all.name) == expected
    assert output(repository_of_all, str(repository_of_all)) == expected


@pytest.mark.parametrize("locale", ["C", "tr_TR.UTF-8"])
def test_any_locale_and_time_zone(locale: str, repository_of_all: Path, expected: bytes) -> None:
    environment = {"LC_ALL": locale, "LANG": locale, "TZ": "Pacific/Kiritimati"}
    environment |= {"PYTHONIOENCODING": "ascii", "ON_SCREEN": "yes"}
    assert output(repository_of_all, ".", **environment) == expected


@pytest.mark.parametrize(
    ("seed", "locale", "zone", "jobs", "order"),
    [
        ("5", "C", "UTC", "2", "a"),
        ("6", "ja_JP.UTF-8", "Asia/Tokyo", "8", "b"),
        ("7", "tr_TR.UTF-8", "America/St_Johns", "1", "c"),
        ("8", "C.UTF-8", "Pacific/Chatham", "2", "d"),
    ],
)
def test_all_of_it_at_once(
    seed: str, locale: str, zone: str, jobs: str, order: str,
    repository_of_all: Path, expected: bytes,
) -> None:  # fmt: skip
    environment = {"PYTHONHASHSEED": seed, "LC_ALL": locale, "LANG": locale, "TZ": zone}
    folder = repository_of_all / "a"
    assert output(folder, "..", JOBS=jobs, SHUFFLED=order, **environment) == expected


@pytest.mark.parametrize("jobs", ["1", "2", "8"])
@pytest.mark.parametrize("seed", ["9", "10"])
def test_any_hash_seed_in_any_number_of_processes(
    seed: str, jobs: str, repository_of_all: Path, expected: bytes
) -> None:
    environment = {"PYTHONHASHSEED": seed, "JOBS": jobs, "PARTS": "smallest"}
    assert output(repository_of_all, ".", **environment) == expected


def test_any_order_of_the_directory(
    repository_of_all: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    @contextmanager
    def shuffled(path: str, seed: int) -> Iterator[list[os.DirEntry[str]]]:
        with scandir(path) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        random.Random(seed).shuffle(found)  # noqa: S311 - nothing secret
        yield found

    monkeypatch.chdir(repository_of_all)
    reports = set()
    for seed in range(5):
        monkeypatch.setattr(os, "scandir", lambda path, seed=seed: shuffled(path, seed))
        reports.add(run("check", ".", "--format", "json").out)
    assert len(reports) == 1
