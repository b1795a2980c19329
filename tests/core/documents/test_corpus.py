"""Real templates: which of them cannot be read, and that both YAML parsers see the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from passrole.documents.limits import Limits
from passrole.documents.nodes import Mapping, Node, Sequence
from passrole.documents.recognition import format_of, parse

LIMITS = Limits()
# Mistakes of their authors: tabs, `{"Ref": "X".}`, a colon too many, a comma before a bracket.
UNREADABLE = {
    "CI-CMG+aws-cli/cloudformation/codepipeline.yaml",
    "aws-cloudformation+iac-model-evaluation/cloudformation/database-migration-service.json",
    "aws-quickstart+quickstart-examples/blog-assets/eks-cluster-prework/templates/eks-cluster-prework.template.yaml",
    "aws-solutions+aws-control-tower-customizations/deployment/custom-control-tower-initiation.template",
    "stelligent+cloudformation_templates/security/iam-default-instance-profile.json",
}


@pytest.fixture(scope="module")
def corpus(shared: Path) -> list[Path]:
    folder = shared / "corpus"
    if not folder.is_dir():
        pytest.skip("needs the corpus of real templates")
    return sorted(path for path in folder.rglob("*") if format_of(path.name) is not None)


def tree(node: Node | None) -> Any:
    if isinstance(node, Mapping):
        pairs = [(tree(key), tree(value)) for key, value in node.pairs]
        return (pairs, node.start, node.end, node.tag)
    if isinstance(node, Sequence):
        return ([tree(item) for item in node.items], node.start, node.end, node.tag)
    return None if node is None else (node.text, node.plain, node.start, node.end, node.tag)


def test_real_files_are_read_but_for_broken_ones(corpus: list[Path]) -> None:
    broken = set()
    for path in corpus:
        document = parse(path.name, path.read_bytes(), LIMITS)
        if document.root is None:
            broken.add(path.as_posix().partition("/cloudformation/")[2])
    assert broken == UNREADABLE


def test_both_yaml_parsers_give_the_same_trees(
    corpus: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = [path for path in corpus if path.suffix in (".yaml", ".yml")][::40]
    assert len(sample) > 10
    for path in sample:
        content = path.read_bytes()
        monkeypatch.setenv("PASSROLE_PURE", "0")
        native = parse(path.name, content, LIMITS)
        monkeypatch.setenv("PASSROLE_PURE", "1")
        pure = parse(path.name, content, LIMITS)
        assert tree(pure.root) == tree(native.root), path.name
        assert [(p.kind, p.start) for p in pure.problems] == [
            (p.kind, p.start) for p in native.problems
        ]
