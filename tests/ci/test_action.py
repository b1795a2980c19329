"""The action: its form, what its steps do, and that no input is ever a command."""

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import ACTION, EXPRESSION, Done, step

pytestmark = pytest.mark.slow

Check = Callable[..., Done]

# https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
KEYS = {"name", "description", "author", "branding", "inputs", "outputs", "runs"}
STEP = {"name", "id", "if", "shell", "env", "run", "uses", "with", "working-directory"}


def test_it_has_the_form_of_a_composite_action() -> None:
    assert set(ACTION) <= KEYS
    assert ACTION["runs"]["using"] == "composite"
    for each in ACTION["inputs"].values():
        assert set(each) == {"description", "required", "default"}
        assert isinstance(each["default"], str), (
            "YAML makes true and 1 of what GitHub takes for text"
        )
    for each in ACTION["outputs"].values():
        assert set(each) == {"description", "value"}
    for each in ACTION["runs"]["steps"]:
        assert set(each) <= STEP
        assert ("run" in each) != ("uses" in each)
        assert ("run" in each) == (each.get("shell") == "bash"), "composite steps name their shell"


def expressions(value: Any) -> list[str]:
    return re.findall(r"\$\{\{(.*?)\}\}", str(value))


def test_every_expression_names_something_that_is_there() -> None:
    ids = {each["id"] for each in ACTION["runs"]["steps"] if "id" in each}
    for found in expressions(json.dumps(ACTION)):
        name = found.strip()
        kind, _, rest = name.partition(".")
        assert EXPRESSION.fullmatch(f"${{{{{found}}}}}"), name
        if kind == "inputs":
            assert rest in ACTION["inputs"]
        elif kind == "steps":
            assert rest.split(".")[0] in ids
        else:
            assert name == "github.action_path"


def test_no_input_stands_in_a_command() -> None:
    for each in ACTION["runs"]["steps"]:
        assert not expressions(each.get("run", "")), "an input there would be a part of the script"


def test_every_input_is_used() -> None:
    used = {found.strip() for each in ACTION["runs"]["steps"] for found in expressions(each)}
    conditions = " ".join(str(each.get("if", "")) for each in ACTION["runs"]["steps"])
    assert {f"inputs.{name}" for name in ACTION["inputs"]} <= used | set(conditions.split())


def test_findings_are_told_in_the_log_the_summary_and_sarif(checkout: Path, check: Check) -> None:
    done = check()
    assert done.code == 0, "the verdict comes after the upload"
    assert done.outputs == {"exit-code": "1", "findings": "1", "sarif-file": "passrole.sarif"}
    assert "codebuild-start-build-missing" in done.out
    assert done.summary.startswith("<!-- passrole -->")
    (run,) = json.loads((checkout / "passrole.sarif").read_text("utf-8"))["runs"]
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "pipeline.yaml", "uriBaseId": "SRCROOT"}


def test_what_is_suppressed_opens_no_alert(checkout: Path, check: Check) -> None:
    path = checkout / "pipeline.yaml"
    comment = "            # passrole: ignore[codebuild-start-build-missing] known\n"
    name = "            - Name: Build\n"
    path.write_text(path.read_text("utf-8").replace(name, comment + name), "utf-8")
    done = check()
    assert (done.outputs["exit-code"], done.outputs["findings"]) == ("0", "0")
    (run,) = json.loads((checkout / "passrole.sarif").read_text("utf-8"))["runs"]
    assert run["results"] == []
    assert "1 suppressed" in done.summary


def test_every_input_reaches_the_command(checkout: Path, check: Check) -> None:
    (checkout / "in fra").mkdir()
    (checkout / "in fra" / "a.yaml").write_text("Resources:\n  A: {Type: AWS::SNS::Topic}\n")
    done = check(
        paths="in fra\r\n\n./in fra/a.yaml", ruleset="strict", fail_on="low", format="github",
        args="--account\n111122223333\n--show-unknown", sarif_file="out put.sarif",
    )  # fmt: skip
    assert done.outputs == {"exit-code": "0", "findings": "0", "sarif-file": "out put.sarif"}
    assert "1 file, 0 pipelines" in done.summary


