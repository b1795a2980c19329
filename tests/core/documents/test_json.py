from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passrole.documents.json import parse_json
from passrole.documents.limits import Limits
from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence, children
from passrole.documents.yaml import parse_yaml

LIMITS = Limits()


def parse(text: str, limits: Limits = LIMITS) -> Document:
    return parse_json("t.json", text, limits)


def value(node: Node | None) -> Any:
    """The tree as the standard library would give it."""
    if isinstance(node, Mapping):
        return {key.text: value(item) for key, item in node.pairs}
    if isinstance(node, Sequence):
        return [value(item) for item in node.items]
    assert node is not None
    return json.loads(node.text) if node.plain else node.text


def nodes_of(root: Node | None) -> list[Node]:
    pending: list[Node] = [root] if root is not None else []
    found = []
    while pending:
        node = pending.pop()
        found.append(node)
        if isinstance(node, Mapping):
            pending.extend(key for key, _ in node.pairs)
        pending.extend(child for _, child in children(node))
    return found


def reference(text: str) -> Any:
    def refuse(name: str) -> Any:
        raise ValueError(name)

    return json.loads(text, parse_constant=refuse)


def test_keys_and_values_stand_where_they_are_written() -> None:
    document = parse('{\n  "Resources": {"😀": [1, "é\\u00e9"]},\r\n  "b": null\n}')
    places = {
        node.text: document.span(node.start, node.end)[1:5]
        for node in nodes_of(document.root)
        if isinstance(node, Scalar)
    }
    assert places == {
        "Resources": (2, 3, 2, 14),
        "😀": (2, 17, 2, 20),
        "1": (2, 23, 2, 24),
        "éé": (2, 26, 2, 35),
        "b": (3, 3, 3, 6),
        "null": (3, 8, 3, 12),
    }
    assert isinstance(document.root, Mapping)
    resources = document.root.get("Resources")
    assert resources is not None
    assert document.span(resources.start, resources.end)[1:5] == (2, 16, 2, 37)


@pytest.mark.parametrize("text", ["true", "false", "null", "-0.5e+10", "12345678901234567890"])
def test_what_is_not_a_string_is_plain_and_keeps_its_text(text: str) -> None:
    node = parse(f" {text} ").root
    assert isinstance(node, Scalar)
    assert (node.text, node.plain, node.start, node.end) == (text, True, 1, 1 + len(text))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"\"\\\/\b\f\n\r\t", '"\\/\b\f\n\r\t'),
        (r"\u0041\u00e9", "Aé"),
        (r"\ud83d\ude00", "😀"),
        (r"\uD83D\uDE00", "😀"),
        (r"a\ud800b", "a\ufffdb"),
        (r"\udc00\ud800\ud83d\ude00", "\ufffd\ufffd😀"),
        (r"\\ud800", r"\ud800"),
    ],
)
def test_escapes(written: str, meant: str) -> None:
    node = parse(f'["{written}"]').root
    assert isinstance(node, Sequence)
    item = node.items[0]
    assert isinstance(item, Scalar)
    assert (item.text, item.plain, item.end) == (meant, False, len(written) + 3)


def test_the_last_of_equal_keys_counts_and_both_lines_are_named() -> None:
    document = parse('{"a": 1,\n "b": {"c": 1, "c": 2},\n "\\u0061": 3}')
    assert value(document.root) == {"b": {"c": 2}, "a": 3}
    assert [(p.kind, document.line_and_column(p.start)) for p in document.problems] == [
        ("duplicate-key", (2, 16)),
        ("duplicate-key", (3, 2)),
    ]
    assert "line 2;" in document.problems[0].message
    assert "lines 1 and 3" in document.problems[1].message


def test_a_byte_order_mark_moves_nothing() -> None:
    document = parse('\ufeff["a"]')
    assert document.root is not None
    assert (document.root.start, document.root.end) == (0, 5)


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("", "expected a value, found the end of the file", (1, 1)),
        (" \n ", "expected a value, found the end of the file", (2, 2)),
        ('{"a": 1 "b": 2}', "expected ',' or '}', found '\"'", (1, 9)),
        ("[1\n2]", "expected ',' or ']', found '2'", (2, 1)),
        ("[1}", "expected ',' or ']', found '}'", (1, 3)),
        ('{"a": 1]', "expected ',' or '}', found ']'", (1, 8)),
        ('{"a": {}', "expected ',' or '}', found the end of the file", (1, 9)),
        ('{"a" 1}', "expected ':', found '1'", (1, 6)),
        ('{"a":}', "expected a value, found '}'", (1, 6)),
        ('{"a": 1,\n}', "expected a key in double quotes, found '}'", (2, 1)),
        ("{'a': 1}", 'expected a key in double quotes, found "\'"', (1, 2)),
        ("[1,]", "expected a value, found ']'", (1, 4)),
        ("// note\n{}", "expected a value, found '/'", (1, 1)),
        ("[NaN]", "expected a value, found 'N'", (1, 2)),
        ("[01]", "expected ',' or ']', found '1'", (1, 3)),
        ("[1.]", "expected ',' or ']', found '.'", (1, 3)),
        ('["a\nb"]', "character U+000A must be escaped", (1, 4)),
        ('["a\\x"]', "'\\\\x' is not an escape", (1, 4)),
        ('["\\u12"]', "'\\\\u' is not an escape", (1, 3)),
        ('{"a": "b', "this string is not closed", (1, 7)),
        ('{"a', "this string is not closed", (1, 2)),
        ("{} {}", "expected the end of the file, found '{'", (1, 4)),
        ("1,2", "expected the end of the file, found ','", (1, 2)),
        ("[]]", "expected the end of the file, found ']'", (1, 3)),
        ("1]", "expected the end of the file, found ']'", (1, 2)),
    ],
)
def test_a_parse_error_says_what_was_expected_and_where(
    text: str, message: str, place: tuple[int, int]
) -> None:
    document = parse(text)
    assert document.root is None
    [problem] = document.problems
    assert problem.kind == "parse-error"
    assert message in problem.message
    assert document.line_and_column(problem.start) == place


