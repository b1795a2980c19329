"""The plainest YAML is read without a library, and never otherwise than a library reads it."""

from pathlib import Path
from typing import Any

import pytest

from passrole.documents.limits import Limits
from passrole.documents.nodes import Document, Mapping, Node, Scalar
from passrole.documents.words import parse_words
from passrole.documents.yaml import parse_yaml

RULESETS = Path(__file__).resolve().parents[3] / "rulesets" / "passrole_rulesets"

PLAIN = {
    "one key": "key: word",
    "words": "description: What we act on - all of it, and more.\nrules:\n  a-b: off\n  c: on\n",
    "two levels twice": "a:\n  b: off\n\nc:\n  # why\n  d: on\n# the end",
    "blank lines and comments": "\n# one\n   \na: b\n      # deeper\n\n",
    "words that are no text elsewhere": "a: null\nb: yes\nc: True\n",
    "a comment between a key and what is below it": "a:\n# why\n  b: c\n",
}  # fmt: skip

NOT_PLAIN = {
    "nothing": "",
    "only a comment": "# nothing\n",
    "a key without a value": "a:\nb: c\n",
    "a key without a value at the end": "a: b\nc:\n",
    "an inner key without a value": "a:\n  b:\n  c: d\n",
    "a list": "a:\n  - b\n",
    "three levels": "a:\n  b:\n    c: d\n",
    "a key that stands twice": "a: b\na: c\n",
    "an inner key that stands twice": "a:\n  b: c\n  b: d\n",
    "a level that nothing opens": "a: b\n  c: d\n",
    "a first line that is indented": "  a: b\n",
    "another width": "a:\n   b: c\n   d: e\n",
    "two widths": "a:\n  b: c\n   d: e\n",
    "a value that goes on": "a: b\n  c\n",
    "quotes": "a: 'b'\n",
    "a number": "a: 1\n",
    "a comment after a value": "a: b # c\n",
    "a mapping in a line": "a: {b: c}\n",
    "a colon in a value": "a: b: c\n",
    "an anchor": "a: &b c\n",
    "a tag": "a: !b c\n",
    "a merge": "<<: a\n",
    "a tab": "a:\tb\n",
    "a tab in a comment": "#\tb\na: b\n",
    "no space": "a:b\n",
    "two spaces": "a:  b\n",
    "spaces at the end": "a: b  \n",
    "a line end as on Windows": "a: b\r\nc: d\r\n",
    "another line end": "a: b\x85c: d\n",
    "a line end in a comment": "# a\u2028b: c\nd: e\n",
    "a byte order mark": "\ufeffa: b\n",
    "documents": "---\na: b\n",
    "the end of a document": "a: b\n...\n",
    "a second document": "a: b\n---\nc: d\n",
    "a letter of no alphabet of ours": "a: b\xe9\n",
    "a lone surrogate": "a: \ud800\n",
    "a great many lines": "".join(f"{'a' * count}: b\n" for count in range(1, 300)),
}  # fmt: skip


def plain(node: Node | None) -> Any:
    """Every fact of a tree, places as well."""
    if isinstance(node, Scalar):
        return (node.text, node.plain, node.tag, node.start, node.end)
    assert isinstance(node, Mapping)
    pairs = [(plain(key), plain(value)) for key, value in node.pairs]
    return (pairs, node.tag, node.start, node.end)


def by_library(text: str) -> Document:
    return parse_yaml("a.yaml", text, Limits())


def same(text: str) -> None:
    ours, theirs = parse_words("a.yaml", text), by_library(text)
    assert ours is not None
    assert plain(ours.root) == plain(theirs.root)
    assert (ours.path, ours.text, ours.format) == (theirs.path, theirs.text, theirs.format)
    assert not ours.problems
    assert not theirs.problems


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_what_is_plain_is_read_as_a_library_reads_it(text: str) -> None:
    same(text)


@pytest.mark.parametrize("path", sorted(RULESETS.glob("*.yaml")), ids=lambda path: path.name)
def test_the_rulesets_that_come_with_passrole_are_plain(path: Path) -> None:
    same(path.read_text("utf-8"))


@pytest.mark.parametrize("text", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_what_is_not_that_plain_is_left_to_a_library(text: str) -> None:
    assert parse_words("a.yaml", text) is None
