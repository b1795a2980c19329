from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passrole.documents.limits import Limits
from passrole.documents.locations import Location
from passrole.documents.nodes import Document, Mapping, Sequence, children
from passrole.documents.yaml import parse_yaml

TEXT = "a:\n  b: [x, {c: d}]\n  b.c: !Ref y\nz: 1\n"


@pytest.fixture
def document() -> Document:
    return parse_yaml("dir/t.yaml", TEXT, Limits())


def test_a_location_is_shown_as_editors_take_it(document: Document) -> None:
    root = document.root
    assert isinstance(root, Mapping)
    a = root.get("a")
    assert isinstance(a, Mapping)
    b = a.get("b")
    assert isinstance(b, Sequence)
    inner = b.items[1]
    assert document.location(inner) == Location("dir/t.yaml", 2, 10, 2, 16, "a.b[1]")
    assert str(document.location(inner)) == "dir/t.yaml:2:10"
    assert document.pointer(root) == ""


def test_the_text_of_a_line_has_no_line_end() -> None:
    document = Document("t", "a\r\nb\rc\n\nd", None, "yaml")
    assert [document.line_text(line) for line in range(7)] == ["", "a", "b", "c", "", "d", ""]


@given(st.text(st.sampled_from("ab\u2028\x85\r\n"), max_size=20), st.data())
def test_lines_end_at_newline_and_carriage_return_only(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    line, column = Document("t", text, None, "yaml").line_and_column(offset)
    before = text[:offset]
    if before.endswith("\r") and text[offset:].startswith("\n"):
        before = before[:-1] + "x"  # between the two the line has not ended
    if before.endswith("\r") and offset == len(text):
        return  # nobody sees the line after the end
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert line == len(lines)
    assert column == len(lines[-1]) + 1


@pytest.mark.parametrize("text", ["[" + "x, " * 99 + "{a: [y]}]", "x: 1\n" + "".join(f"k{n}: {{a: [y]}}\n" for n in range(99))])  # fmt: skip
def test_a_pointer_into_what_is_long(text: str) -> None:
    document = parse_yaml("t.yaml", text, Limits())
    root = document.root
    assert isinstance(root, (Mapping, Sequence))
    for part, child in children(root):
        assert document.pointer(child) == part.removeprefix(".")
    last = [child for _, child in children(root)][-1]
    assert isinstance(last, Mapping)
    inner = last.get("a")
    assert isinstance(inner, Sequence)
    assert document.pointer(inner.items[0]) in ("[99].a[0]", "k98.a[0]")


def test_a_word_is_searched_for_once() -> None:
    document = parse_yaml("t.yaml", TEXT, Limits())
    assert document.mentions("!Ref y")
    assert not document.mentions("!Ref z")
    document.text = ""
    assert document.mentions("!Ref y")
