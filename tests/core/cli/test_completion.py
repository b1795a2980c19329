"""`passrole completion`: the scripts are asked as the shells ask them, where the shells are there."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from passrole.cli.commands import COMMANDS
from passrole.cli.completion import Argument, Completed
from passrole.cli.shells import bash, fish, zsh

Run = Callable[..., "tuple[int, str, str]"]

ASKED = [
    (["ch"], "check"),
    (["check", "--form"], "--format"),
    (["check", "--format", "sa"], "sarif"),
    (["check", "--ruleset", "least"], "least-privilege"),
    (["check", "--fail-on", "cri"], "critical"),
    (["check", "--ignore", "codebuild-start-build"], "codebuild-start-build-missing"),
    (["explain", "beanstalk-describe"], "beanstalk-describe-events-hang"),
    (["map", "--format", "merm"], "mermaid"),
    (["completion", "fi"], "fish"),
]


def asked(words: list[str]) -> str:
    return " ".join(words)


def script_of(shell: str, run: Run, folder: Path) -> Path:
    code, out, err = run("completion", shell, "--no-third-party")
    assert (code, err) == (0, "")
    file = folder / f"passrole.{shell}"
    file.write_text(out, "utf-8")
    return file


@pytest.fixture(scope="module")
def shells() -> dict[str, str | None]:
    return {name: shutil.which(name) for name in ("bash", "zsh", "fish")}


def answer(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_bash_completes_commands_options_and_values(
    shells: dict[str, str | None], run: Run, tmp_path: Path
) -> None:
    program = shells["bash"]
    if program is None:
        pytest.skip("there is no bash")
    file = script_of("bash", run, tmp_path)
    for words, expected in [
        *ASKED,
        (["-v", "ch"], "check"),
        (["check", "--ignore", "explicit-deny-hit,codebuild-start-build"], "explicit-deny-hit,codebuild-start-build-missing"),
    ]:  # fmt: skip
        typed = " ".join(f"'{word}'" for word in ("passrole", *words))
        ask = f'COMP_WORDS=({typed}); COMP_CWORD={len(words)}; _passrole; echo "${{COMPREPLY[@]}}"'
        found = answer([program, "--norc", "-c", f"source {file}; {ask}"]).split()
        assert expected in found, words
        assert all(each.startswith(words[-1]) for each in found)


def test_zsh_takes_the_script(shells: dict[str, str | None], run: Run, tmp_path: Path) -> None:
    program = shells["zsh"]
    if program is None:
        pytest.skip("there is no zsh")
    file = script_of("zsh", run, tmp_path)
    answer([program, "-n", str(file)])
    ask = f"autoload -Uz compinit; compinit -u -d {tmp_path}/dump; source {file}; print $_comps[passrole]"
    assert answer([program, "-f", "-c", ask]) == "_passrole\n"


def test_fish_completes_commands_options_and_values(
    shells: dict[str, str | None], run: Run, tmp_path: Path
) -> None:
    program = shells["fish"]
    if program is None:
        pytest.skip("there is no fish")
    file = script_of("fish", run, tmp_path)
    for words, expected in ASKED:
        ask = f"source {file}; complete -C 'passrole {' '.join(words)}'"
        found = [
            line.partition("\t")[0] for line in answer([program, "-N", "-c", ask]).splitlines()
        ]
        assert expected in found, words


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_command_is_in_the_script(shell: str, run: Run, tmp_path: Path) -> None:
    text = script_of(shell, run, tmp_path).read_text("utf-8")
    for command in COMMANDS:
        assert command.name in text
    assert "--isolated" in text.replace("-l isolated", "--isolated")


def test_what_means_something_to_a_shell_does_not_reach_it() -> None:
    hostile = "it's `a` $(b) \\ [c]: d"
    argument = Argument(("--one",), True, ("x",), help=hostile)
    scripts = [
        each.script((Completed("name", hostile, (argument,)),)) for each in (bash, zsh, fish)
    ]
    assert "$(b)" not in scripts[0]
    for script in scripts[1:]:
        quoted = [line for line in script.splitlines() if "$(b)" in line]
        assert quoted
        assert all(line.index("'") < line.index("$(b)") for line in quoted)


def test_names_of_plugins_that_a_shell_would_run_are_left_out(run: Run) -> None:
    from passrole.cli.completion import _harmless  # noqa: PLC0415 - the one thing behind the door

    assert _harmless(["a-b", "$(touch x)", "a b", "`x`", "", "-x", "c.d"]) == ("a-b", "c.d")


def test_an_unknown_shell_is_refused(run: Run) -> None:
    code, _, err = run("completion", "tcsh")
    assert code == 2
    assert "tcsh" in err
