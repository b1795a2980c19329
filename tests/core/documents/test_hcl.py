"""HCL into nodes: the shape of the tree, exact places, and files with mistakes."""

from __future__ import annotations

import pytest

from passrole.documents.hcl import BROKEN, EXPRESSION, parse_hcl
from passrole.documents.limits import Limits
from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence

LIMITS = Limits()


def read(text: str, **limits: int) -> Document:
    return parse_hcl("main.tf", text, Limits(**limits))


def plain(node: Node | None) -> object:
    """A tree as Python values: pairs stay pairs, expressions are their text."""
    if isinstance(node, Mapping):
        return [(key.text, plain(value)) for key, value in node.pairs]
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return None if node is None or node.tag == BROKEN else node.text


def at(document: Document, *path: str | int) -> Node:
    node: Node | None = document.root
    for step in path:
        if isinstance(step, int):
            assert isinstance(node, Sequence)
            node = node.items[step]
        else:
            assert isinstance(node, Mapping)
            node = node.get(step)
    assert node is not None
    return node


def lines(document: Document) -> list[tuple[int, int, str]]:
    return [(*document.line_and_column(p.start), p.kind) for p in document.problems]


def test_blocks_arguments_and_labels() -> None:
    document = read(
        'resource "aws_iam_role" "b" {\n  name = "x"\n  stage { a = 1 }\n  tags = { b = 2 }\n'
        '  stage {\n    a = 2\n  }\n  dynamic "stage" {\n    content {}\n  }\n}\nlocals {}\nx y z {}\n'
    )
    assert not document.problems
    assert plain(document.root) == [
        ("resource", [("aws_iam_role", [("b", [
            ("name", '"x"'),
            ("stage", [[("a", "1")], [("a", "2")]]),
            ("tags", "{ b = 2 }"),
            ("dynamic", [[("stage", [("content", [[]])])]]),
        ])])]),
        ("locals", []),
        ("x", [("y", [("z", [])])]),
    ]  # fmt: skip


def test_places_count_code_points_and_pointers_lead_there() -> None:
    text = '# 😀é\nresource "a" "b" {\n  x = "é😀" /* c */\n  y = 1\n  z {\n    q = 2\n  }\n  w = 3\n  z {}\n}\n'
    document = read(text)
    y, q, w = (
        at(document, "resource", "a", "b", *rest) for rest in (("y",), ("z", 0, "q"), ("w",))
    )
    assert document.location(y)[1:6] == (4, 7, 4, 8, "resource.a.b.y")
    assert document.location(q)[1:6] == (6, 9, 6, 10, "resource.a.b.z[0].q")
    assert document.location(w)[1:6] == (8, 7, 8, 8, "resource.a.b.w")
    x = at(document, "resource", "a", "b", "x")
    assert (x.tag, text[x.start : x.end]) == (EXPRESSION, '"é😀"')


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_heredocs_are_expressions_up_to_their_closing_word(newline: str) -> None:
    document = read(
        newline.join(("a {", "  p = <<-EOF", "    x = 1", "    }", "  EOF", "  q = 1", "}", ""))
    )
    assert not document.problems
    p = at(document, "a", "p")
    assert document.span(p.start, p.end)[1:5] == (2, 7, 5, 6)


def test_a_mistake_costs_only_what_it_stands_in() -> None:
    document = read(
        'resource "a" "b" {\n  one = 1\n  bad = = 3\n  two = 2\n  in {\n    c =\n    d = 4\n  }\n}\n'
        'data "a" "b" {\n  x = 1\n\nlocals {\n  y = 1\n}\n'
    )
    assert plain(document.root) == [
        ("resource", [("a", [("b", [
            ("one", "1"), ("bad", None), ("two", "2"), ("in", [[("c", None), ("d", "4")]]),
        ])])]),
        ("data", [("a", [("b", [("x", "1")])])]),
        ("locals", [("y", "1")]),
    ]  # fmt: skip
    assert lines(document) == [(3, 3, "parse-error"), (6, 7, "parse-error"), (11, 7, "parse-error")]
    assert [each.message for each in document.problems] == [
        "not HCL: unexpected 'bad = = 3'", "not HCL: expected a name or a value", "not HCL: expected '}'",
    ]  # fmt: skip


