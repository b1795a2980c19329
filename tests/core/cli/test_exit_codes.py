"""0 clean, 1 findings, 2 usage, 3 incomplete, 128 and the number on signals: nothing else."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

BROKEN = "AWSTemplateFormatVersion: '2010-09-09'\nResources: {A: [\n"


def test_findings_at_or_above_the_threshold_give_1(tree: Path, run: Run) -> None:
    assert run("check", ".").code == 1
    assert run("check", ".", "--fail-on", "critical").code == 1


@pytest.mark.parametrize("severity", ["critical", "high", "medium", "low", "info", "unknown"])
def test_nothing_found_gives_0(severity: str, tree: Path, run: Run) -> None:
    done = run("check", ".", "--ignore", "codebuild-start-build-missing", "--fail-on", severity)
    assert done.code == 0
    assert done.out.startswith("No findings.")


def test_a_lower_severity_than_asked_gives_0(tree: Path, run: Run) -> None:
    template = tree / "pipeline.yaml"
    shown = (Path(__file__).parents[2] / "templates" / "action-roles" / "pipeline.yaml").read_text()
    template.write_text(shown)
    select = ("--select", "approval-sns-publish-missing", "--fail-on")
    assert run("check", ".", *select, "critical").code == 0
    assert run("check", ".", *select, "high").code == 1


def test_never_gives_0(tree: Path, run: Run) -> None:
    done = run("check", ".", "--fail-on", "never")
    assert done.code == 0
    assert "1 critical" in done.out


def test_unknown_counts_only_where_asked(tree: Path, run: Run) -> None:
    without = ("check", ".", "-p", "no:codebuild")
    assert run(*without).code == 0
    done = run(*without, "--fail-on", "unknown", "--show-unknown")
    assert done.code == 1
    assert "no plugin knows the action provider Build/AWS/CodeBuild" in done.out


def test_a_file_that_cannot_be_read_gives_3_and_beats_1(tree: Path, run: Run) -> None:
    (tree / "broken.yaml").write_text(BROKEN)
    done = run("check", ".")
    assert done.code == 3
    assert "codebuild-start-build-missing" in done.out
    assert "broken.yaml:3:1  parse-error" in done.out
    assert "incomplete" in done.out


@pytest.mark.parametrize(("fail_on", "code"), [("high", 1), ("never", 0)])
def test_an_incomplete_analysis_may_be_allowed(
    fail_on: str, code: int, tree: Path, run: Run
) -> None:
    (tree / "broken.yaml").write_text(BROKEN)
    done = run("check", ".", "--allow-incomplete", "--fail-on", fail_on)
    assert done.code == code
    assert "broken.yaml" in done.out, "allowed, not hidden"


def test_the_map_is_as_strict(tree: Path, run: Run) -> None:
    (tree / "broken.yaml").write_text(BROKEN)
    done = run("map", ".")
    assert done.code == 3
    assert "broken.yaml:3:1  parse-error" in done.out
    assert run("map", ".", "--allow-incomplete").code == 0


def test_a_limit_gives_3(tree: Path, run: Run) -> None:
    done = run("check", ".", "--max-nodes", "10")
    assert done.code == 3
    assert "limit nodes = 10" in done.out


def test_a_file_of_another_kind_is_nothing(tree: Path, run: Run) -> None:
    (tree / "pipeline.yaml").unlink()
    (tree / "compose.yaml").write_text("services: {web: [\n")
    done = run("check", ".")
    assert done.code == 0
    assert "0 files" in done.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "nosuch"), "nosuch: no such file or folder"),
        (("check", ".", "--format", "jsn"), "there is no format 'jsn'; did you mean 'json'?"),
        (("check", ".", "--ruleset", "strct"), "no ruleset 'strct'; did you mean 'strict'?"),
        (
            ("check", ".", "--select", "codebuild-start-build"),
            "'codebuild-start-build'; did you mean 'codebuild-start-build-missing'?",
        ),
        (("check", ".", "--ignore", "nonsense,x"), "there is no rule 'nonsense'"),
        (("check", ".", "--fail-on", "hgh"), "invalid choice: 'hgh'"),
        (("check", ".", "-p", "codebuidl"), "'codebuidl' is installed; did you mean 'codebuild'?"),
        (("check", ".", "-p", "no:iamm"), "no plugin named 'iamm' is installed"),
        (("check", ".", "--max-depth", "x"), "--max-depth: 'x' is no whole number from 1 on"),
        (("check", ".", "--max-depth", "0"), "'0' is no whole number from 1 on"),
        (("check", ".", "--jobs", "-1"), "'-1' is no whole number from 1 on"),
        (("check", ".", "--account", "123"), "'123' is no account id, which has 12 digits"),
        (("check", ".", "--region", "Frankfurt"), "'Frankfurt' is no Region"),
        (("check", ".", "--partition", "azure"), "'azure' is no partition"),
        (("check", ".", "--sel", "x"), "unrecognized arguments: --sel"),
        (("check", ".", "--parameters", "none.json"), "none.json: cannot be read"),
        (("check", ".", "-o", "no/folder.txt"), "no/folder.txt: cannot be written"),
        (("check", ".", "-o", "."), ".: cannot be written"),
        (("chek", "."), "there is no command 'chek'; did you mean 'check'?"),
        (("map", ".", "--format", "dto"), "invalid choice: 'dto'"),
        (("explain",), "the following arguments are required: RULE"),
        (("simulate",), "simulate needs --cases, or --action and --principal"),
    ],
)
def test_a_wrong_command_line_gives_2(
    arguments: tuple[str, ...], words: str, tree: Path, run: Run
) -> None:
    done = run(*arguments)
    assert done.code == 2
    assert words in done.err
    assert done.out == ""


def test_passrole_alone_shows_the_commands(run: Run) -> None:
    done = run()
    assert done.code == 2
    assert done.out == ""
    for command in ("check", "map", "rules", "plugins", "explain", "simulate"):
        assert command in done.err


@pytest.mark.parametrize("arguments", [("--help",), ("check", "--help"), ("simulate", "-h")])
def test_help_gives_0(arguments: tuple[str, ...], run: Run) -> None:
    done = run(*arguments)
    assert done.code == 0
    assert done.out.startswith("usage: passrole")


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version_gives_0(option: str, run: Run) -> None:
    done = run(option)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("passrole ")


# As a process


def process(tree: Path, *arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-P", "-m", "passrole", *arguments]
    return subprocess.run(command, cwd=tree, check=False, timeout=60, **options)


def interrupted(tree: Path, number: str) -> subprocess.CompletedProcess[str]:
    """A check that is sent a signal while it looks for its plugins."""
    program = f"""