@pytest.mark.parametrize("text", ['{"a":' * 100_000, "[" * 100_000, '[{"a":' * 50_000])
def test_a_deep_file_is_refused_at_once(text: str) -> None:
    began = time.perf_counter()
    document = parse(text)
    assert time.perf_counter() - began < 1
    assert document.root is None
    [problem] = document.problems
    assert problem.kind == "limit"
    assert "depth = 100" in problem.message


def test_limits_are_exact() -> None:
    assert parse("[[1]]", Limits(depth=2)).problems == ()
    assert parse("[[1]]", Limits(depth=1)).root is None
    assert parse('{"a": 1, "b": 2}', Limits(nodes=5)).problems == ()
    assert parse('{"a": 1, "b": 2}', Limits(nodes=4)).root is None


@pytest.mark.parametrize(
    "text",
    [
        '["' + "\\n" * 500_000,
        '["' + "\\" * 999_999,
        "[" + "1" * 1_000_000 + "x",
        " " * 1_000_000,
        "[1" + " " * 1_000_000 + "x",
        '{"a"' + "\n" * 1_000_000 + "x",
        '["' + "a" * 1_000_000 + "\x01",
    ],
    ids=["escapes", "backslashes", "digits", "blanks", "blanks after", "blanks before", "letters"],
)
def test_no_text_makes_the_expressions_backtrack(text: str) -> None:
    began = time.perf_counter()
    assert parse(text).root is None
    assert time.perf_counter() - began < 1


TEXTS = st.text(st.characters(codec="utf-8"), max_size=10)
JSON_VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        TEXTS,
    ),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=25,
)


@given(JSON_VALUES, st.booleans(), st.sampled_from([None, 0, 1, "\t"]))
def test_what_the_standard_library_writes_is_read_back(
    wanted: Any, ascii_only: bool, indent: int | str | None
) -> None:
    text = json.dumps(wanted, ensure_ascii=ascii_only, indent=indent)
    document = parse(text)
    assert document.problems == ()
    assert value(document.root) == wanted
    for node in nodes_of(document.root):
        assert value(parse(text[node.start : node.end]).root) == value(node)


TOKENS = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    '"a"',
    '"b"',
    "1",
    "-",
    "0",
    ".5",
    "e9",
    "true",
    "null",
    "\\",
    "\\u00e9",
    "\\ud800",
    "NaN",
    '{"a":1',
    '"a":',
    "[1,",
    "é",
]
JSON_PIECES = st.lists(st.sampled_from([*TOKENS, " ", "\n", "\x00", "\xa0"]), max_size=10).map(
    "".join
)


@settings(max_examples=800)
@given(JSON_PIECES)
def test_texts_are_accepted_and_refused_as_by_the_standard_library(text: str) -> None:
    document = parse(text)
    for problem in document.problems:
        assert 0 <= problem.start <= problem.end <= len(text)
    try:
        wanted = reference(text)
    except ValueError:
        assert document.root is None
        assert [problem.kind for problem in document.problems] == ["parse-error"]
        return
    assert document.root is not None
    if "\\ud800" not in text:
        assert value(document.root) == wanted


WORDS = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x1FFFF, categories=("L", "N", "P"))
)
TWINS = st.recursive(
    st.none() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=15,
)


@given(st.dictionaries(WORDS, TWINS, max_size=3), st.sampled_from([None, 2]))
def test_json_and_yaml_give_the_same_tree(wanted: Any, indent: int | None) -> None:
    text = json.dumps(wanted, ensure_ascii=False, indent=indent)
    twins = parse(text), parse_yaml("t.yaml", text, LIMITS)
    assert [twin.problems for twin in twins] == [(), ()]
    json_tree, yaml_tree = (
        [(n.kind, n.start, n.end, getattr(n, "text", None)) for n in nodes_of(twin.root)]
        for twin in twins
    )
    assert json_tree == yaml_tree
