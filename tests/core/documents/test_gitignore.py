"""What most .gitignore files say is matched here, and must be what git itself says."""

import shutil
import subprocess
from pathlib import Path

import pytest

from passrole.documents.gitignore import GitIgnore

PATHS = (
    "a.tf", "b.tfvars", "terraform.tfstate", "terraform.tfstate.backup", ".terraform/", ".terraform/x.tf",
    ".DS_Store", "build/", "build/a.tf", "build/keep.json", "src/", "src/a.tf", "src/build/", "src/build/b.tf",
    "src/deep/", "src/deep/build", "src/deep/er/", "src/deep/er/a.tf", "src/deep/er/secrets/", "src/deep/er/secrets/b.tfvars",
    "results/", "results/one.json", "results/two/", "results/two/three.json", "crash.log", "crash.1.log", "x.pyc", "x.pyd",
    "X.pyc", "Bin/", "Bin/a.tf", "bin/", "bin/b.tf", "a-b_c.yaml", "ab.yaml", "axb.yaml", "docs/", "docs/ab/", "docs/ab/c.yaml",
)  # fmt: skip

FILES = {
    "names": [".DS_Store", "build", "crash.log"],
    "endings": ["*.tf", "*.tfstate.backup"],
    "folders": ["build/", ".terraform/", "secrets/"],
    "a folder named as a file": ["a.tf/", "ab.yaml/"],
    "from the top": ["/build", "/a.tf", "/src/deep"],
    "with slashes": ["src/build", "deep/er", "docs/ab/c.yaml"],
    "stars inside": ["crash.*.log", "a*b.yaml", "*.tfstate.*", "*x*"],
    "one letter": ["a?b.yaml", "?in", "x.py?", "results/?wo"],
    "sets": ["x.py[cd]", "[Bb]in/", "[a-c]b.yaml", "a[b_x]*"],
    "all in a folder": ["results/*", "/docs/**"],
    "below a folder of any name": ["*/build", "src/*/er", "*/*/er/"],
    "two stars before": ["**/build", "**/er/a.tf", "**/*.tfvars", "**/build/"],
    "two stars after": ["src/**", "results/two/**"],
    "two stars between": ["src/**/a.tf", "src/**/er", "*/**/secrets/*.tfvars"],
    "more stars": ["***/er", "src/***"],
    "two stars alone": ["**"],
    "two stars alone, folders": ["**/"],
    "all": ["*"],
    "all at the top": ["/*"],
    "taken back": ["*.json", "!keep.json", "*.tf", "!a.tf"],
    "taken back in vain": ["build/", "!build/keep.json"],
    "taken back, and again": ["*.yaml", "!a*", "ab.*"],
    "all but one folder": ["/*", "!/src/", "!/docs", "/docs/ab"],
    "all but folders": ["*", "!*/", "!*.tf"],
    "folders taken back": ["build", "!build/"],
    "blank lines and comments": ["", "# a.tf", "   ", "*.log", "#*.tf"],
    "blanks at the end": ["a.tf   ", "build/  "],
    "nothing that matches": ["!", "/", "!/", "!!a.tf"],
    "letter by letter": ["BUILD", "x.PYC"],
    "dots": ["*.", ".*", "a.t."],
}  # fmt: skip


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    git = shutil.which("git")
    if git is None:
        pytest.skip("needs git")
    root = tmp_path_factory.mktemp("checkout")
    subprocess.run([git, "init", "-q", root], check=True)
    for path in PATHS:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.endswith("/"):
            place.mkdir(exist_ok=True)
        else:
            place.touch()
    return root


def ignored_by_git(checkout: Path, lines: list[str]) -> list[str]:
    (checkout / ".gitignore").write_text("\n".join(lines))
    run = subprocess.run(
        [str(shutil.which("git")), "check-ignore", "--no-index", "--stdin"],
        cwd=checkout, input="\n".join(path.rstrip("/") for path in PATHS), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode in (0, 1), run.stderr
    return run.stdout.splitlines()


@pytest.mark.parametrize("order", [1, -1], ids=["from the top", "from the bottom"])
@pytest.mark.parametrize("name", sorted(FILES))
def test_it_is_as_git_has_it(checkout: Path, name: str, order: int) -> None:
    found = GitIgnore.of(FILES[name])
    assert found is not None
    ours = [path for path in PATHS[::order] if found.verdict(path)]
    assert [path.rstrip("/") for path in ours[::order]] == ignored_by_git(checkout, FILES[name])


@pytest.mark.parametrize(
    "line",
    ["\\!a", "a\\ ", "[!a]", "[^a]", "[a-Z]", "[z-a]", "[", "a]", "[[:alpha:]]", "[]a]", "a b", "\u00e9", "a\t"],
)  # fmt: skip
def test_what_is_seldom_written_is_left_to_a_library(line: str) -> None:
    assert GitIgnore.of(["a", line]) is None


def test_what_is_deep_is_no_harder() -> None:
    found = GitIgnore.of(["b/"])
    assert found is not None
    assert found.verdict("a/" * 5_000 + "t.yaml") is None
    assert found.verdict("a/" * 5_000 + "b/t.yaml") is True


def test_nothing_said_is_no_verdict() -> None:
    found = GitIgnore.of(["*.json", "!keep.json"])
    assert found is not None
    assert [found.verdict(path) for path in ("a.json", "keep.json", "a.yaml")] == [
        True,
        False,
        None,
    ]
