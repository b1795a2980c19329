"""The system refuses at each call in turn: the run says so, or says what it says without."""

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passrole.documents import candidates, reading

pytestmark = pytest.mark.faults

REFUSALS = [
    ("open", errno.EACCES),
    ("open", errno.EMFILE),
    ("open", errno.ENOENT),  # it was there a moment ago
    ("scandir", errno.EACCES),
    ("stat", errno.EIO),
    ("fstat", errno.EIO),
    ("lstat", errno.EACCES),
]
MOST = 400
"""More calls than a run of the repository makes."""

Run = Callable[..., Any]


class Failing:
    """Stands for a function, and raises at its n-th call."""

    def __init__(self, function: Callable[..., Any], at: int, number: int) -> None:
        self.function = function
        self.left = at
        self.number = number
        self.raised = False

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            self.raised = True
            raise OSError(self.number, os.strerror(self.number))
        return self.function(*arguments, **options)


def told(outcome: Any) -> tuple[int, list[Any]]:
    report = json.loads(outcome.out)
    return outcome.code, report["findings"]


@pytest.mark.parametrize(
    ("call", "number"), REFUSALS, ids=[f"{call}-{errno.errorcode[each]}" for call, each in REFUSALS]
)
def test_no_refusal_passes_for_a_clean_tree(
    call: str, number: int, repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("check", ".", "--format", "json", "--ruleset", "strict", "--no-cache")
    code, findings = told(run(*arguments))
    assert code == 1 and len(findings) > 3
    failures = 0
    for at in range(1, MOST, 5 if call == "stat" else 1):
        failing = Failing(getattr(os, call), at, number)
        with monkeypatch.context() as patch:
            patch.setattr(os, call, failing)
            outcome = run(*arguments)
        if not failing.raised:
            break
        failures += 1
        if outcome.code == 2:
            assert outcome.err.startswith("passrole: error:") and not outcome.out
        elif outcome.code != 3:
            # It was asked of something that the run can do without.
            assert told(outcome) == (code, findings), f"call {at} of {call}"
        elif outcome.out:
            assert json.loads(outcome.out)["summary"]["incomplete"]
        else:
            assert outcome.err
    else:
        pytest.fail("it never ends")
    assert failures or call in ("stat", "lstat", "fstat")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO], ids=errno.errorcode.get)
def test_an_old_report_stays_where_a_new_one_cannot_be_written(
    number: int, repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = repository.parent / "reports"
    outside.mkdir()
    reports = [outside / "a.json", outside / "b.sarif"]
    arguments = (
        "check", ".", "--no-cache", "--format", "json", "-o", reports[0],
        "--format", "sarif", "-o", reports[1],
    )  # fmt: skip
    assert run(*arguments).code == 1
    whole = {report: report.read_bytes() for report in reports}
    for report in reports:
        report.write_bytes(b"old")
    for function in ("fsync", "unlink"):
        for at in range(1, 5):
            with monkeypatch.context() as patch:
                patch.setattr(os, function, Failing(getattr(os, function), at, number))
                outcome = run(*arguments)
            contents = {report.read_bytes() for report in reports}
            complete = all(report.read_bytes() == whole[report] for report in reports)
            assert (
                complete if outcome.code == 1 else outcome.code in (2, 3) and contents == {b"old"}
            )
            for report in reports:
                report.write_bytes(b"old")
            assert sorted(each.name for each in outside.iterdir()) == ["a.json", "b.sarif"]


def test_a_file_that_changes_or_goes_during_the_run(
    repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_file = reading.read_file

    def vanishing(location: str, *arguments: Any) -> Any:
        if location.endswith("clean/pipeline.yaml"):
            Path(location).unlink(missing_ok=True)
        return read_file(location, *arguments)

    monkeypatch.setattr(candidates, "read_file", vanishing)
    outcome = run("check", ".", "--format", "json", "--no-cache")
    assert outcome.code == 3
    messages = [each["message"] for each in json.loads(outcome.out)["diagnostics"]]
    assert any("clean/pipeline.yaml" in each for each in messages)


def test_what_cannot_be_read_to_its_end_is_told(
    repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_most = reading._at_most

    def broken(file: int, *sizes: int) -> bytes:
        data = at_most(file, *sizes)
        if b"beanstalk" in data:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return data

    monkeypatch.setattr(reading, "_at_most", broken)
    outcome = run("check", ".", "--format", "json", "--no-cache")
    assert outcome.code == 3
    (told,) = json.loads(outcome.out)["diagnostics"]
    assert told["kind"] == "unreadable" and "hanging-beanstalk" in told["message"]
