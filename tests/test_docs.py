"""The examples of the documentation run, and give what they show."""

import doctest
import re
import subprocess
import sys
from pathlib import Path


def test_the_examples_of_the_library_page_run(repository: Path) -> None:
    page = repository / "docs" / "library.md"
    result = doctest.testfile(str(page), module_relative=False, optionflags=doctest.REPORT_NDIFF)
    assert result.attempted > 20
    assert result.failed == 0


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
