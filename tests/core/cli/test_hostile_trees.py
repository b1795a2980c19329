"""What a scanned tree holds never decides how the terminal, the build log or the run behaves."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
ORDER = re.compile(r"^\s*::|##[a-z]*\[", re.MULTILINE)

HOSTILE = """\
Resources:
  "P\\e[31m\\u202E::error::":
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: !GetAtt "R\\e]0;title\\a.Arn"
      ArtifactStore: {Type: S3, Location: "bucket\\e[2J"}
      Stages:
        - Name: "::stop-commands::x\\r\\n::error::y"
          Actions:
            - Name: "##[error]\\x9b31m ##vso[task.complete]"
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: "##teamcity[x]\\e[1A\\0"}
            - Name: "::set-output name=a::b"
              ActionTypeId: {Category: Build, Owner: "\\e[5m", Provider: "::add-mask::", Version: "1"}
  "R\\e]0;title\\a":
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
"""
NAMES = ["a\nb.yaml", "\x1b[31mred.yaml", "::error::x.yaml", "##[group]x.yaml", "\u202egnp.yaml"]


EVERY_FORMAT = """
import passrole.cli
for format_ in ("text", "json", "sarif", "junit", "github", "gitlab", "markdown", "csv"):
    code = passrole.cli.main(["check", ".", "--format", format_])
    print(f"\\nEND {code}")
"""


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose names and values are meant for the terminal and the build server."""
    (tmp_path / ".git").mkdir()
    for name in NAMES:
        try:
            (tmp_path / name).write_text(HOSTILE, "utf-8")
        except OSError:
            pytest.skip("this file system has no such names")
    (tmp_path / "broken\x1b[0m.yaml").write_text(HOSTILE + '"\x1b": [\n')
    (tmp_path / ".gitignore").write_text("ignored*\n")
    (tmp_path / "ignored\x1b[1m.yaml").write_text(HOSTILE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        ("check", ".", "--show-unknown", "--ruleset", "strict"),
        ("map", "."),
        ("check", "no\x1b[31m"),
    ],
)
def test_nothing_of_it_reaches_the_terminal_raw(
    command: tuple[str, ...], hostile: Path, run: Run
) -> None:
    done = run(*command)
    assert done.code in (2, 3)
    for text in (done.out, done.err):
        assert not CONTROL.search(text)
        assert not ORDER.search(text)
    assert r"\x1b[31m" in done.out + done.err, "it is shown, not hidden"


@pytest.mark.parametrize("option", ["--\x1b[31m", "--format=\x1b[31m", "--fail-on=\x1b]0;x\x07"])
def test_an_option_reaches_the_terminal_as_text(option: str, tree: Path, run: Run) -> None:
    done = run("check", ".", option)
    assert done.code == 2
    assert not CONTROL.search(done.err)


@pytest.mark.parametrize("format_", ["json", "sarif"])
def test_formats_for_programs_stay_whole(format_: str, hostile: Path, run: Run) -> None:
    done = run("check", ".", "--format", format_)
    assert done.code == 3
    assert done.out.isascii()
    assert not CONTROL.search(done.out)
    assert json.loads(done.out)["version"] in (1, "2.1.0")


def test_a_name_that_is_no_text_is_shown_by_its_bytes(tree: Path) -> None:
    name = os.fsencode(tree) + b"/\xff\xfe.yaml"
    try:
        Path(os.fsdecode(name)).write_text(HOSTILE)
    except OSError:
        pytest.skip("this file system has no such names")
    command = [sys.executable, "-P", "-c", EVERY_FORMAT]
    done = subprocess.run(command, check=False, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode("utf-8").count("\nEND 1\n") == 8
    assert b"Traceback" not in done.stderr


def test_a_secret_in_a_quoted_line_is_starred_out(tree: Path, run: Run) -> None:
    canary = "ghp_" + "c4n4ry" * 6
    template = (tree / "pipeline.yaml").read_text()
    flow = "- {Name: Build, ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: '1'}, Configuration: {ProjectName: shop, OAuthToken: SECRET}}"
    start = template.index("            - Name: Build\n")
    template = template[:start] + "            " + flow.replace("SECRET", canary) + "\n"
    (tree / "pipeline.yaml").write_text(template)
    done = run("check", ".")
    assert "codebuild-start-build-missing" in done.out
    assert "| " in done.out
    assert canary[:12] not in done.out


def test_nothing_of_the_tree_is_run_or_names_code(tree: Path, run: Run) -> None:
    for name in (
        "yaml.py",
        "json.py",
        "sitecustomize.py",
        "passrole.py",
        "conftest.py",
        "pluggy.py",
    ):
        (tree / name).write_text("raise SystemExit('the tree was run')\n")
    for name in (".passrole.yaml", "setup.cfg", "config.toml"):
        (tree / name).write_text("[tool.passrole]\nfail-on = 'never'\nplugins = ['x']\n")
    script = Path(sys.executable).with_name("passrole")
    command = [str(script)] if script.exists() else [sys.executable, "-P", "-m", "passrole"]
    done = subprocess.run([*command, "check", "."], check=False, capture_output=True, timeout=60)
    assert done.returncode == 1, done.stderr
    assert b"codebuild-start-build-missing" in done.stdout
    (tree / "passrole.toml").write_text("plugins = ['x']\n")
    done = subprocess.run([*command, "check", "."], check=False, capture_output=True, timeout=60)
    assert done.returncode == 2
    assert b"may not say which code is loaded" in done.stderr


# What is left out on purpose


@pytest.fixture
def partly_left_out(tree: Path) -> Path:
    (tree / ".gitignore").write_text("build/\nold.yaml\n")
    (tree / "build").mkdir()
    (tree / "old.yaml").write_text("Resources: {}\n")
    (tree / "nowhere.yaml").symlink_to("missing.yaml")
    (tree / "outside.yaml").symlink_to(sys.executable)
    return tree


def test_what_is_passed_over_is_counted(partly_left_out: Path, run: Run) -> None:
    last = run("check", ".").out.splitlines()[-1]
    assert last == (
        "4 paths passed over, 1 a link that leads nowhere, 2 ignored by .gitignore, "
        "1 a link out of the tree (--show-unknown lists them)."
    )


def test_what_is_passed_over_is_listed_where_asked(partly_left_out: Path, run: Run) -> None:
    lines = run("check", ".", "--show-unknown").out.splitlines()
    assert lines[-4:] == [
        "  build/  ignored by .gitignore",
        "  nowhere.yaml  a link that leads nowhere",
        "  old.yaml  ignored by .gitignore",
        "  outside.yaml  a link out of the tree",
    ]


def test_what_is_passed_over_stands_in_json(partly_left_out: Path, run: Run) -> None:
    report = json.loads(run("check", ".", "--format", "json").out)
    assert report["passed_over"] == [
        {"path": "build/", "reason": "ignored"},
        {"path": "nowhere.yaml", "reason": "dangling-link"},
        {"path": "old.yaml", "reason": "ignored"},
        {"path": "outside.yaml", "reason": "link-outside"},
    ]
