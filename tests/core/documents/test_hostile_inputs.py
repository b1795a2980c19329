"""The hostile corpus, file by file: every file is analysed or reported, soon, with nothing opened
outside the tree.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from passrole.documents.discovery import discover
from passrole.documents.limits import Limits
from passrole.documents.nodes import Document, Problem
from passrole.documents.reading import read_file
from passrole.documents.recognition import load

LIMITS = Limits()
# Small counts: thousands of equal files tell no more than a few.
SLOW = "many_files"


@pytest.fixture(scope="module")
def hostile(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    maker = shared / "hostile_inputs.py"
    if not maker.is_file():
        pytest.skip(f"needs {maker.name} beside the corpus")
    folder = tmp_path_factory.mktemp("hostile")
    subprocess.run([sys.executable, str(maker), str(folder)], check=True, cwd=folder)
    return folder


@pytest.fixture(scope="module", params=["libyaml", "pure"])
def results(request: pytest.FixtureRequest, hostile: Path) -> dict[str, Document | Problem | None]:
    found: dict[str, Document | Problem | None] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PASSROLE_PURE", "1" if request.param == "pure" else "0")
        for file in discover([hostile], hostile).files:
            if file.path.startswith(SLOW) and not file.path.endswith("t1.yaml"):
                continue
            began = time.perf_counter()
            data = read_file(file.location, LIMITS)
            found[file.path] = load(file.path, data, LIMITS) if isinstance(data, bytes) else data
            assert time.perf_counter() - began < 10, file.path
    return found


def kinds(result: Document | Problem | None) -> list[str]:
    if isinstance(result, Document):
        return [problem.kind for problem in result.problems]
    return [] if result is None else [result.kind]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("yaml_bomb/t.yaml", ["limit"]),
        ("yaml_merge_bomb/t.yaml", ["limit"]),
        ("yaml_deep_flow/t.yaml", ["limit"]),
        ("yaml_deep_block/t.yaml", ["limit"]),
        ("json_deep/t.json", ["limit"]),
        ("fn_deep/t.json", ["limit"]),
        ("huge_file/t.yaml", ["limit"]),
        ("huge_line/t.json", ["limit"]),
        ("yaml_self_alias/t.yaml", ["parse-error"]),
        ("yaml_tags/t.yaml", ["unknown-tag"]),
        ("yaml_tags/u.yaml", ["unknown-tag"]),
        ("yaml_types/t.yaml", ["complex-key"]),
        ("dup_keys/t.yaml", ["duplicate-key"] * 2),
        ("dup_keys/t.json", ["duplicate-key"]),
        ("multi_doc/t.yaml", ["multiple-documents"]),
        ("encodings/latin.yaml", ["encoding"]),
        ("encodings/bad.yaml", ["encoding"]),
        ("encodings/nul.yaml", ["encoding"]),
        ("encodings/u16.yaml", []),
        ("encodings/cr.yaml", []),
        ("encodings/surrogate.json", []),
    ],
)
def test_what_is_wrong_is_said(
    results: dict[str, Document | Problem | None], path: str, wanted: list[str]
) -> None:
    assert kinds(results[path]) == wanted
    assert results[path] is not None


def test_every_file_that_looks_like_ours_is_analysed_or_reported(
    results: dict[str, Document | Problem | None],
) -> None:
    assert sorted(path for path, result in results.items() if result is None) == [
        "config_rce/.checkov.yaml",
        "config_rce/.github/workflows/w.yml",
        "encodings/bin.yaml",
        "encodings/empty.yaml",
        "encodings/u16be.json",
        "encodings/ws.yaml",
    ]
    for path, result in results.items():
        if isinstance(result, Document) and result.root is None:
            assert result.problems, path


def test_what_is_no_file_of_the_tree_is_passed_over(hostile: Path) -> None:
    discovery = discover([hostile], hostile)
    assert {each.path: each.reason for each in discovery.passed_over} == {
        "special_files/fifo.yaml": "no-file",
        "special_files/s.yaml": "no-file",
        "symlink_escape/etc": "link-outside",
        "symlink_escape/passwd.yaml": "link-outside",
        "symlink_escape/proc": "link-outside",
        "symlink_escape/rand.json": "link-outside",
        "symlink_escape/tty.yaml": "link-outside",
        "symlink_escape/zero.yaml": "link-outside",
        "symlink_loop/dangling.yaml": "dangling-link",
    }
    in_loop = [file.path for file in discovery.files if file.path.startswith("symlink_loop/")]
    assert in_loop == ["symlink_loop/t.yaml"]


AUDIT = """
import os, sys
from passrole.documents.discovery import discover
from passrole.documents.limits import Limits
from passrole.documents.reading import read_file
from passrole.documents.recognition import load
import encodings.utf_16_be, encodings.utf_16_le, encodings.utf_32_le, pathspec
import passrole.documents.json

root = sys.argv[1]
opened = []

def watch(event, arguments):
    if event in ("open", "os.listdir", "os.scandir", "subprocess.Popen", "socket.connect"):
        opened.append(str(arguments[0]))

limits = Limits()
for encoding in ("utf-8", "utf-16", "utf-32"):
    load("t.yaml", "Resources: {R: {Type: AWS::X}}".encode(encoding), limits)
sys.addaudithook(watch)
for file in discover([root], root).files:
    if not file.path.startswith("many_files"):
        data = read_file(file.location, limits)
        if isinstance(data, bytes):
            load(file.path, data, limits)
count = len(opened)
strangers = [path for path in opened if not path.startswith(root) and not path.isdigit()]
print(count, strangers)
"""


def test_nothing_is_opened_outside_the_tree(hostile: Path) -> None:
    root = str(hostile.resolve())
    done = subprocess.run(
        [sys.executable, "-c", AUDIT, root], capture_output=True, check=True, text=True
    )
    count, _, strangers = done.stdout.strip().partition(" ")
    assert int(count) > 50
    assert strangers == "[]"