import os, signal, sys, time
# A shell that runs the tests in the background has SIGINT ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
from passrole.cli import main, options
def find_plugins():
    os.kill(os.getpid(), signal.{number})
    time.sleep(30)
options.find_plugins = find_plugins
sys.exit(main(["check", ".", "-o", "report.txt"]))
"""
    command = [sys.executable, "-c", program]
    return subprocess.run(
        command, cwd=tree, check=False, timeout=60, capture_output=True, text=True
    )


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("number", "code", "word"), [("SIGINT", 130, "interrupted"), ("SIGTERM", 143, "terminated")]
)
def test_a_signal_ends_it_in_order(number: str, code: int, word: str, tree: Path) -> None:
    done = interrupted(tree, number)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", f"passrole: {word}\n")
    assert sorted(path.name for path in tree.iterdir()) == [".git", "pipeline.yaml"]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_reader_that_goes_away_is_no_error(tree: Path) -> None:
    read, written = os.pipe()
    os.close(read)
    done = process(tree, "check", ".", stdout=written, stderr=subprocess.PIPE)
    os.close(written)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("output", [(), ("-o", "/dev/full")])
def test_a_full_disk_gives_3(output: tuple[str, ...], tree: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = process(tree, "check", ".", *output, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 3
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX")
def test_a_closed_output_does_not_change_the_verdict(tree: Path) -> None:
    shell = ["sh", "-c", '"$0" -P -m passrole check . >&-', sys.executable]
    done = subprocess.run(shell, cwd=tree, check=False, timeout=60, capture_output=True)
    assert (done.returncode, done.stderr) == (1, b"")


def test_the_command_and_the_module_are_one(tree: Path) -> None:
    script = Path(sys.executable).with_name("passrole")
    if not script.exists():
        pytest.skip("the console script does not stand beside this interpreter")
    command = subprocess.run([script, "check", "."], cwd=tree, check=False, capture_output=True)
    module = process(tree, "check", ".", capture_output=True)
    assert command.returncode == module.returncode == 1
    assert command.stdout == module.stdout
    assert command.stdout.startswith(
        b"pipeline.yaml:92:15  critical  codebuild-start-build-missing"
    )
