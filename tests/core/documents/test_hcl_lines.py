"""HCL that is read in lines: whatever is read so is what the grammar makes of it."""

from __future__ import annotations

import pytest

from passrole.documents import hcl
from passrole.documents.hcl_lines import read_lines
from passrole.documents.hcl_values import is_whole
from passrole.documents.limits import Limits
from passrole.documents.nodes import Document, Mapping, Node, Sequence
from passrole.documents.reports import Notes

TIDY = """\
# A role.
resource "aws_iam_role" "build" {
  name  = "${var.stage}-build" // not "simple
  count = 2 /* } */
  path  = "/a\\"b/"
  tags  = { "a" = 1, b = "}" } # ends here
  tier  = "${
    lower("x")
  }"
  assume_role_policy = jsonencode({
    # "not a string
    Statement = [{ Effect = "Allow", Action = ["sts:AssumeRole"] }]
  })
  dynamic "inline_policy" {
    for_each = { for each in var.names : each => "${join(",", ["{", "x-${each}"])}" if 1 < 2 }
    content { name = each.key }
  }
  description = <<-EOT
    A "text with ${var.stage}
    }
    EOT
  name = "é"
}
variable "stage" {
  type    = map(string)
  default = {}
}
"""


def by_grammar(text: str, monkeypatch: pytest.MonkeyPatch, limits: Limits) -> Document:
    with monkeypatch.context() as patched:
        patched.setattr(hcl, "read_lines", lambda *_: None)
        return hcl.parse_hcl("main.tf", text, limits)


def exactly(node: Node | None) -> object:
    """A tree with all that is in it."""
    if node is None:
        return None
    if isinstance(node, Mapping):
        pairs = [(exactly(key), exactly(value)) for key, value in node.pairs]
        return "mapping", node.start, node.end, node.tag, pairs
    if isinstance(node, Sequence):
        return "sequence", node.start, node.end, node.tag, list(map(exactly, node.items))
    return node.text, node.plain, node.start, node.end, node.tag


def assert_alike(text: str, monkeypatch: pytest.MonkeyPatch, limits: Limits) -> None:
    found = hcl.parse_hcl("main.tf", text, limits)
    expected = by_grammar(text, monkeypatch, limits)
    assert exactly(found.root) == exactly(expected.root), text
    assert repr(found.problems) == repr(expected.problems), text


def in_lines(text: str, limits: Limits | None = None) -> bool:
    return read_lines(text, limits or Limits(), Notes("main.tf", text)) is not None


def test_what_people_write_is_read_in_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert in_lines(TIDY)
    assert in_lines(TIDY.replace("\n", "\r\n"))
    assert_alike(TIDY, monkeypatch, Limits())
    assert_alike(TIDY.replace("\n", "\r\n"), monkeypatch, Limits())
    assert [each.kind for each in hcl.parse_hcl("main.tf", TIDY, Limits()).problems] == [
        "duplicate-key"
    ]


@pytest.mark.parametrize("other", ["", '"', "}", "{", "<", "#", "/*", "\n", "${", "= ", "\\"])
def test_a_slip_anywhere_is_read_as_the_grammar_does(
    other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at in range(0, len(TIDY), 2):
        text = TIDY[:at] + other + TIDY[at + 1 :]
        if in_lines(text):
            assert_alike(text, monkeypatch, Limits())


@pytest.mark.parametrize(
    "text",
    [
        "a = 1 b = 2",
        "a = 1 +\nb = 2\n",
        "a = x\n[0]\n",
        "a = x\n  ? 1 : 2\n",
        "a = (\nb = 1\n",
        "a = [1, b = 2]\n",
        "a == 1\n",
        "a =\n",
        "a = 1\n}",
        "x {",
        "x\n{\n}",
        "x {{\n}\n}",
        'a = "x\n',
        'a = "\\q"\n',
        'a = "${x"\n',
        "a = <<EOT\n1\n",
        "a = <<EOT\n1\nEOT",
        "a.b = 1\n",
        "/* x",
        "a = x /* y */ z\n",
        "\x0ca = 1\n",
    ],
)
def test_what_is_set_out_otherwise_is_left_to_the_grammar(text: str) -> None:
    assert not in_lines(text)


def test_limits_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    nested = "x {\n" * 20 + "}\n" * 20
    for limits in (Limits(depth=20), Limits(depth=19), Limits(nodes=10), Limits(nodes=150)):
        assert_alike(nested, monkeypatch, limits)
        assert_alike(TIDY, monkeypatch, limits)
    assert in_lines(nested, Limits(depth=20))
    assert not in_lines(nested, Limits(depth=19))
    assert not in_lines("x" * 1000 + " = 1\n", Limits(nodes=1000))


WHOLE = [
    '"${var.stage}-build"',
    'jsonencode({\n  # "not a string\n  A = [{ B = "x", "C" = ["d", e.f] }]\n})',
    'merge(local.tags, { Name = "a (b" }, { "k" = var.x["y"].z[0] })',
    'var.a == "x" && !(b.c || true) ? f(1, -2.5) : [for_each]',
    'a ? b : c ? d : "e"',
    '"${lookup(var.names, element(keys(x.*.id), 0), "none")}"',
    "object({ a = string, b = list(object({ c = any })) })",
    'templatefile("a.tpl", {\r\n  x : "y" // z\r\n  w : 1,\r\n})',
    '<<EOF\n  { "a": ["${var.b}", "it\'s # 5 %"] }\n\nEOF',
    "<<-E-1\n\tx $5\n\tE-1",
]
SLIPS = ['"', "{", "}", "[", "(", ")", ",", "=", ":", ".", "\n", " ", "-", "!", "#", "$", "%", "'"]
SLIPS += ["for", "null", "\0", "\u2028", "/*", "\\", "<<", "~", "é"]


@pytest.mark.parametrize("value", WHOLE)
def test_values_as_people_write_them_need_no_grammar(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_whole(value)
    assert_alike(f"a = {value}\nb = 1\n", monkeypatch, Limits())


@pytest.mark.parametrize("value", WHOLE)
def test_a_slip_in_a_value_is_read_as_the_grammar_does(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at in range(len(value)):
        for slip in SLIPS:
            for text in (value[:at] + slip + value[at:], value[:at] + slip + value[at + 1 :]):
                if in_lines(f"a = {text}\nb = 1\n"):
                    assert_alike(f"a = {text}\nb = 1\n", monkeypatch, Limits())


@pytest.mark.parametrize(
    "value",
    [
        "",
        "a b",
        '"a" "b"',
        '"a${"b"}c"',
        "for",
        "null(1)",
        "[for a in b : a]",
        "f(a",
        "f a)",
        "a)",
        "{ a = 1 b = 2 }",
        "{\n  a = b\n  (c) = d\n}",
        "{\n  a = b\n  -c = d\n}",
        "a /* b */",
        "a - - b",
        "'a'",
        "\0",
        "<<EOF\nEOF\u2003\nEOF",
        "<<EOF\n${f(x)}\nEOF",
        "(" * 20 + "a" + ")" * 20,
    ],
)
def test_other_values_are_left_to_the_grammar(value: str) -> None:
    assert not is_whole(value)
