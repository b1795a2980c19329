from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from passrole.documents.discovery import Discovery, discover
from passrole.documents.ignoring import read_ignore_file
from passrole.documents.limits import Limits
from passrole.documents.nodes import Problem
from passrole.documents.reading import read_file

LIMITS = Limits()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    root.mkdir()
    return root


def put(root: Path, *names: str, content: str = "a: 1\n") -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def found(discovery: Discovery) -> list[str]:
    return [file.path for file in discovery.files]


def passed_over(discovery: Discovery) -> dict[str, str]:
    return dict(discovery.passed_over)


def test_candidates_by_suffix_in_the_order_of_their_paths(tree: Path) -> None:
    put(tree, "b.yaml", "a/z.yml", "a.json", "c.template", "m/main.tf", "m/x.tf.json", "B.YAML")
    put(tree, "readme.md", "a.yaml.bak", "yaml")
    discovery = discover([tree], tree)
    assert [(file.path, file.format) for file in discovery.files] == [
        ("B.YAML", "yaml"),
        ("a.json", "json"),
        ("a/z.yml", "yaml"),
        ("b.yaml", "yaml"),
        ("c.template", "template"),
        ("m/main.tf", "hcl"),
        ("m/x.tf.json", "json"),
    ]
    assert (discovery.problems, discovery.passed_over) == ((), ())


def test_folders_of_tools_are_skipped_and_the_cdk_output_is_not(tree: Path) -> None:
    put(
        tree,
        *(f"{name}/t.yaml" for name in (".git", "node_modules", ".terraform", ".venv", ".tox")),
    )
    put(tree, "a/node_modules/t.yaml", "cdk.out/t.json", ".github/t.yml", "build/t.yaml")
    assert found(discover([tree], tree)) == [".github/t.yml", "build/t.yaml", "cdk.out/t.json"]


def test_a_path_that_is_named_is_taken(tree: Path) -> None:
    put(tree, "ignored.yaml", "node_modules/t.yaml", "policy.txt", "t.yaml")
    put(tree, ".gitignore", content="ignored.yaml\n")
    named = [tree / "ignored.yaml", tree / "node_modules", tree / "policy.txt"]
    discovery = discover(named, tree)
    assert [(file.path, file.format) for file in discovery.files] == [
        ("ignored.yaml", "yaml"),
        ("node_modules/t.yaml", "yaml"),
        ("policy.txt", "template"),
    ]


def test_a_file_counts_once_however_often_it_is_named(tree: Path) -> None:
    put(tree, "a/t.yaml")
    assert found(discover([tree, tree / "a", tree / "a/t.yaml", tree], tree)) == ["a/t.yaml"]


def test_relative_paths_are_those_of_the_current_folder(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tree, "a/b/t.yaml", "a/u.yaml")
    monkeypatch.chdir(tree / "a")
    assert found(discover(["b"], tree)) == ["a/b/t.yaml"]
    assert found(discover(["."], ".")) == ["b/t.yaml", "u.yaml"]


def test_a_file_outside_the_root_is_shown_relative_to_it_all_the_same(tree: Path) -> None:
    put(tree.parent, "other/t.yaml")
    outside = tree.parent / "other"
    assert found(discover([outside], tree)) == ["../other/t.yaml"]


def test_what_does_not_exist_is_a_problem(tree: Path) -> None:
    [missing] = discover([tree / "no.yaml"], tree).problems
    assert missing.path == "no.yaml"
    assert missing.problem.kind == "unreadable"
    assert "no such file" in missing.problem.message


def test_gitignore_with_negation_and_scope(tree: Path) -> None:
    put(tree, ".gitignore", content="*.json\n!keep.json\n/top.yaml\nout/\n")
    put(tree, "sub/.gitignore", content="!again.json\nlocal.yaml\n")
    put(tree, "a.json", "keep.json", "top.yaml", "out/t.yaml", "local.yaml")
    put(tree, "sub/a.json", "sub/again.json", "sub/top.yaml", "sub/local.yaml", "sub/out/t.yaml")
    discovery = discover([tree], tree)
    assert found(discovery) == ["keep.json", "local.yaml", "sub/again.json", "sub/top.yaml"]
    assert passed_over(discovery) == dict.fromkeys(
        ["a.json", "out/", "sub/a.json", "sub/local.yaml", "sub/out/", "top.yaml"], "ignored"
    )


def test_gitignore_files_above_the_searched_folder_count(tree: Path) -> None:
    put(tree, ".gitignore", content="sub/deep/x.yaml\n")
    put(tree, "sub/.gitignore", content="y.yaml\n")
    put(tree, "sub/deep/x.yaml", "sub/deep/y.yaml", "sub/deep/z.yaml")
    assert found(discover([tree / "sub/deep"], tree)) == ["sub/deep/z.yaml"]


@pytest.mark.parametrize(
    "line",
    ["//", "!", "\\", "*a*a*a*a*a*a*a*a*b", "**/a/**/b/**/c/**/d/**", "x" * 1000, "[", "\xff"],
)
def test_a_bad_or_dear_line_of_gitignore_hides_nothing(tree: Path, line: str) -> None:
    put(tree, ".gitignore", content=f"{line}\nb.yaml\n")
    put(tree, "a" * 60 + ".yaml", "b.yaml", "a/b/c/d/t.yaml")
    assert found(discover([tree], tree)) == ["a/b/c/d/t.yaml", "a" * 60 + ".yaml"]


