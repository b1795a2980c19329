"""What the benchmark writes is read by passrole: so many pipelines, so many roles, no flaw."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def benchmarks_importable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(REPOSITORY))
    yield
    for name in [each for each in sys.modules if each.partition(".")[0] == "benchmarks"]:
        del sys.modules[name]


def summary_of(path: Path) -> Any:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "passrole", "check", "--format", "json", path.name],
        cwd=path.parent, check=True, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    report = json.loads(done.stdout)
    assert report["findings"] == []
    assert report["unknowns"] == []
    return report["summary"]


def test_a_template_of_a_size_has_a_pipeline_among_other_resources(tmp_path: Path) -> None:
    from benchmarks.templates import cdk_template  # noqa: PLC0415 - see the fixture

    path = tmp_path / "cdk.template.json"
    text = cdk_template(200_000)
    path.write_text(text, encoding="utf-8")
    summary = summary_of(path)
    assert 200_000 <= len(text) < 220_000
    assert (summary["pipelines"], summary["roles"]) == (3, 12)


def test_a_large_template_has_what_is_asked_for(tmp_path: Path) -> None:
    from benchmarks.templates import large_template  # noqa: PLC0415 - see the fixture

    path = tmp_path / "large.json"
    text = large_template(120, 3)
    path.write_text(text, encoding="utf-8")
    summary = summary_of(path)
    assert len(json.loads(text)["Resources"]) == 120
    assert (summary["pipelines"], summary["roles"]) == (3, 12)


def test_a_mixed_tree_has_files_of_every_kind(tmp_path: Path) -> None:
    from benchmarks.trees import write_mixed_tree  # noqa: PLC0415 - see the fixture

    write_mixed_tree(tmp_path / "mixed", 80)
    summary = summary_of(tmp_path / "mixed")
    assert sum(each.is_file() for each in (tmp_path / "mixed").rglob("*")) == 80
    assert (summary["files"], summary["pipelines"], summary["roles"]) == (20, 4, 12)


def test_terraform_roots_have_a_pipeline_and_two_roles_each(tmp_path: Path) -> None:
    from benchmarks.trees import write_terraform_tree  # noqa: PLC0415 - see the fixture

    write_terraform_tree(tmp_path / "terraform", 3)
    summary = summary_of(tmp_path / "terraform")
    assert (summary["files"], summary["pipelines"], summary["roles"]) == (9, 3, 6)


def test_the_floor_reads_what_is_ours(tmp_path: Path) -> None:
    from benchmarks.floor import floor  # noqa: PLC0415 - see the fixture
    from benchmarks.trees import write_mixed_tree  # noqa: PLC0415 - see the fixture

    write_mixed_tree(tmp_path, 40)
    assert floor(str(tmp_path)) == 10


def test_a_process_is_measured() -> None:
    from benchmarks.measuring import in_turn, least, measure  # noqa: PLC0415 - see the fixture

    command = [sys.executable, "-c", "sum(range(1000))"]
    cost = measure(command)
    assert cost.cpu > 0
    assert cost.memory > 1
    assert least([cost, cost._replace(cpu=cost.cpu + 1)]) == cost
    assert [name for name, _ in in_turn({"one": command, "two": command}, 1)] == ["one", "two"]
