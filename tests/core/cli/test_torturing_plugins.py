"""Plugins that do what no plugin should: the rule is named, nothing that others found is lost."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passrole.believing import LONGEST
from passrole.reporters import BUILT_IN
from passrole.testing.misbehaving import BAD_PLUGINS, BAIT, FORMAT, TYPE, BadPlugin
from passrole.testing.misdeeds import RULE, half_way, raising, yielding

Run = Callable[..., Any]
Install = Callable[..., None]

OURS = "codebuild-start-build-missing"


@pytest.mark.parametrize(
    "bad",
    [each for each in BAD_PLUGINS if each.moment == "rule" and not each.limit and each.code],
    ids=str,
)
def test_a_rule_that_does_what_it_should_not(
    bad: BadPlugin, tree: Path, run: Run, install: Install
) -> None:
    install("acme", **bad.hooks())
    done = run("check", ".", "--format", "json", "--ruleset", "strict")
    assert done.code == 3
    report = json.loads(done.out)
    assert report["summary"]["incomplete"] is True
    assert OURS in [each["rule"] for each in report["findings"]]
    told = [each["message"] for each in report["diagnostics"] if each["kind"] == "rule-crash"]
    assert all(each.startswith(f"rule {RULE} of plugin acme crashed on ") for each in told)
    assert bad.words in told[0]
    assert len(told[0]) < 3_000


def install_rule(install: Install, check: Any) -> None:
    install("acme", **BadPlugin("rule", "", check, 0, "").hooks())


def test_what_it_found_before_it_crashed_is_told(tree: Path, run: Run, install: Install) -> None:
    install_rule(install, half_way)
    report = json.loads(run("check", ".", "--format", "json", "--ruleset", "strict").out)
    assert "So far all is well." in [each["message"] for each in report["findings"]]


@pytest.mark.parametrize("format_", BUILT_IN)
def test_an_enormous_text_is_cut(format_: str, tree: Path, run: Run, install: Install) -> None:
    long = "long " * 1_000_000
    install_rule(install, yielding(message=long, symptom=long, remedy=long, snippet=long))
    done = run("check", ".", "--format", format_, "--ruleset", "strict")
    assert done.code == 1
    assert OURS in done.out
    assert len(done.out) < 30 * sum(LONGEST.values())


def test_a_signal_is_no_crash_of_a_rule(tree: Path, run: Run, install: Install) -> None:
    install_rule(install, raising(KeyboardInterrupt()))
    assert run("check", ".").code == 130


@pytest.mark.parametrize(
    "bad",
    [
        each
        for each in BAD_PLUGINS
        if each.moment == "registration" and each.code and not each.limit
    ],
    ids=str,
)
def test_a_hook_that_fails_names_the_plugin(
    bad: BadPlugin, tree: Path, run: Run, install: Install
) -> None:
    install("acme", **bad.hooks())
    done = run("check", ".")
    assert done.code == 2
    assert f"plugin 'acme' of dist-acme 1: {bad.words}" in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    "bad",
    [each for each in BAD_PLUGINS if each.moment == "read" and not each.limit and each.code],
    ids=str,
)
def test_a_reader_that_raises_anything(
    bad: BadPlugin, tree: Path, run: Run, install: Install
) -> None:
    install("acme", **bad.hooks())
    (tree / "odd.yaml").write_text(BAIT)
    done = run("check", ".", "--format", "json")
    assert done.code == 3
    report = json.loads(done.out)
    assert OURS in [each["rule"] for each in report["findings"]]
    (told,) = report["diagnostics"]
    assert told["kind"] == "reader-crash"
    assert told["message"].startswith(f"reading {TYPE} Thing crashed: ")
    assert bad.words in told["message"]
    assert (told["location"]["path"], told["location"]["line"]) == ("odd.yaml", 2)


@pytest.mark.parametrize(
    "bad",
    [each for each in BAD_PLUGINS if each.moment == "report" and each.code and not each.limit],
    ids=str,
)
def test_a_reporter_that_fails_gives_3(
    bad: BadPlugin, tree: Path, run: Run, install: Install
) -> None:
    install("acme", **bad.hooks())
    done = run("check", ".", "--format", FORMAT)
    assert done.code == 3
    assert bad.words in done.err
    assert done.err.count("\n") == 1
    assert done.out == ""
