"""A run whose input was seen before says the same, and any change is seen."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passrole import scans

pytestmark = pytest.mark.slow

Run = Callable[..., Any]
EveryReport = Callable[..., tuple[int, dict[str, bytes]]]
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
NESTING = """
Resources:
  Nested:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./inner/child.yaml}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where entries are kept."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PASSROLE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """A repository of enough files to be kept; cwd is there."""
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    for name in ("missing-start-build", "clean"):
        for number in range(scans.FEWEST // 2):
            target = root / name / f"{number}.yaml"
            target.parent.mkdir(exist_ok=True)
            shutil.copy(TEMPLATES / name / "pipeline.yaml", target)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def analyses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each analysis that was really made."""
    made: list[str] = []
    scanned = scans.scanned

    def counted(*arguments: Any, **named: Any) -> Any:
        made.append("one")
        return scanned(*arguments, **named)

    monkeypatch.setattr(scans, "scanned", counted)
    return made


@pytest.mark.usefixtures("large")
def test_every_format_is_the_same(every_report: EveryReport, analyses: list[str]) -> None:
    arguments = (".", "--show-unknown", "--ruleset", "strict")
    plain = every_report(*arguments, "--no-cache")
    first = every_report(*arguments)
    again = every_report(*arguments)
    assert plain == first == again
    assert all(plain[1].values())
    assert len(analyses) == 2


def test_what_only_changes_the_report_needs_no_new_run(
    large: Path, run: Run, analyses: list[str]
) -> None:
    assert run("check", ".").code == 1
    assert run("check", ".", "--fail-on", "never").code == 0
    assert len(analyses) == 1


def test_every_change_is_seen(large: Path, run: Run, analyses: list[str]) -> None:
    def count() -> int:
        return len(json.loads(run("check", ".", "--format", "json").out)["findings"])

    before = count()
    assert count() == before and len(analyses) == 1
    changed = large / "missing-start-build" / "3.yaml"
    text = changed.read_text()
    shutil.copy(large / "clean" / "1.yaml", changed)
    assert count() < before
    changed.write_text(text)
    assert count() == before
    assert len(analyses) == 2  # as it was at first: known
    changed.unlink()
    assert count() < before
    shutil.copy(large / "missing-start-build" / "1.yaml", large / "one-more.yaml")
    assert count() == before
    (large / ".gitignore").write_text("missing-start-build/\n")
    assert 0 < count() < before
    assert len(analyses) == 5


@pytest.mark.parametrize(
    "option",
    [
        ("--ruleset", "strict"),
        ("--ignore", "codebuild-start-build-missing"),
        ("--account", "111122223333"),
        ("--region", "eu-west-1"),
        ("--partition", "aws-cn"),
        ("--max-depth", "90"),
        ("--parameters", "../given.json"),
        ("-p", "no:codebuild"),
    ],
)
def test_other_settings_are_another_run(
    option: tuple[str, ...], large: Path, run: Run, analyses: list[str]
) -> None:
    (large.parent / "given.json").write_text('{"ProjectName": "shop"}')
    run("check", ".")
    assert run("check", ".", *option).code < 2
    assert len(analyses) == 2


def test_a_ruleset_that_changed_is_another_run(
    large: Path, tmp_path: Path, run: Run, analyses: list[str]
) -> None:
    ruleset = tmp_path / "own.yaml"
    ruleset.write_text("extends: default\n")
    assert run("check", ".", "--ruleset", str(ruleset)).code == 1
    ruleset.write_text("extends: default\nrules: {codebuild-start-build-missing: off}\n")
    assert run("check", ".", "--ruleset", str(ruleset)).code == 0
    assert len(analyses) == 2


def test_a_file_that_was_looked_for_in_vain(large: Path, run: Run, analyses: list[str]) -> None:
    # The folder is ignored, so the search does not find what stands in it; the stack does.
    (large / ".gitignore").write_text("inner/\n")
    (large / "inner").mkdir()
    (large / "parent.yaml").write_text(NESTING)
    before = run("check", ".", "--format", "json").out
    shutil.copy(large / "missing-start-build" / "1.yaml", large / "inner" / "child.yaml")
    after = run("check", ".", "--format", "json").out
    assert len(json.loads(after)["findings"]) == len(json.loads(before)["findings"]) + 1
    (large / "inner" / "child.yaml").unlink()
    assert run("check", ".", "--format", "json").out == before


def test_an_incomplete_run_is_not_kept(
    large: Path, folder: Path, run: Run, analyses: list[str]
) -> None:
    (large / "broken.yaml").write_text("AWSTemplateFormatVersion: [\n")
    assert run("check", ".").code == run("check", ".").code == 3
    assert len(analyses) == 2
    assert not folder.exists()


def test_a_change_during_the_run_is_not_kept(
    large: Path, folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned = scans.scanned

    def changing(*arguments: Any, **named: Any) -> Any:
        shutil.copy(large / "clean" / "1.yaml", large / "missing-start-build" / "1.yaml")
        return scanned(*arguments, **named)

    monkeypatch.setattr(scans, "scanned", changing)
    run("check", ".")
    assert not folder.exists()


def test_it_is_off_in_ci(
    large: Path, folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    run("check", ".")
    assert not folder.exists()
    run("check", ".", "--cache")
    assert folder.exists()


def test_a_few_files_are_not_kept(tree: Path, folder: Path, run: Run) -> None:
    assert run("check", ".").code == 1
    assert not folder.exists()


def test_damaged_entries_are_made_anew(
    large: Path, folder: Path, run: Run, analyses: list[str]
) -> None:
    expected = run("check", ".")
    (entry,) = folder.iterdir()
    for damage in (b"", b"passrole cache 1 \n{}", entry.read_bytes()[:-1]):
        entry.write_bytes(damage)
        assert run("check", ".") == expected
    assert len(analyses) == 4
    assert run("check", ".") == expected
    assert len(analyses) == 4
