"""The hostile inputs that stand beside a checkout: every one of them, in every format."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

pytestmark = pytest.mark.corpus

CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f\x7f]")
ORDER = re.compile(rb"^\s*::|##[a-z]*\[", re.MULTILINE)
OURS = re.compile(rb"^::(?:error|warning|notice) [^\n]*$", re.MULTILINE)
PARSERS: dict[str, Callable[[bytes], object]] = {
    "json": json.loads,
    "sarif": json.loads,
    "gitlab": json.loads,
    "junit": ET.fromstring,
}


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


@pytest.mark.parametrize(
    "format_", ["text", "json", "sarif", "junit", "github", "gitlab", "markdown", "csv"]
)
def test_every_case_ends_in_order(format_: str, cases: list[Path]) -> None:
    command = [sys.executable, "-P", "-m", "passrole", "check", ".", "--show-unknown"]
    wrong = {}
    for case in cases:
        done = subprocess.run(
            [*command, "--format", format_], cwd=case, check=False, capture_output=True, timeout=60
        )
        output = OURS.sub(b"", done.stdout) if format_ == "github" else done.stdout
        if format_ == "csv":
            output = output.replace(b"\r\n", b"\n")
        output += done.stderr
        problems = [
            name
            for name, found in (
                ("exit code", done.returncode not in (0, 1, 3)),
                ("traceback", b"Traceback" in output),
                ("control character", CONTROL.search(output)),
                ("order to a build server", ORDER.search(output)),
                ("silent", not done.stdout),
                ("run", any((case / "rob").iterdir())),
            )
            if found
        ]
        done.stdout.decode("utf-8")
        if format_ in PARSERS:
            PARSERS[format_](done.stdout)
        if problems:
            wrong[case.name] = problems
    assert not wrong
