"""A plugin that misbehaves is named; the rest of the report stays, and the exit code says 3."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from passrole import (
    ActionProvider,
    Graph,
    hookimpl,
    parts,
)
from passrole.testing.misbehaving import BAIT, FORMAT, BadPlugin
from passrole.testing.misdeeds import PRINTED, RULE, prints, prints_a_report, raising

Run = Callable[..., Any]
Install = Callable[..., None]

OURS = "codebuild-start-build-missing"
BOOM = raising(RuntimeError("\x1b[31mboom\n::error::"))


def bad(moment: str, does: Callable[..., Any]) -> dict[str, Any]:
    """The hooks of a plugin that does something bad."""
    return BadPlugin(moment, "", does, 0, "").hooks()


def test_a_rule_that_crashes_is_told(tree: Path, run: Run, install: Install) -> None:
    install("acme", **bad("rule", BOOM))
    done = run("check", ".")
    assert done.code == 3
    assert OURS in done.out
    assert f"rule-crash  rule {RULE} of plugin acme crashed on " in done.out
    assert r"RuntimeError: \x1b[31mboom\n::error::" in done.out
    assert "\x1b" not in done.out
    assert "incomplete" in done.out


def test_a_rule_that_crashes_stands_in_json_and_sarif(
    tree: Path, run: Run, install: Install
) -> None:
    install("acme", **bad("rule", BOOM))
    report = json.loads(run("check", ".", "--format", "json").out)
    assert report["summary"]["incomplete"] is True
    assert [each["kind"] for each in report["diagnostics"]] == ["rule-crash", "rule-crash"]
    assert report["diagnostics"][0]["location"]["path"] == "pipeline.yaml"
    log = json.loads(run("check", ".", "--format", "sarif").out)
    (invocation,) = log["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    levels = [
        (each["descriptor"]["id"], each["level"])
        for each in invocation["toolExecutionNotifications"]
        if each["descriptor"]["id"] != "unknown"
    ]
    assert levels == [("rule-crash", "error")] * 2


@pytest.mark.parametrize("moment", ["registration", "read", "rule", "report"])
def test_what_a_plugin_prints_is_no_part_of_the_report(
    moment: str, tree: Path, run: Run, install: Install
) -> None:
    install("acme", **bad(moment, prints_a_report if moment == "report" else prints))
    (tree / "odd.yaml").write_text(BAIT)
    done = run("check", ".", "--format", FORMAT if moment == "report" else "json")
    assert json.loads(done.out) is not None
    assert PRINTED in done.err and PRINTED not in done.out


def test_a_bug_can_be_seen_whole(
    tree: Path,
    install: Install,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from passrole.cli import main  # noqa: PLC0415 - without the fixture that allows no traceback

    install("acme", **bad("report", BOOM))
    monkeypatch.setenv("PASSROLE_TRACEBACK", "1")
    assert main(["check", ".", "--format", FORMAT]) == 3
    assert "Traceback" in capsys.readouterr().err


ODD = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: codepipeline.amazonaws.com}, Action: "sts:AssumeRole"}]
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: !GetAtt Role.Arn
      Stages:
        - Name: Build
          Actions:
            - {Name: Odd, ActionTypeId: {Category: Build, Owner: Custom, Provider: Odd, Version: "1"}}
"""


class Crashing(tuple[Any, ...]):
    """Needs that cannot be looked at."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        raise RuntimeError("boom")


@pytest.mark.parametrize("arguments", [(), ("--timeout", "60")], ids=["here", "elsewhere"])
def test_data_that_crashes_costs_one_component(
    arguments: tuple[str, ...], tree: Path, run: Run, install: Install
) -> None:
    before = run("check", ".")
    (tree / "aaa.yaml").write_text(ODD)
    odd = ActionProvider(category="Build", owner="Custom", provider="Odd", needs=Crashing())
    install("acme", passrole_action_providers=hookimpl(lambda: [odd]))
    done = run("check", ".", "--format", "json", *arguments)
    report = json.loads(done.out)
    assert done.code == 3 and report["summary"]["incomplete"]
    assert "codebuild-start-build-missing" in before.out
    assert "codebuild-start-build-missing" in {each["rule"] for each in report["findings"]}
    crashes = [e["message"] for e in report["diagnostics"] if e["kind"] == "component-crash"]
    assert crashes == ["analysing aaa.yaml and what goes with it crashed: RuntimeError: boom"]


def test_a_component_that_cannot_be_built_costs_no_other(
    tree: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Breaking(Graph):
        def __init__(self, entities: Any, *arguments: Any, **more: Any) -> None:
            super().__init__(entities, *arguments, **more)
            if any(each.location.path == "aaa.yaml" for each in self.entities):
                BOOM()

    (tree / "aaa.yaml").write_text(ODD)
    monkeypatch.setattr(parts, "Graph", Breaking)
    done = run("check", ".")
    assert done.code == 3 and "codebuild-start-build-missing" in done.out
    assert "analysing aaa.yaml and what goes with it crashed: RuntimeError" in done.out
