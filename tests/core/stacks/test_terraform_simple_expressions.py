"""Expressions that one look tells are what the parser makes of them step by step."""

from __future__ import annotations

import pytest

from passrole.documents.nodes import Document
from passrole.stacks.terraform import parsing
from passrole.stacks.terraform.expressions import Expression
from passrole.stacks.terraform.simple_expressions import simple_at


def parsed(text: str) -> Expression:
    return parsing.parse_expression(Document("main.tf", text, None, "hcl"), 0, len(text))


@pytest.mark.parametrize(
    "text",
    [
        '""',
        '"plain"',
        '"50% of $5, {so}"',
        '"${var.a}"',
        '"${ var.a }"',
        '"x${var.a}"',
        '"${var.a}${local.b-c}"',
        '"a-${var.a.b.c}/${each.key}-é"',
        '"${data.aws_region.this.name}:*"',
        "true",
        "null",
        "12",
        "var.a.b",
    ],
)
def test_what_one_look_tells(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert simple_at(text, 0, len(text)) == (parsed(text), len(text))
    with monkeypatch.context() as patched:
        patched.setattr(parsing, "simple_at", lambda *_: None)
        slowly = parsed(text)
    assert slowly == parsed(text)


@pytest.mark.parametrize(
    "text",
    [
        '"$${var.a}"',
        '"$$${var.a}"',
        '"%{if var.a}x%{endif}"',
        '"%%{x}"',
        '"${var.a[0]}"',
        '"${~ var.a}"',
        '"${var}"',
        '"${upper(var.a)}"',
        '"a\\nb"',
        '"a" == "b"',
        "1.5",
        "var.a[0]",
        "trueish",
        "f(1)",
    ],
)
def test_what_takes_more_than_one_look(text: str) -> None:
    assert simple_at(text, 0, len(text)) is None
