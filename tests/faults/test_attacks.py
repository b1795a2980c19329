"""A hostile file beside a good one: little time and memory, an answer in order, the other analysed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.report_forms import check_report

from passrole.findings import INCOMPLETE
from passrole.reporters import BUILT_IN

from .attacks import ATTACKS, write
from .confined import Confined, confined
from .conftest import TEMPLATES

pytestmark = [pytest.mark.faults, pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")]

CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]")
ORDER = re.compile(rb"^\s*::|##[a-z]*\[", re.MULTILINE)
OURS = re.compile(rb"^::(?:error|warning|notice) [^\n]*$", re.MULTILINE)
OTHERS = (
    ("map", "."), ("map", ".", "--format", "html"), ("policy", "."), ("why", "s3:GetObject", "."),
    ("check", ".", "--diff", "--unsafe-fixes"),
)  # fmt: skip


def run_all(case: Path, reports: Path) -> tuple[Confined, dict[str, bytes]]:
    """Every format in one run."""
    reports.mkdir()
    files = [each for each in BUILT_IN if each != "text"]
    asked = [part for each in files for part in ("--format", each, "-o", str(reports / each))]
    done = confined(
        case, reports / "log", "check", ".", "--show-unknown", "--ruleset", "strict",
        *asked, "--format", "text",
    )  # fmt: skip
    written = {each: (reports / each).read_bytes() for each in files if (reports / each).exists()}
    return done, {"text": done.out, **written}


def check_order(case: Path, done: Confined, written: dict[str, bytes]) -> None:
    """What holds whatever a tree has in it."""
    assert done.code in (0, 1, 3), done.err
    assert b"Traceback" not in done.out + done.err
    assert b"internal error" not in done.err
    assert written.keys() == set(BUILT_IN)
    for format_, text in written.items():
        check_report(format_, text.decode("utf-8"))
        shown = OURS.sub(b"", text) if format_ == "github" else text
        shown = shown.replace(b"\r\n", b"\n") if format_ == "csv" else shown
        assert not CONTROL.search(shown), format_
        # A page for a browser is no log, and its script and style are our own.
        assert format_ == "html" or not ORDER.search(shown), format_
    inside = f"{case.resolve()}{os.sep}"
    ours = (inside, str(case.resolve().parent / "reports"), sys.prefix, sys.base_prefix, *filter(None, sys.path))  # fmt: skip
    strangers = [
        each for each in done.opened if Path(each).is_absolute() and not each.startswith(ours)
    ]
    assert [each for each in strangers if not each.startswith(("/dev/null", "/proc/self/fd"))] == []
    assert done.started == ()
    assert not [*case.glob("PWNED*"), *case.glob("*/PWNED*")]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is found in the good template when nothing stands beside it."""
    folder = tmp_path_factory.mktemp("alone") / "case"
    shutil.copytree(TEMPLATES / "missing-start-build", folder / "good")
    (folder / ".git").mkdir()
    _, written = run_all(folder, folder.parent / "reports")
    return fingerprints(written)


def fingerprints(written: dict[str, bytes]) -> list[str]:
    found = json.loads(written["json"])["findings"]
    return [each["fingerprint"] for each in found if each["location"]["path"].startswith("good/")]


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_costs_its_own_file_at_most(name: str, alone: list[str], tmp_path: Path) -> None:
    attack, case = ATTACKS[name], tmp_path / "case"
    shutil.copytree(TEMPLATES / "missing-start-build", case / "good")
    (case / ".git").mkdir()
    write(attack, case)
    done, written = run_all(case, tmp_path / "reports")
    check_order(case, done, written)
    assert alone and fingerprints(written) == alone
    report = json.loads(written["json"])
    kinds = {each["kind"] for each in report["diagnostics"]}
    assert kinds == attack.kinds
    assert report["summary"]["incomplete"] == (not attack.analysed)
    assert done.code == (1 if attack.analysed else 3)
    if not attack.analysed:
        (kind, *_) = sorted(kinds & INCOMPLETE)
        for format_, text in written.items():
            assert kind.encode() in text, f"{format_} does not say that something is missing"


@pytest.mark.parametrize("name", ATTACKS)
def test_other_commands_bear_it_too(name: str, tmp_path: Path) -> None:
    case = tmp_path / "case"
    shutil.copytree(TEMPLATES / "missing-start-build", case / "good")
    (case / ".git").mkdir()
    write(ATTACKS[name], case)
    for command in OTHERS:
        done = confined(case, tmp_path / "log", *command)
        assert done.code in (0, 1, 3), (command, done.err)
        assert b"Traceback" not in done.out + done.err, command
        assert b"internal error" not in done.err, command
        assert done.started == (), command


@pytest.mark.corpus
def test_the_hostile_cases_beside_a_checkout(
    shared: Path, alone: list[str], tmp_path: Path
) -> None:
    made = tmp_path / "made"
    made.mkdir()
    generator = [sys.executable, str(shared / "hostile_inputs.py"), str(made)]
    subprocess.run(generator, cwd=made, check=True, capture_output=True, timeout=120)
    for case in sorted(each for each in made.iterdir() if each.is_dir()):
        (case / "rob").mkdir()
        shutil.copytree(TEMPLATES / "missing-start-build", case / "good")
        shutil.rmtree(tmp_path / "made" / "reports", ignore_errors=True)
        done, written = run_all(case, made / "reports")
        check_order(case, done, written)
        assert fingerprints(written) == alone, case.name
