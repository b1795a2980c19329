"""JSON in heredocs and block scalars keeps the places of its parts."""

from __future__ import annotations

import pytest

from passrole.documents.embedded import json_inside
from passrole.documents.hcl import parse_hcl
from passrole.documents.limits import Limits
from passrole.documents.nodes import Document, Mapping, Node, Sequence
from passrole.documents.yaml import parse_yaml


def policy_of(document: Document) -> Node:
    node = document.root
    while isinstance(node, (Mapping, Sequence)):
        node = node.pairs[-1][1] if isinstance(node, Mapping) else node.items[-1]
    assert node is not None
    return node


def read(text: str, *path: str | int) -> str | None:
    """The text of the document at the place of a part of its policy."""
    yaml = text.startswith("Policy")
    document = (parse_yaml if yaml else parse_hcl)("f", text, Limits())
    assert not document.problems
    found = json_inside(document, policy_of(document))
    if found is None:
        return None
    node: Node | None = found.root
    for step in path:
        if isinstance(node, Sequence) and isinstance(step, int):
            node = node.items[step]
        elif isinstance(node, Mapping) and isinstance(step, str):
            node = node.get(step)
    assert node is not None
    return document.text[node.start + found.offset : node.end + found.offset]


@pytest.mark.parametrize(
    "text",
    [
        'a {\n  p = <<EOF\n{"é": ["😀", {"b": "x"}]}\nEOF\n}\n',
        'a {\n  p = <<-EOF # no\n    {"é": ["😀",\n     {"b": "x"}]}\n    EOF\n}\n'.replace(
            " # no", ""
        ),
        'a {\r\n  p = <<EOF\r\n{"é": ["😀", {"b": "x"}]}\r\nEOF\r\n}\r\n',
        'a {\n  p = <<EOF\n{"é": ["${f("}")}", {"b": "x"}]}\nEOF\n}\n',
        'a {\n  p = <<EOF\n{"${x}": ${f({a = "}"})}, "é": ["$${y}", {"b": "x"}]}\nEOF\n}\n',
        'a {\n  p = <<EOF\n{"é": [%{ if x } "1", %{ endif } {"b": "x"}]}\nEOF\n}\n',
        'Policy: |\n  {"é": [${A}, {"b": "x"}]}\n',
        'Policy: !Sub |-\n  {"é":\n    ["${A.Arn}", {"b": "x"}]}\n',
        'Policy: >2+\n  {"é": [1, {"b": "x"}]}\n',
    ],
)
def test_parts_stand_where_they_are_written(text: str) -> None:
    last = -1 if "if x" not in text else 1
    assert read(text, "é", last, "b") == '"x"'


@pytest.mark.parametrize(
    "text",
    [
        'a {\n  p = "{}"\n}\n', "a {\n  p = <<EOF\nno json\nEOF\n}\n", 'a {\n  p = <<EOF\n{"a": ${x\nEOF\n}}\nEOF\n}\n',
        'a {\n  p = <<EOF\n{"a": %{if x}\nEOF\n}\n', 'Policy: "{}"\n', "Policy: {a: b}\n", "a {\n  p = [<<EOF\n{}\nEOF\n]\n}\n",
    ],
)  # fmt: skip
def test_what_is_no_json_has_no_places(text: str) -> None:
    yaml = text.startswith("Policy")
    document = (parse_yaml if yaml else parse_hcl)("f", text, Limits())
    node = document.root
    if node is not None:
        assert json_inside(document, policy_of(document)) is None


@pytest.mark.parametrize(
    "body", ["${" * 100_000, '"' * 200_001, "{" * 200_000, "$${" * 100_000, '${"' * 60_000]
)
def test_hostile_text_has_no_places(body: str) -> None:
    text = f"Policy: |\n  {body}\n"
    document = parse_yaml("f", text, Limits())
    assert json_inside(document, policy_of(document)) is None
