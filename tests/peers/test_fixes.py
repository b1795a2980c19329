"""Mended templates as cfn-lint sees them: as it saw them before.

`tox -e policy-peers` installs it; elsewhere the tests are left out.
"""

import re
import shutil
from pathlib import Path

import pytest
from tests.peers.test_policies import errors

from passrole.cli import main

pytestmark = pytest.mark.peers

_LINE = re.compile(r"\(line \d+\)")


def lasting(found: dict[str, set[tuple[str, str]]], path: Path) -> set[tuple[str, str]]:
    """The errors of a file, without the lines that some of them name."""
    return {(rule, _LINE.sub("", said)) for rule, said in found.get(str(path), set())}


def test_cfn_lint_accepts_templates_as_before(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("cfnlint")
    root = shared / "corpus" / "cloudformation"
    copy = tmp_path / "templates"
    shutil.copytree(root, copy)
    assert main(["check", str(copy), "--fix", "--allow-incomplete", "--fail-on", "never"]) == 0
    assert "mended: " in capsys.readouterr().err
    changed = [
        path.relative_to(copy)
        for path in sorted(copy.rglob("*"))
        if path.is_file() and path.read_bytes() != (root / path.relative_to(copy)).read_bytes()
    ]
    before, after = (
        errors([root / each for each in changed]),
        errors([copy / each for each in changed]),
    )
    new = {
        str(each): left
        for each in changed
        if (left := lasting(after, copy / each) - lasting(before, root / each))
    }
    print(f"\n{len(changed)} mended templates linted twice")
    assert len(changed) > 10
    assert not new