def test_a_baseline_leaves_what_is_new(checkout: Path, check: Check) -> None:
    check(args="--write-baseline\nbase.json")
    done = check(baseline="base.json")
    assert (done.outputs["exit-code"], done.outputs["findings"]) == ("0", "0")


@pytest.mark.parametrize(
    "hostile",
    [
        "$(touch pwned)",
        "`touch pwned`",
        "; touch pwned",
        "' ; touch pwned ; '",
        '" ; touch pwned #',
    ],
)
@pytest.mark.parametrize("name", ["paths", "ruleset", "fail_on", "baseline", "args"])
def test_no_input_is_a_command(checkout: Path, check: Check, name: str, hostile: str) -> None:
    done = check(**{name: hostile})
    assert done.outputs["exit-code"] == "2"
    assert not (checkout / "pwned").exists()
    assert "sarif-file" not in done.outputs


@pytest.mark.parametrize(
    "inputs",
    [
        {"format": "html"},
        {"upload": "yes"},
        {"sarif_file": ""},
        {"sarif_file": "-o"},
        {"sarif_file": "a\nexit-code=0"},
    ],
)
def test_an_input_that_cannot_be_meant_is_refused(
    checkout: Path, check: Check, inputs: dict[str, str]
) -> None:
    done = check(**inputs)
    assert done.outputs == {"exit-code": "2"}
    assert "::error title=passrole::" in done.out


def test_an_option_among_the_paths_is_a_path(checkout: Path, check: Check) -> None:
    done = check(paths="--no-suppressions")
    assert done.outputs["exit-code"] == "2"
    assert "no such file" in done.out


def test_an_old_report_is_not_taken_for_a_new_one(checkout: Path, check: Check) -> None:
    (checkout / "passrole.sarif").write_text("{}")
    done = check(paths="nowhere")
    assert done.outputs == {"exit-code": "2"}
    assert not (checkout / "passrole.sarif").exists()


def test_an_incomplete_run_is_told_as_one(checkout: Path, check: Check) -> None:
    (checkout / "broken.yaml").write_text("Resources:\n  A: {Type: AWS::IAM::Role\n")
    done = check()
    assert done.outputs["exit-code"] == "3"
    assert "sarif-file" in done.outputs


def test_modules_of_the_checkout_are_not_imported(checkout: Path, check: Check) -> None:
    for name in ("json", "yaml", "sys", "sitecustomize", "passrole"):
        (checkout / f"{name}.py").write_text("open('pwned', 'w')\n")
    assert check().outputs["exit-code"] == "1"
    assert not (checkout / "pwned").exists()


@pytest.mark.parametrize("code", ["0", "1", "2", "3", "143", ""])
def test_the_verdict_is_the_exit_code(run_step: Callable[..., Done], code: str) -> None:
    done = run_step("verdict", outputs={"check.outputs.exit-code": code})
    assert done.code == int(code or 3)
    assert ("::error" in done.out) is (code != "0")


def test_the_upload_comes_before_the_verdict_and_only_with_a_file() -> None:
    steps = ACTION["runs"]["steps"]
    (upload,) = (each for each in steps if "uses" in each)
    assert steps.index(upload) < steps.index(step("verdict"))
    assert "steps.check.outputs.sarif-file != ''" in upload["if"]
    assert upload["uses"].startswith("github/codeql-action/upload-sarif@")


def test_without_a_fitting_python_it_says_what_to_do(run_step: Callable[..., Done]) -> None:
    done = run_step("install", {"python": "/nowhere/python"})
    assert done.code == 2
    assert "actions/setup-python" in done.out


@pytest.mark.skipif(
    os.environ.get("PASSROLE_CI") != "required", reason="installs from a package index: `tox -e ci`"
)
def test_it_installs_itself_and_runs(checkout: Path, run_step: Callable[..., Done]) -> None:
    (checkout / "venv.py").write_text("open('pwned', 'w')\n")
    installed = run_step("install", {"python": sys.executable})
    assert installed.code == 0, installed.out
    scripts = installed.outputs["scripts"]
    assert Path(scripts).is_relative_to(checkout.parent / "runner temp")
    done = run_step("check", outputs={"install.outputs.scripts": scripts})
    assert done.outputs == {"exit-code": "1", "findings": "1", "sarif-file": "passrole.sarif"}
    assert not (checkout / "pwned").exists()
