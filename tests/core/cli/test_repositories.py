"""Many checkouts in one run: one report of all, one of each, the same for any number of workers."""

import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passrole import Pipeline, Report, Severity, hookimpl, rule
from passrole.findings import Category

Run = Callable[..., Any]
Install = Callable[..., None]
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that lists three checkouts, two of them with a finding; cwd is beside them."""
    for name, template in (
        ("shop", "missing-start-build"),
        ("team/shop", "missing-start-build"),
        ("team/clean", "clean"),
    ):
        folder = tmp_path / name
        (folder / ".git").mkdir(parents=True)
        shutil.copy(TEMPLATES / template / "pipeline.yaml", folder)
    (tmp_path / "repos.txt").write_text("# ours\nshop\n\nteam/shop/\nteam/clean\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "repos.txt"


@pytest.mark.slow
@pytest.mark.parametrize(
    "format_", ["text", "json", "sarif", "junit", "github", "gitlab", "markdown", "csv"]
)
def test_any_number_of_workers_says_the_same(format_: str, listed: Path, run: Run) -> None:
    arguments = ("check", "--repos", listed, "--format", format_, "--show-unknown")
    alone = run(*arguments)
    assert alone.code == 1
    assert run(*arguments, "--jobs", "2") == alone
    assert run(*arguments, "--jobs", "8") == alone


def test_the_report_of_all_names_the_checkout(listed: Path, run: Run) -> None:
    report = json.loads(run("check", "--repos", listed, "--format", "json").out)
    assert [each["location"]["path"] for each in report["findings"]] == [
        "shop/pipeline.yaml",
        "team/shop/pipeline.yaml",
    ]
    related = {each["location"]["path"] for one in report["findings"] for each in one["related"]}
    assert related == {"shop/pipeline.yaml", "team/shop/pipeline.yaml"}
    assert len({each["fingerprint"] for each in report["findings"]}) == 2
    assert report["summary"]["files"] == 3
    text = run("check", "--repos", listed).out
    assert (
        "team/shop/pipeline.yaml:" in text and "92 |             - Name: Build" in text
    )  # the line is quoted


def test_each_checkout_has_the_report_that_it_has_alone(
    listed: Path, tmp_path: Path, run: Run
) -> None:
    done = run(
        "check", "--repos", listed, "--format", "json", "-o", "{repo}.json",
        "--format", "sarif", "-o", "all.sarif", "--format", "text",
    )  # fmt: skip
    assert done.code == 1 and done.out.startswith("shop/pipeline.yaml:")
    for name, file in (("shop", "shop"), ("team/shop", "team-shop"), ("team/clean", "team-clean")):
        alone = run("check", name, "--format", "json").out
        assert (tmp_path / f"{file}.json").read_text() == alone
    uris = (tmp_path / "all.sarif").read_text()
    assert "team/shop/pipeline.yaml" in uris


def test_the_worst_exit_code_counts(listed: Path, tmp_path: Path, run: Run) -> None:
    listed.write_text("team/clean\n")
    assert run("check", "--repos", listed).code == 0
    listed.write_text("team/clean\nshop\n")
    assert run("check", "--repos", listed).code == 1
    (tmp_path / "team" / "clean" / "broken.yaml").write_text("AWSTemplateFormatVersion: [")
    assert run("check", "--repos", listed).code == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--repos", "no.txt"), "no.txt: cannot be read"),
        (("--repos", "empty.txt"), "empty.txt lists no checkout"),
        (("--repos", "gone.txt"), "gone.txt: nowhere is no folder"),
        (("--repos", "twice.txt"), "two checkouts are called team-shop"),
        (("--repos", "repos.txt", "shop"), "not both"),
        (("--repos", "repos.txt", "--format", "html"), "draws the map of one tree"),
        (("--repos", "repos.txt", "--write-baseline", "all.json"), "'baselines/{repo}.json'"),
        (("--repos", "repos.txt", "--write-baseline"), "shop: its settings name no baseline"),
        (("--repos", "repos.txt", "--baseline", "all.json"), "'baselines/{repo}.json'"),
        (("--repos", "repos.txt", "--executor", "dusk://a:1"), "did you mean 'dask'?"),
        (("--repos", "repos.txt", "--executor", "dask"), "there is no executor 'dask'"),
    ],
)
def test_what_is_refused(
    arguments: tuple[str, ...], words: str, listed: Path, tmp_path: Path, run: Run
) -> None:
    (tmp_path / "empty.txt").write_text("# none\n")
    (tmp_path / "gone.txt").write_text("nowhere\n")
    (tmp_path / "team-shop").mkdir()
    (tmp_path / "twice.txt").write_text("team/shop\nteam-shop\n")
    done = run("check", *arguments)
    assert done.code == 2 and words in done.err and not done.out


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the plugin of this test is not installed")
@pytest.mark.parametrize(
    ("does", "words"),
    [
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "its process died (SIGKILL)"),
        (lambda: time.sleep(600), "it took more than 4 seconds"),
    ],
    ids=["dies", "hangs"],
)
def test_a_checkout_whose_worker_is_lost_is_told_and_the_others_are_whole(
    does: Callable[[], None], words: str, listed: Path, run: Run, install: Install
) -> None:
    @rule("acme-deadly", checks=Pipeline, severity=Severity.LOW, category=Category.STRUCTURE)
    def deadly(pipeline: Any, graph: Any) -> Any:
        """Stops whoever looks at the clean pipeline."""
        if "have all that the actions need" in pipeline.resource.origin.document.text:
            does()
        yield from ()

    install("acme", passrole_rules=hookimpl(lambda: [deadly]))
    done = run("check", "--repos", listed, "--jobs", "2", "--format", "json", "--timeout", "4")
    report = json.loads(done.out)
    assert done.code == 3 and report["summary"]["incomplete"]
    assert len(report["findings"]) == 2
    assert [each["message"] for each in report["diagnostics"]] == [
        f"team/clean: it was not analysed: {words} in rule acme-deadly of plugin acme on pipeline.yaml"
    ]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the plugin of this test is not installed")
def test_the_settings_say_how_many_processes_scan(
    listed: Path, tmp_path: Path, run: Run, install: Install
) -> None:
    @rule("acme-worker", checks=Pipeline, severity=Severity.LOW, category=Category.STRUCTURE)
    def worker(pipeline: Any, graph: Any) -> Any:
        """Tells who looked."""
        who = "itself" if os.getpid() == parent else "another process"
        yield Report(
            origin=pipeline.resource.origin, message=f"{pipeline.label} was read by {who}."
        )

    parent = os.getpid()
    install("acme", passrole_rules=hookimpl(lambda: [worker]))
    arguments = ("check", "--repos", listed, "--select", "acme-worker")
    assert run(*arguments).out.count("read by itself") == 3
    (tmp_path / "team" / "shop" / "passrole.toml").write_text("jobs = 2\n")
    assert run(*arguments).out.count("read by another process") == 3
    assert run(*arguments, "--jobs", "1").out.count("read by itself") == 3


def test_each_checkout_gets_a_baseline_in_a_file_of_its_name(
    listed: Path, tmp_path: Path, run: Run
) -> None:
    (tmp_path / "known").mkdir()
    written = run("check", "--repos", listed, "--write-baseline", "known/{repo}.json")
    assert written.code == 0
    assert "1 finding in known/team-shop.json" in written.err
    names = sorted(each.stem for each in (tmp_path / "known").iterdir())
    assert names == ["shop", "team-clean", "team-shop"]
    arguments = ("check", "--repos", listed, "--baseline", "known/{repo}.json")
    assert run(*arguments).code == 0
    shutil.copy(tmp_path / "shop" / "pipeline.yaml", tmp_path / "team" / "clean" / "new.yaml")
    again = run(*arguments)
    assert again.code == 1
    assert "team/clean/new.yaml:" in again.out and "shop/pipeline.yaml:" not in again.out


def test_without_a_name_the_baselines_of_the_settings_are_written(
    listed: Path, tmp_path: Path, run: Run
) -> None:
    listed.write_text("shop\nteam/shop\n")
    for name in ("shop", "team/shop"):
        (tmp_path / name / "passrole.toml").write_text('baseline = "known.json"\n')
    assert run("check", "--repos", listed, "--write-baseline").code == 0
    assert (tmp_path / "shop" / "known.json").exists()
    assert (tmp_path / "team" / "shop" / "known.json").exists()
    assert run("check", "--repos", listed).code == 0


def test_what_was_not_analysed_gets_no_baseline(listed: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "shop" / "broken.yaml").write_text("AWSTemplateFormatVersion: [")
    written = run("check", "--repos", listed, "--write-baseline", "{repo}.json")
    assert written.code == 3
    assert "shop.json is not written: the analysis is incomplete" in written.err
    assert not (tmp_path / "shop.json").exists() and (tmp_path / "team-shop.json").exists()