def test_of_two_arguments_of_one_name_the_last_one_counts() -> None:
    document = read("a {\n  x = 1\n  x = 2\n}\n")
    assert plain(at(document, "a")) == [("x", "2")]
    assert lines(document) == [(3, 3, "duplicate-key")]


def test_limits() -> None:
    deep = read("a {\n" * 30 + "}\n" * 30, depth=20)
    assert (deep.root, [p.kind for p in deep.problems]) == (None, ["limit"])
    wide = read("a {\n" + "  x = [1, 2, 3]\n" * 100 + "}\n", nodes=100)
    assert (wide.root, [p.kind for p in wide.problems]) == (None, ["limit"])
    assert not read("a {\n" * 18 + "}\n" * 18, depth=20).problems


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", "# only a comment", "\ufeffa = 1", "}", "{", '"', "a", "a =", "a {", 'a "', "<<E", "${", "/*",
        "a = <<E\n", "a = \x00", "\ud800 = 1", "a {\n b = [\n}\nc {\n d = (\n}\n", "= = =", "a b c",
    ],
)  # fmt: skip
def test_nothing_is_raised_and_what_is_wrong_is_said(text: str) -> None:
    document = read(text)
    good = not text.strip() or text.startswith(("#", "\ufeff"))
    assert bool(document.problems) is not good
    assert all(0 <= p.start <= p.end <= len(document.text) for p in document.problems)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 50_000, "a = " + "(" * 50_000, 'a = "' + "${" * 20_000, "a {\n" * 50_000,
        "a = " + "9" * 300_000, "a = 1" + "+1" * 50_000, "a = b" + ".c" * 50_000, "a " * 100_000,
        "x" * 500_000, '"' * 100_000, "a = <<E\n" + "x\n" * 100_000, "}{][)(=?:" * 20_000,
        "resource a b {\n" * 20_000, "a = {\n" * 20_000, " a {\n  =\n" * 20_000, "a" * 200_000 + " " * 200_000,
        "".join(f"{'  ' * i}a {{\n{'  ' * i}  = \n" for i in range(90)) * 5,
    ],
)  # fmt: skip
def test_hostile_files_end_in_problems(text: str) -> None:
    document = read(text)
    assert document.root is None or isinstance(document.root, (Mapping, Scalar))


def test_every_place_of_a_tree_is_inside_its_text() -> None:
    text = 'é "ü" {\n  ä = "😀"\n  b {\n    c = = "é"\n    d = "é${x}"\n  }\n}\n'
    document = read(text)

    def walk(node: Node) -> None:
        assert 0 <= node.start <= node.end <= len(text)
        if isinstance(node, Scalar) and node.tag == EXPRESSION:
            assert text[node.start : node.end] == node.text
        inner = [value for _, value in node.pairs] if isinstance(node, Mapping) else []
        for each in node.items if isinstance(node, Sequence) else inner:
            walk(each)

    assert document.root is not None
    walk(document.root)


def test_pointers_of_a_file_of_many_blocks() -> None:
    document = read('resource "a" "b" {\n  x = 1\n}\n' * 20_000)
    assert isinstance(document.root, Mapping)
    for _, block in document.root.pairs:
        assert document.pointer(block) == "resource"
    key, block = document.root.pairs[-1]
    assert document.pointer(key) == "resource.a.b"
    last = at(document, "resource", "a", "b", "x")
    assert document.location(last)[1:6] == (59_999, 7, 59_999, 8, "resource.a.b.x")
    assert document.pointer(document.root) == ""
