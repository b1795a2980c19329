"""The shared decision corpus: every verdict, and none where the documentation gives none."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from passrole.iam.simulation import simulate_case


def cases(shared: Path, name: str) -> Iterator[dict[str, Any]]:
    with (shared / "oracle" / name).open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


@pytest.mark.slow
def test_every_open_case(shared: Path) -> None:
    checked = 0
    wrong = []
    for case in cases(shared, "cases_open.jsonl"):
        checked += 1
        decision = simulate_case(case)["decision"]
        if decision != case["expect"]:
            wrong.append((case["id"], decision, case["expect"]))
    assert checked == 3000
    assert wrong == []


def test_contested_cases_follow_the_documentation(shared: Path) -> None:
    contested = list(cases(shared, "cases_contested.jsonl"))
    found = {case["id"]: simulate_case(case)["decision"] for case in contested}
    documented = {
        case["id"]: "Unknown" if case["docs"] == "unclear" else case["docs"] for case in contested
    }
    assert found == documented


_RUN = """
import json, sys, time
from passrole.iam.simulation import simulate_lines
with open(sys.argv[1], encoding="utf-8") as lines:
    for answer in simulate_lines(lines):
        sys.stdout.write(json.dumps(answer) + "\\n")
sys.stderr.write(str(time.process_time()))
"""


@pytest.mark.slow
def test_all_open_cases_take_less_than_three_seconds_of_cpu(shared: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _RUN, str(shared / "oracle" / "cases_open.jsonl")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.count("\n") == 3000
    assert float(done.stderr) < 3
