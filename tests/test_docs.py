"""The examples of the documentation run, and give what they show."""

import doctest
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from passrole.cli.parser import build_parser

REPOSITORY = Path(__file__).resolve().parents[1]


class Shown(NamedTuple):
    """A command that a page shows, and what it says is printed."""

    page: str
    command: str
    output: str


def shown_commands() -> list[Shown]:
    """Every command of passrole in a console block; of several on a line those that are ours."""
    found = []
    for page in (REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))):
        blocks = re.findall(
            r"^```console\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
        )
        commands = "".join(blocks).replace("\\\n", " ")
        for line in re.split(r"^\$ ", commands, flags=re.MULTILINE)[1:]:
            command, _, output = line.partition("\n")
            found += [
                Shown(page.name, part.strip(), output)
                for part in re.split(r"&&|\|", command)
                if re.match(r"\s*(\S*/)?passrole ", part)
            ]
    return found


@pytest.mark.parametrize("shown", shown_commands(), ids=lambda each: f"{each.page}: {each.command}")
def test_a_command_that_is_shown_is_one_and_prints_what_is_shown(
    shown: Shown, tmp_path: Path
) -> None:
    """Those that name a folder of the reader's own are parsed; all others run."""
    words = shlex.split(shown.command, comments=True)[1:]
    options = build_parser().parse_args(words)
    scans = ("check", "config", "map", "policy", "why")
    if options.command in scans and "examples" not in shown.command:
        return
    folder = tmp_path if options.command == "new-plugin" else REPOSITORY
    done = subprocess.run(
        [sys.executable, "-P", "-m", "passrole", *words],
        cwd=folder, check=False, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    rest = done.stdout
    for part in filter(None, re.split(r"^…\n", shown.output, flags=re.MULTILINE)):
        before, found, rest = rest.partition(part)
        assert found, f"this is not printed:\n{part}\nbut this:\n{before}"


def test_a_link_of_the_documentation_leads_somewhere(repository: Path) -> None:
    """In the files as they are read on a code host; the built pages are looked over as well."""
    dead = []
    for page in (repository / "README.md", repository / "CONTRIBUTING.md",
                 *sorted((repository / "docs").glob("*.md"))):  # fmt: skip
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
            path = target.partition("#")[0]
            made = re.match(r"(rules|providers|commands)/", path)  # of the built pages
            if "://" not in target and path and not made and not (page.parent / path).exists():
                dead.append(f"{page.name}: {target}")
    assert dead == []


def test_the_examples_of_the_library_page_run(repository: Path) -> None:
    page = repository / "docs" / "library.md"
    result = doctest.testfile(str(page), module_relative=False, optionflags=doctest.REPORT_NDIFF)
    assert result.attempted > 20
    assert result.failed == 0


def test_the_case_of_the_simulate_page_has_the_answer_beside_it(
    repository: Path, tmp_path: Path
) -> None:
    page = (repository / "docs" / "simulate.md").read_text("utf-8")
    case, answer = re.findall(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    file = tmp_path / "cases.jsonl"
    file.write_text(case, "utf-8")
    command = [sys.executable, "-m", "passrole", "simulate", "--cases", str(file)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, answer), found.stderr


def test_the_ruleset_of_the_rulesets_page_is_one(repository: Path, tmp_path: Path) -> None:
    page = (repository / "docs" / "rulesets.md").read_text("utf-8")
    (text,) = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    file = tmp_path / "mine.yaml"
    file.write_text(text, "utf-8")
    command = [sys.executable, "-m", "passrole", "check", str(repository / "examples"), "--ruleset"]
    found = subprocess.run([*command, file], capture_output=True, text=True, check=False)
    assert found.returncode == 1, found.stderr


def test_every_name_of_the_library_is_there() -> None:
    from passrole import iam  # noqa: PLC0415 - asked for as a user would

    for name in iam.__all__:
        assert getattr(iam, name) is not None
