"""`passrole config`: what holds, who says so, and what does not count; the schema for editors."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from passrole.configuration.keys import KEYS, TABLES
from passrole.configuration.schema import schema

Run = Callable[..., "tuple[int, str, str]"]
RULE = "codebuild-start-build-missing"


def config(run: Run, *options: str) -> dict[str, Any]:
    code, out, err = run("config", "--format", "json", *options)
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_without_a_file_everything_is_default(tree: Path, run: Run) -> None:
    found = config(run)
    assert found["files"] == {"project": None, "user": None, "ignored": []}
    assert {each["source"] for each in found["settings"]} == {"default"}
    assert [each["name"] for each in found["settings"]] == [key.name for key in KEYS]
    assert found["notices"] == []


def test_each_value_has_its_source(tree: Path, run: Run) -> None:
    (tree / "passrole.toml").write_text(f"fail-on = 'low'\njobs = 2\n[rules]\n{RULE} = 'low'\n")
    found = config(run, "--jobs", "3")
    rows = {each["name"]: each for each in found["settings"]}
    assert rows["fail-on"] == {
        "name": "fail-on", "value": "low", "source": "passrole.toml:1:1", "beaten": "",
    }  # fmt: skip
    assert rows["jobs"] == {
        "name": "jobs", "value": 3, "source": "command line", "beaten": "passrole.toml:2:1",
    }  # fmt: skip
    rules = {each["rule"]: each for each in found["rules"]}
    assert rules[RULE] == {"rule": RULE, "word": "low", "source": "passrole.toml:4:1"}
    assert rules["sid-repeated"] == {
        "rule": "sid-repeated",
        "word": "off",
        "source": "ruleset default",
    }
    assert rules["explicit-deny-hit"]["source"] == "its own"
    ignored = {each["rule"]: each for each in config(run, "--ignore", RULE)["rules"]}[RULE]
    assert ignored == {"rule": RULE, "word": "off", "source": "ignore, command line"}


def test_the_text_says_the_same_in_lines(tree: Path, run: Run) -> None:
    (tree / "passrole.toml").write_text(
        f"fail-on = 'never'\n[[paths]]\nmatch = 'a/**'\nregion = 'eu-central-1'\nrules.{RULE} = 'off'\n"
    )
    code, out, _ = run("config")
    assert code == 0
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "project settings passrole.toml" in lines
    assert 'fail-on "never" passrole.toml:1:1' in lines
    assert 'ruleset "default" default' in lines
    assert "for a/**" in lines
    assert 'region "eu-central-1" passrole.toml:4:1' in lines
    assert f'rules.{RULE} "off" passrole.toml:5:7' in lines
    assert "passrole.toml:1:1 fail-on: no finding fails the run" in lines
    assert RULE not in run("config", "--isolated")[1]
    assert RULE in run("config", "--isolated", "--rules")[1]


def test_paths_of_the_command_line_stand_in_place_of_files(tree: Path, run: Run) -> None:
    (tree / "passrole.toml").write_text("files = ['pipeline.yaml']\n")
    assert "files: only pipeline.yaml is scanned" in run("check")[1]
    assert "is scanned" not in run("check", ".")[1]
    rows = {each["name"]: each for each in config(run, ".")["settings"]}
    assert (rows["files"]["value"], rows["files"]["source"]) == (["."], "command line")


def test_deployments_are_told_by_name_with_what_gives_their_values(tree: Path, run: Run) -> None:
    for name in ("all", "prod"):
        (tree / f"{name}.json").write_text("{}")
    (tree / "passrole.toml").write_text(
        "[parameters]\nprod = ['all.json', 'prod.json']\ntrial = {Stage = 'trial'}\n"
    )
    _, out, _ = run("config")
    assert "prod (all.json, prod.json); trial (Stage=trial)" in out
    _, out, _ = run("config", "--parameters", "all.json,prod.json")
    assert " all.json,prod.json  " in out


def test_what_does_not_count_is_listed_with_the_reason(tree: Path, run: Run) -> None:
    for name in ("passrole.toml", "a/passrole.toml", "a/b/passrole.toml"):
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_text("")
    (tree / "a" / "pyproject.toml").write_text("[tool.passrole]\n")
    (tree / "pyproject.toml").write_text("[project]\ndependencies = ['passrole']\n")
    assert config(run, "a")["files"] == {
        "project": "a/passrole.toml",
        "user": None,
        "ignored": [
            {"path": "a/b/passrole.toml", "reason": "it is below what is scanned; see [[paths]]"},
            {"path": "a/pyproject.toml", "reason": "passrole.toml beside it counts"},
            {"path": "passrole.toml", "reason": "a nearer one counts"},
        ],
    }
    isolated = config(run, "a", "--isolated")["files"]
    assert isolated["project"] is None
    assert {
        each["reason"] for each in isolated["ignored"] if each["path"] != "a/b/passrole.toml"
    } == {"--isolated"}


def test_it_refuses_what_a_check_refuses(tree: Path, run: Run) -> None:
    for text in ("jobs = 0", "ignore = 'nonsense'", "[facts]\nroles = 1"):
        (tree / "passrole.toml").write_text(text)
        assert run("config")[::2] == run("check")[::2]
        assert run("config")[0] == 2


# The schema


def test_the_schema_is_one_and_knows_every_key(run: Run) -> None:
    code, out, _ = run("config", "--schema")
    found = json.loads(out)
    assert code == 0
    jsonschema.Draft202012Validator.check_schema(found)
    assert found["properties"].keys() == {*(key.name for key in KEYS), *TABLES}


@pytest.mark.parametrize(
    "text",
    [
        "fail-on = 'unknown'\njobs = 4\nignore = ['a']\nselect = 'b'\nscp = ['a.json', ['b.json']]",
        "parameters = 'a.json'",
        "parameters = ['a.json', 'b.json']",
        "[parameters]\na = 'a.json'\nb = ['a.json', 'b.json']\nc = {X = 'y', Z = ['1', '2']}",
        "[[paths]]\nmatch = 'a/**'\nruleset = 'strict'\nrules.x = 'off'\naccount = '111122223333'",
        "[rules.x]\nseverity = 'low'\noptions = {a = 1}",
        "[[suppressions]]\nrule = 'a'\nreason = 'b'\nrole = 'c'\nexpires = '2027-01-31'",
        "[facts.roles.a]\npolicies = ['a.json', {Statement = []}]\ntrust = 'b.json'\n[facts.exports]\na = 'b'",
    ],
)
def test_the_schema_takes_what_is_taken(text: str) -> None:
    jsonschema.validate(tomllib.loads(text), schema())


@pytest.mark.parametrize(
    "text",
    [
        "fail_on = 'low'", "fail-on = 'lower'", "jobs = 0", "jobs = '1'", "account = '1'",
        "region = 'Frankfurt'", "ignore = [1]", "show-unknown = 'yes'", "max-depth = 100000",
        "[[paths]]\nignore = 'x'", "[[paths]]\nmatch = 'x'\njobs = 1", "[rules]\nx = 'of'",
        "[categories]\nbreak = 'off'", "[[suppressions]]\nrule = 'x'\nrole = 'y'",
        "[[suppressions]]\nrule = 'x'\nreason = 'y'", "[facts]\nrole = {}",
        "[facts.roles.x]\ntrusts = 'a'", "plugins = ['x']",
    ],
)  # fmt: skip
def test_the_schema_refuses_what_is_refused(text: str, tree: Path, run: Run) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(text), schema())
    (tree / "passrole.toml").write_text(text)
    assert run("config")[0] == 2
