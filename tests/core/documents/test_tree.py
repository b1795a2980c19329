"""A tree opens what is inside it, once, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from passrole.documents.limits import Limits
from passrole.documents.nodes import Document, Problem
from passrole.documents.tree import Tree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "secret.json").write_text("{}")
    inside = tmp_path / "root"
    (inside / "app").mkdir(parents=True)
    (inside / "app" / "child.yaml").write_text("a: 1\n")
    (inside / "b.tfvars").write_text("x = 1\n")
    return inside


def kind(answer: object) -> str | None:
    return answer.kind if isinstance(answer, Problem) else None


def test_a_file_is_found_by_the_path_that_is_shown(root: Path) -> None:
    tree = Tree(root)
    assert tree.read("app/child.yaml") == b"a: 1\n"
    assert tree.read("app/../app/./child.yaml") == b"a: 1\n"
    assert tree.read("app/none.yaml") is None
    assert tree.names("app") == ("child.yaml",)
    assert tree.names("none") == ()


def test_a_document_is_parsed_once_and_one_that_is_there_is_kept(root: Path) -> None:
    tree = Tree(root)
    first = tree.document("app/child.yaml")
    assert isinstance(first, Document) and first is tree.document("./app/child.yaml")
    own = Document("b.tfvars", "", None, "yaml")
    tree.add(own)
    assert tree.document("b.tfvars") is own


def test_nothing_outside_is_opened(root: Path) -> None:
    (root / "link.json").symlink_to(root.parent / "secret.json")
    (root / "up").symlink_to(root.parent)
    tree = Tree(root)
    for path in ("../secret.json", "/etc/passwd", "link.json", "up/secret.json", "a\0b"):
        assert kind(tree.read(path)) == "outside-tree", path
    assert tree.names("..") == tree.names("up") == ()


def test_a_link_inside_is_followed(root: Path) -> None:
    (root / "link.yaml").symlink_to(root / "app" / "child.yaml")
    assert Tree(root).read("link.yaml") == b"a: 1\n"


def test_what_the_user_named_beside_the_root_is_inside(root: Path) -> None:
    tree = Tree(root, [root.parent / "secret.json"])
    assert tree.read("../secret.json") == b"{}"


def test_what_cannot_be_read_is_a_problem(root: Path) -> None:
    os.mkfifo(root / "pipe.json")
    assert kind(Tree(root).read("pipe.json")) == "unreadable"
    assert kind(Tree(root).read("app")) == "unreadable"
    for text in ("Resources: {AWS::}\n", "x = 1\n"):
        (root / "large.yaml").write_text(text * 100)
        assert kind(Tree(root, (), Limits(size=50)).read("large.yaml")) == "limit"


def test_a_tree_without_a_root_holds_nothing() -> None:
    tree = Tree()
    assert tree.read("pyproject.toml") is None and tree.document("x.yaml") is None
