"""TOML with places: the values are tomllib's, and each stands where its node says."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passrole.documents.nodes import Mapping, Node, Scalar, Sequence
from passrole.documents.toml import DEPTH, parse_toml

KEYS = st.one_of(
    st.from_regex(r"[A-Za-z0-9_-]{1,4}", fullmatch=True),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=3),
)
LEAVES = st.one_of(
    st.booleans(), st.integers(-9, 9999), st.text(st.characters(codec="utf-8"), max_size=8)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=12,
)
TABLES = st.dictionaries(KEYS, VALUES, max_size=4)


def text_of(text: str) -> str:
    """A text as TOML and JSON both write it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def key_of(key: str) -> str:
    bare = key and all(each.isascii() and (each.isalnum() or each in "_-") for each in key)
    return key if bare else text_of(key)


def inline(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{key_of(k)} = {inline(v)}" for k, v in value.items())
        return "{" + inner + "}"
    if isinstance(value, list):
        return "[ # of a list\n" + ",\n".join(map(inline, value)) + "\n]"
    if isinstance(value, str):
        return text_of(value)
    return json.dumps(value)


def written(table: dict[str, Any], path: tuple[str, ...] = ()) -> str:
    """The tables below each other, what is no table before them."""
    lines = [f"[{'.'.join(map(key_of, path))}] # {len(path)}"] if path else []
    lines += [f"{key_of(k)} = {inline(v)}" for k, v in table.items() if not isinstance(v, dict)]
    lines += [written(v, (*path, k)) for k, v in table.items() if isinstance(v, dict)]
    return "\n".join(lines)


def plain(node: Node | None) -> Any:
    if isinstance(node, Mapping):
        return {key.text: plain(value) for key, value in node.pairs}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.text if not node.plain else json.loads(node.text)


def assert_places(text: str, node: Node, value: Any) -> None:
    """Every scalar stands where it says; every key as well."""
    if isinstance(node, Mapping):
        for key, inner in node.pairs:
            assert tomllib.loads(f"{text[key.start : key.end]} = 0") == {key.text: 0}
            assert node.start <= key.start
            assert inner.end <= node.end
            assert_places(text, inner, value[key.text])
    elif isinstance(node, Sequence):
        for item, each in zip(node.items, value, strict=True):
            assert_places(text, item, each)
    else:
        assert tomllib.loads(f"x = {text[node.start : node.end]}") == {"x": value}


@given(TABLES)
def test_values_are_those_of_tomllib_and_stand_where_they_say(table: dict[str, Any]) -> None:
    text = written(table)
    document = parse_toml("x.toml", text.encode())
    values = tomllib.loads(text)
    assert not document.problems
    assert plain(document.root) == values
    assert document.root is not None
    assert_places(document.text, document.root, values)


@given(st.text(st.sampled_from("[]{}=.,'\"\\#\n ab1"), max_size=24))
def test_what_tomllib_refuses_is_refused_and_nothing_else(text: str) -> None:
    document = parse_toml("x.toml", text.encode())
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        assert document.root is None
        (problem,) = document.problems
        assert 0 <= problem.start <= len(text)
    else:
        assert plain(document.root) == values


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('a = """x\ny""""\n"b c".d = 1', {("b c", "d"): (3, 11)}),
        ("[[p]]\nm = 1\n[[p]]\nm = 2", {("p", 1, "m"): (4, 5)}),
        ("[[p]]\n[p.q]\nm = 1\n[[p]]\n[p.q]\nm = 2", {("p", 1, "q", "m"): (6, 5)}),
        ("a = [ # one\n 1, # two\n {b = 'x'}]", {("a", 1, "b"): (3, 7)}),
        ("\ufeffa = 1", {("a",): (1, 5)}),
        ("a = 1\r\nb = '''\r\nx'''\r\nc = 3", {("c",): (4, 5)}),
        ("d = 2027-01-31 # spring", {("d",): (1, 5)}),
        ("[a.b]\nc = 1\n[a]\nd = 2", {("a", "b", "c"): (2, 5), ("a", "d"): (4, 5)}),
    ],
)
def test_places_are_as_people_count(
    text: str, place: dict[tuple[str | int, ...], tuple[int, int]]
) -> None:
    document = parse_toml("x.toml", text.encode())
    for path, expected in place.items():
        node: Any = document.root
        for step in path:
            node = node.items[step] if isinstance(step, int) else node.get(step)
        assert document.line_and_column(node.start) == expected


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (b"a = " + b"[" * 200_000, "limit", f"nested more than {DEPTH} deep"),
        (b"a = " + b"{a = " * 200_000, "limit", f"nested more than {DEPTH} deep"),
        (b"a." * 400_000 + b"a = 1", "limit", f"nested more than {DEPTH} deep"),
        (b"[" + b"a." * 400_000 + b"a]", "limit", f"nested more than {DEPTH} deep"),
        (b"a = 1\xff", "encoding", "not UTF-8: invalid start byte at byte 5"),
        ("a = 1".encode("utf-16"), "encoding", "not UTF-8: invalid start byte at byte 0"),
        (b"a = 1\0", "parse-error", "not TOML: Expected newline or end of document after a statement"),
        (b"a = '\0'", "parse-error", "not TOML: Found invalid character '\\x00'"),
        (b"a = " + b"9" * 9_000, "parse-error", "not TOML: Exceeds the limit (4300 digits) for integer string conversion: value has 9000 digits"),
        (b"[a]\n[a]", "parse-error", "not TOML: Cannot declare a twice"),
        (b'a = "' + b'"' * 500_000, "parse-error", "not TOML"),
        (b"'" * 900_000, "parse-error", "not TOML"),
        (b"a = 1 " + b" " * 900_000 + b"b", "parse-error", "not TOML"),
    ],
)  # fmt: skip
def test_hostile_bytes_are_one_problem(data: bytes, kind: str, words: str) -> None:
    document = parse_toml("x.toml", data)
    assert document.root is None
    assert [(each.kind, each.message[: len(words)]) for each in document.problems] == [
        (kind, words)
    ]
