"""What the README shows is what passrole prints."""

import re
from pathlib import Path

import pytest

from passrole.cli import main


def test_the_example_prints_what_the_readme_shows(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (repository / "README.md").read_text("utf-8")
    (shown,) = re.findall(r"^```text\n(examples/shop.*?)^```$", readme, re.DOTALL | re.MULTILINE)
    monkeypatch.chdir(repository)
    assert main(["check", "examples/shop", "--no-third-party"]) == 1
    assert capsys.readouterr().out == shown


@pytest.mark.parametrize("page", ["README.md", "docs/plugins.md"])
def test_every_hook_is_in_the_page_and_no_other(page: str, repository: Path) -> None:
    readme = (repository / page).read_text("utf-8")
    source = (repository / "core/passrole/hookspecs.py").read_text("utf-8")
    hooks = set(re.findall(r"^def (passrole_\w+)\(", source, re.MULTILINE))
    assert hooks == set(re.findall(r"`(passrole_\w+)\(", readme))


def test_every_command_of_the_readme_is_there(repository: Path) -> None:
    from passrole.cli.parser import build_parser  # noqa: PLC0415 - not at collection

    readme = (repository / "README.md").read_text("utf-8")
    named = set(re.findall(r"`passrole ([a-z]+)", readme))
    help_text = build_parser().format_help()
    assert named
    for command in named:
        assert re.search(rf"^\s+{command}\b", help_text, re.MULTILINE), command
