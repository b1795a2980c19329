"""The hostile inputs that stand beside a checkout: every one of them, in every format."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.report_forms import check_report

from passrole.reporters import BUILT_IN

pytestmark = pytest.mark.corpus

CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f\x7f]")
ORDER = re.compile(rb"^\s*::|##[a-z]*\[", re.MULTILINE)
OURS = re.compile(rb"^::(?:error|warning|notice) [^\n]*$", re.MULTILINE)


@pytest.fixture(scope="module")
def cases(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The folders that the generator of hostile inputs makes."""
    folder = tmp_path_factory.mktemp("hostile")
    generator = [sys.executable, str(shared / "hostile_inputs.py"), str(folder)]
    subprocess.run(generator, cwd=folder, check=True, capture_output=True, timeout=120)
    made = sorted(path for path in folder.iterdir() if path.is_dir())
    assert made
    for case in made:
        (case / "rob").mkdir()  # where code of theirs would leave its mark
    return made


def test_every_case_ends_in_order(cases: list[Path], tmp_path: Path) -> None:
    reports = [
        part
        for name in BUILT_IN
        if name != "text"
        for part in ("--format", name, "-o", str(tmp_path / name))
    ]
    command = [sys.executable, "-P", "-m", "passrole", "check", ".", "--show-unknown", *reports]
    wrong = {}
    for case in cases:
        done = subprocess.run(
            [*command, "--format", "text"], cwd=case, check=False, capture_output=True, timeout=60
        )
        written = {each: (tmp_path / each).read_bytes() for each in BUILT_IN if each != "text"}
        problems = [
            name
            for name, found in (
                ("exit code", done.returncode not in (0, 1, 3)),
                ("traceback", b"Traceback" in done.stdout + done.stderr),
                ("silent", not done.stdout),
                ("run", any((case / "rob").iterdir())),
            )
            if found
        ]
        for name, text in {"text": done.stdout + done.stderr, **written}.items():
            problems += problems_of(name, text)
        if problems:
            wrong[case.name] = problems
    assert not wrong


def problems_of(format_: str, text: bytes) -> list[str]:
    """What is wrong with a report; raises where it is not of its form."""
    check_report(format_, text.decode("utf-8"))
    shown = OURS.sub(b"", text) if format_ == "github" else text
    shown = shown.replace(b"\r\n", b"\n") if format_ == "csv" else shown
    found = []
    if CONTROL.search(shown):
        found.append(f"control character in {format_}")
    # A page for a browser is no log, and its script and style are our own.
    if format_ != "html" and ORDER.search(shown):
        found.append(f"order to a build server in {format_}")
    return found