def test_a_gitignore_that_is_a_link_or_too_large_hides_nothing(tree: Path) -> None:
    put(tree.parent, "elsewhere", content="*.yaml\n")
    (tree / ".gitignore").symlink_to(tree.parent / "elsewhere")
    put(tree, "t.yaml")
    assert found(discover([tree], tree)) == ["t.yaml"]
    put(tree, "large", content="*.yaml\n" * 100_000)
    assert read_ignore_file(str(tree / "large"), "/") is None


def test_links_never_lead_out_of_the_tree(tree: Path) -> None:
    put(tree.parent, "outside/t.yaml")
    put(tree.parent, "tree-too/t.yaml")
    put(tree, "t.yaml", "sub/u.yaml", "sub/data")
    outside = tree.parent / "outside"
    for name, target in {
        "self.yaml": "self.yaml",
        "up": "..",
        "here": ".",
        "to-sub": "sub",
        "dangling.yaml": "nowhere",
        "outside": str(outside),
        "outside.yaml": str(outside / "t.yaml"),
        "sibling.yaml": "../tree-too/t.yaml",
        "zero.yaml": "/dev/zero",
        "same.yaml": "t.yaml",
        "sub/back.yaml": "../t.yaml",
        "data.yaml": "sub/data",
        "data2.yaml": "sub/data",
    }.items():
        (tree / name).symlink_to(target)
    discovery = discover([tree], tree)
    assert found(discovery) == ["data.yaml", "sub/u.yaml", "t.yaml"]
    assert passed_over(discovery) == {
        "dangling.yaml": "dangling-link",
        "outside": "link-outside",
        "outside.yaml": "link-outside",
        "self.yaml": "dangling-link",
        "sibling.yaml": "link-outside",
        "up": "link-outside",
        "zero.yaml": "link-outside",
    }
    data = next(file for file in discovery.files if file.path == "data.yaml")
    assert read_file(data.location, LIMITS) == b"a: 1\n"


def test_a_named_link_out_of_the_tree_is_a_problem(tree: Path) -> None:
    put(tree.parent, "outside/t.yaml")
    (tree / "t.yaml").symlink_to("../outside/t.yaml")
    (tree / "dir").symlink_to("../outside")
    named = [tree / "t.yaml", tree / "dir", tree / "dir/t.yaml"]
    discovery = discover(named, tree)
    assert discovery.files == ()
    assert [problem.path for problem in discovery.problems] == ["dir", "dir/t.yaml", "t.yaml"]
    assert all("leads out of the tree" in each.problem.message for each in discovery.problems)


def test_the_root_itself_may_be_a_link(tree: Path) -> None:
    put(tree, "a/t.yaml")
    link = tree.parent / "link"
    link.symlink_to(tree)
    assert found(discover([link], link)) == ["a/t.yaml"]
    assert found(discover([link / "a/t.yaml"], link)) == ["a/t.yaml"]
    assert found(discover([tree], link)) == ["a/t.yaml"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_only_regular_files_are_opened(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tree, "t.yaml")
    os.mkfifo(tree / "fifo.yaml")
    (tree / "link.yaml").symlink_to("fifo.yaml")
    monkeypatch.chdir(tree)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.yaml")
    discovery = discover([tree], tree)
    assert found(discovery) == ["t.yaml"]
    assert passed_over(discovery) == dict.fromkeys(["fifo.yaml", "link.yaml", "s.yaml"], "no-file")
    [named] = discover([tree / "fifo.yaml"], tree).problems
    assert "not a regular file" in named.problem.message
    for path in ("fifo.yaml", "s.yaml", "link.yaml", "."):
        read = read_file(str(tree / path), LIMITS)
        assert isinstance(read, Problem)
        assert read.kind == "unreadable"


def test_what_cannot_be_read_is_a_problem(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tree, "closed/t.yaml", "t.yaml")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    discovery = discover([tree], tree)
    assert found(discovery) == ["t.yaml"]
    [closed] = discovery.problems
    assert (closed.path, closed.problem.kind) == ("closed", "unreadable")
    assert "permission denied" in closed.problem.message


def test_a_large_file_is_a_problem_where_it_looks_like_ours(tree: Path) -> None:
    limits = Limits(size=100)
    put(tree, "fits.yaml", content="x" * 100)
    put(tree, "other.yaml", content="x" * 3_000_000)
    put(tree, "ours.yaml", content="AWS::" + "x" * (1 << 20) + "Resources")
    split = "Resources" + "x" * (100 - 9 - 2) + "AWS::"
    put(tree, "split.yaml", content=split)
    put(tree, "main.tf.json", content=" " * 101)
    results = {
        name: read_file(str(tree / name), limits)
        for name in ("fits.yaml", "other.yaml", "ours.yaml", "split.yaml", "main.tf.json")
    }
    assert results.pop("fits.yaml") == b"x" * 100
    assert results.pop("other.yaml") is None
    for problem in results.values():
        assert isinstance(problem, Problem)
        assert problem.kind == "limit"
        assert "size = 100" in problem.message


def test_names_of_any_bytes_are_found(tree: Path) -> None:
    name = os.fsencode(tree) + b"/inv\xff\xfe.yaml"
    try:
        Path(os.fsdecode(name)).write_bytes(b"a: 1\n")
    except OSError:
        pytest.skip("this file system takes no such names")
    [file] = discover([tree], tree).files
    assert file.path == "inv\udcff\udcfe.yaml"
    assert read_file(file.location, LIMITS) == b"a: 1\n"


def test_the_order_of_creation_does_not_show(tree: Path) -> None:
    names = [f"{first}/{second}.yaml" for first in "cab" for second in "zxy"]
    put(tree, *names)
    assert found(discover([tree / "c", tree / "a", tree / "b"], tree)) == sorted(names)
