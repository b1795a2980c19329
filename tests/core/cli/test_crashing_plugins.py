"""A plugin that misbehaves is named; the rest of the report stays, and the exit code says 3."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from passrole import (
    Action,
    ActionProvider,
    Category,
    Graph,
    Report,
    Resource,
    ResourceType,
    Rule,
    Severity,
    hookimpl,
    parts,
    rule,
)

Run = Callable[..., Any]
Install = Callable[..., None]


def rule_that(does: Callable[[], object]) -> Rule:
    @rule("acme-rule", checks=Action, severity=Severity.LOW, category=Category.RISK)
    def check(action: Action, graph: Graph) -> Iterator[Report]:
        """A rule that does something odd."""
        found: Any = does()
        yield found

    return check


def crash() -> object:
    raise RuntimeError("\x1b[31mboom\n::error::")


def leave() -> object:
    sys.exit(0)


def recurse() -> object:
    return recurse()


@pytest.mark.parametrize(
    ("does", "words"),
    [
        (crash, r"RuntimeError: \x1b[31mboom\n::error::"),
        (leave, "SystemExit: 0"),
        (recurse, "RecursionError"),
        (lambda: "a text", "it yields a str and not a Report"),
        (lambda: None, "it yields a NoneType and not a Report"),
    ],
)
def test_a_rule_that_crashes(
    does: Callable[[], object], words: str, tree: Path, run: Run, install: Install
) -> None:
    install("acme", passrole_rules=hookimpl(lambda: (rule_that(does),)))
    done = run("check", ".")
    assert done.code == 3
    assert "codebuild-start-build-missing" in done.out
    assert "rule-crash  rule acme-rule of plugin acme crashed on Build/Build" in done.out
    assert words in done.out
    assert "\x1b" not in done.out
    assert "incomplete" in done.out


def test_a_rule_that_crashes_stands_in_json_and_sarif(
    tree: Path, run: Run, install: Install
) -> None:
    install("acme", passrole_rules=hookimpl(lambda: (rule_that(crash),)))
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


@pytest.mark.parametrize(
    ("does", "words"),
    [
        (crash, "RuntimeError: "),
        (leave, "SystemExit: 0"),
        (lambda: ["no entity"], "it yields a str and not a Entity"),
        (lambda: 3, "TypeError: 'int' object is not iterable"),
    ],
)
def test_a_reader_that_crashes(
    does: Callable[[], Any], words: str, tree: Path, run: Run, install: Install
) -> None:
    def read(resource: Resource) -> Any:
        return does()

    types = (ResourceType(cloudformation="Acme::Odd::Thing", read=read),)
    install("acme", passrole_resource_types=hookimpl(lambda: types))
    (tree / "odd.yaml").write_text(
        "AWSTemplateFormatVersion: '2010-09-09'\nResources: {Odd: {Type: Acme::Odd::Thing}}\n"
    )
    done = run("check", ".")
    assert done.code == 3
    assert "codebuild-start-build-missing" in done.out
    assert "odd.yaml:2:13  reader-crash  reading Acme::Odd::Thing Odd crashed" in done.out
    assert words in done.out


def test_what_a_plugin_prints_is_no_part_of_the_report(
    tree: Path, run: Run, install: Install
) -> None:
    def loud() -> object:
        print("I am here")
        raise RuntimeError

    install("acme", passrole_rules=hookimpl(lambda: (rule_that(loud),)))
    done = run("check", ".", "--format", "json")
    assert json.loads(done.out)["version"] == 1
    assert "I am here" in done.err


def test_a_hook_that_raises_names_the_plugin(tree: Path, run: Run, install: Install) -> None:
    install("acme", passrole_rules=hookimpl(crash))
    done = run("check", ".")
    assert done.code == 2
    assert "plugin 'acme' of dist-acme 1: passrole_rules raises RuntimeError" in done.err


def test_a_hook_that_leaves_does_not_pass_for_success(
    tree: Path, run: Run, install: Install
) -> None:
    install("acme", passrole_rules=hookimpl(leave))
    done = run("check", ".")
    assert done.code in (2, 3)
    assert done.out == ""


@pytest.mark.parametrize("answer", ["crash", "no text"])
def test_a_reporter_that_fails_gives_3(answer: str, tree: Path, run: Run, install: Install) -> None:
    def render(*_: object) -> object:
        return crash() if answer == "crash" else 3

    install("acme", passrole_reporters=hookimpl(lambda: {"odd": render}))
    done = run("check", ".", "--format", "odd")
    assert done.code == 3
    assert "internal error" in done.err
    assert done.err.count("\n") == 1


def test_a_bug_can_be_seen_whole(
    tree: Path,
    install: Install,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from passrole.cli import main  # noqa: PLC0415 - without the fixture that allows no traceback

    install("acme", passrole_reporters=hookimpl(lambda: {"odd": lambda *_: crash()}))
    monkeypatch.setenv("PASSROLE_TRACEBACK", "1")
    assert main(["check", ".", "--format", "odd"]) == 3
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
                crash()

    (tree / "aaa.yaml").write_text(ODD)
    monkeypatch.setattr(parts, "Graph", Breaking)
    done = run("check", ".")
    assert done.code == 3 and "codebuild-start-build-missing" in done.out
    assert "analysing aaa.yaml and what goes with it crashed: RuntimeError" in done.out
