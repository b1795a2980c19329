"""Native and JSON syntax of Terraform give the same stack; places are those of the native file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.iam.json_texts import value_from_json_text
from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import ResourceType, ResourceTypes, Stack
from passrole.stacks.terraform import read_stack
from passrole.stacks.terraform.operands import Typed
from passrole.values import Choice, Listing, Record, Text, Unknown, Value, get, known

TYPES = ResourceTypes.of(
    (
        ResourceType(
            terraform="aws_s3_bucket",
            arn="arn:{partition}:s3:::{name}",
            terraform_attributes={"id": "name", "bucket": "name", "arn": "arn"},
            fields={"name": ("BucketName", "bucket")},
        ),
        ResourceType(
            terraform="aws_iam_role",
            arn="arn:{partition}:iam::{account}:role{path=/}{name}",
            terraform_attributes={"id": "name", "name": "name", "arn": "arn", "unique_id": "id"},
            fields={"name": ("RoleName", "name"), "path": ("Path", "path")},
        ),
    )
)


def stack_of(*files: str, suffix: str = "tf") -> Stack:
    documents = [
        parse(f"infra/f{i}.{suffix}", text.encode(), Limits()) for i, text in enumerate(files)
    ]
    return read_stack(documents, TYPES, Deployment(), target_id="target")


# -- a configuration, and how each syntax writes it --------------------------------------------


class Code(NamedTuple):
    """An expression of Terraform's language."""

    text: str


class Mixed(NamedTuple):
    """A string with expressions in it."""

    parts: tuple[Code | str, ...]


class Nested(NamedTuple):
    """The blocks of one type inside a block."""

    bodies: tuple[dict[str, Any], ...]


class Names(NamedTuple):
    """What is written as a name, or as names, and has no value."""

    names: str | tuple[str, ...]


Configuration = list[tuple[tuple[str, ...], dict[str, Any]]]
"""Kind and labels of each block, with its body."""


def escaped(text: str) -> str:
    return text.replace("${", "$${").replace("%{", "%%{")


def as_json(value: Any) -> Any:
    match value:
        case Code(text):
            return "${" + text + "}"
        case Mixed(parts):
            return "".join(as_json(part) for part in parts)
        case Nested(bodies):
            return [as_json(body) for body in bodies]
        case Names(names):
            return names if isinstance(names, str) else list(names)
        case str():
            return escaped(value)
        case dict():
            return {escaped(key): as_json(item) for key, item in value.items()}
        case list():
            return [as_json(item) for item in value]
    return value


def in_json(configuration: Configuration) -> str:
    blocks: list[dict[str, Any]] = []
    for names, body in configuration:
        block: dict[str, Any] = as_json(body)
        for name in reversed(names):
            block = {name: block}
        blocks.append(block)
    return json.dumps(blocks)


def quoted(text: str) -> str:
    return json.dumps(escaped(text), ensure_ascii=False)[1:-1]


def native(value: Any, indent: str) -> str:
    inner = indent + "  "
    match value:
        case Code(text):
            return text
        case Mixed(parts):
            pieces = (f"${{{p.text}}}" if isinstance(p, Code) else quoted(p) for p in parts)
            return '"' + "".join(pieces) + '"'
        case Names(names):
            return names if isinstance(names, str) else "[" + ", ".join(names) + "]"
        case str():
            return '"' + quoted(value) + '"'
        case dict():
            items = (f'{inner}"{quoted(k)}" = {native(v, inner)}\n' for k, v in value.items())
            return "{\n" + "".join(items) + indent + "}"
        case list():
            return "[" + ", ".join(native(item, inner) for item in value) + "]"
    return json.dumps(value)


def body_in_native(body: dict[str, Any], indent: str) -> Iterator[str]:
    for name, value in body.items():
        if isinstance(value, Nested):
            for each in value.bodies:
                label = ""
                if name == "dynamic":
                    ((label, each),) = each.items()  # noqa: PLW2901
                head = f'{name} "{label}"' if label else name
                yield f"{indent}{head} {{\n"
                yield from body_in_native(each, indent + "  ")
                yield f"{indent}}}\n"
        else:
            yield f"{indent}{name} = {native(value, indent)}\n"


def in_native(configuration: Configuration) -> str:
    lines = []
    for (kind, *labels), body in configuration:
        lines.append(" ".join((kind, *(f'"{label}"' for label in labels))) + " {\n")
        lines.extend(body_in_native(body, "  "))
        lines.append("}\n\n")
    return "".join(lines)


# -- what two stacks have in common ------------------------------------------------------------


def bare(value: Value) -> Any:
    """A value without its places."""
    if isinstance(value, Text):
        return (value.parts, value.kind if isinstance(value, Typed) else "", value.defaults)
    if isinstance(value, Record):
        return {name: bare(item) for name, item in value.fields.items()}
    if isinstance(value, Listing):
        return [bare(item) for item in value.values]
    if isinstance(value, Choice):
        return ("choice", value.guard, bare(value.then), bare(value.otherwise))
    if isinstance(value, Unknown):
        return (type(value).__name__, value.reason, value.id)
    return type(value).__name__


def summary(stack: Stack) -> Any:
    return (
        {
            address: (
                each.type_name, each.world, each.depends_on, each.target,
                bare(each.name), bare(each.arn), bare(each.properties),
            )
            for address, each in stack.resources.items()
        },
        {name: bare(value) for name, value in stack.outputs.items()},
        stack.assumptions,
        sorted((p.problem.kind, p.problem.message.partition(" (at ")[0]) for p in stack.problems),
    )  # fmt: skip


def assert_same(configuration: Configuration) -> Stack:
    stack = stack_of(in_native(configuration))
    assert summary(stack) == summary(stack_of(in_json(configuration), suffix="tf.json"))
    return stack


POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["s3:Get*"],
            "Resource": Mixed((Code("aws_s3_bucket.a.arn"), "/*")),
        }
    ],
}

CASES: dict[str, Configuration] = {
    "nested blocks": [
        (("resource", "aws_codepipeline", "p"), {
            "name": "p",
            "stage": Nested((
                {"name": "Source", "action": Nested(({"name": "S", "configuration": {"a": Code("var.x")}},))},
                {"name": "Build", "action": Nested(({"name": "A"}, {"name": "B", "provider": Code("var.x")}))},
            )),
            "artifact_store": Nested(({"location": Code("aws_s3_bucket.a.bucket"), "type": "S3"},)),
        }),
        (("resource", "aws_s3_bucket", "a"), {"bucket": "name"}),
        (("variable", "x"), {"default": "d"}),
    ],
    "dynamic": [
        (("resource", "aws_codepipeline", "p"), {
            "stage": Nested(({"name": "Source"},)),
            "dynamic": Nested(({"stage": {"for_each": Code('["a"]'), "content": Nested(({"name": Code("stage.value")},))}},)),
        }),
    ],
    "names that are no values": [
        (("provider", "aws"), {"region": "eu-west-1"}),
        (("provider", "aws"), {"alias": "us", "region": "us-east-1"}),
        (("resource", "aws_s3_bucket", "a"), {"provider": Names("aws.us"), "depends_on": Names(("aws_iam_role.r", "module.m"))}),
        (("resource", "aws_iam_role", "r"), {"name": "r", "lifecycle": Nested(({"create_before_destroy": True},))}),
        (("variable", "t"), {"type": Names("list(string)"), "default": ["a", "b"]}),
        (("variable", "n"), {"type": Names("number"), "default": 7, "description": "${x} %{y}"}),
        (("variable", "hole"), {"type": Names("bool")}),
        (("output", "o"), {"value": [Code("var.t"), Code("var.n"), Code("var.hole ? 1 : 2")]}),
    ],
    "repeated": [
        (("resource", "aws_s3_bucket", "a"), {"count": Code("var.on ? 1 : 0"), "bucket": Mixed(("b-", Code("count.index")))}),
        (("resource", "aws_iam_role", "r"), {"for_each": Code('toset(["x", "y"])'), "name": Code("each.key")}),
        (("variable", "on"), {"default": True}),
        (("output", "all"), {"value": Code("aws_iam_role.r[\"x\"].arn")}),
    ],
    "policies": [
        (("resource", "aws_iam_role", "r"), {"assume_role_policy": Code(
            'jsonencode({\n  Statement = [{ Effect = "Allow", "Action" : "sts:AssumeRole", }]\n  Version = "x"\n})'
        )}),
        (("resource", "aws_iam_role_policy", "p"), {"role": Code("aws_iam_role.r.id"), "policy": Mixed(('{"Resource": "', Code("aws_s3_bucket.a.arn"), '/*"}'))}),
        (("resource", "aws_s3_bucket", "a"), {}),
        (("locals",), {"policy": POLICY, "text": Code("jsonencode(local.policy)")}),
        (("output", "o"), {"value": Code("local.text")}),
    ],
    "expressions": [
        (("locals",), {
            "a": Code('!true || 1 + 2 * 3 == 7 && "x" != "y"'), "b": Code("-(1 - 3) % 2"),
            "c": Code('{ (local.k) = 1, k2 : 2, "k3" = 3 }'), "k": "key",
            "d": Code('local.c["key"]'), "e": Code("local.c.k2"), "f": Code("[1, 2, 3][*]"),
            "g": Code("merge(local.c, { a = 1 })"), "h": Code("null"), "i": Code("1.5e3"),
            "j": Code('"${"nested ${1}"}"'), "m": Code('"%{ if true }yes%{ else }no%{ endif }"'),
            "l": Code('concat(["a"], [for s in ["b"] : upper(s) if s != ""])'),
        }),
        *[(("output", name), {"value": Code(f"local.{name}")}) for name in "abcdefghijkml"],
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_both_syntaxes_give_the_same_stack(name: str) -> None:
    assert not assert_same(CASES[name]).problems


NAMES = st.sampled_from(["a", "b", "name", "tags", "é", "x-y", "for", "in", "null"])
# No text ends in $ or %, which would make an escape of what follows, in either syntax.
PIECES = [
    "a",
    "é",
    "😀",
    "$ ",
    "%a",
    "${",
    "%{",
    "}",
    "~",
    '"',
    "\\",
    "\n",
    " ",
    "#",
    "/",
    "*",
    "<",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=6).map("".join).filter(lambda t: t != "//")
WORDS = ["var.v", "local.k", "aws_s3_bucket.a.arn", "aws_iam_role.r.name", "data.aws_region.c.name",
         "null", "true", "7", '"t"', '"$${x}"', "each.key", "path.module", "f", "[]", "{}"]  # fmt: skip


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from(["+", "==", "&&", "<", "%"]), inner).map(" ".join),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]}) ? {t[1]} : {t[2]}"),
        st.tuples(st.sampled_from(["jsonencode", "upper", "try", "merge"]), inner).map(lambda t: f"{t[0]}({t[1]})"),
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.tuples(NAMES.filter(lambda n: n not in ("for", "in")), inner).map(lambda t: f"{{ {t[0]} = {t[1]} }}"),
        st.tuples(inner, inner).map(lambda t: f"[for x in {t[0]} : {t[1]} if x != 1]"),
        st.tuples(inner, inner).map(lambda t: f"{{ for k, x in {t[0]} : k => {t[1]}... }}"),
        inner.map(lambda code: f'"p-${{{code}}}"'),
        inner.map(lambda code: f'"%{{ if {code} }}a%{{ else }}${{~ {code} ~}} %{{ endif }}"'),
        inner.map(lambda code: f"(<<-E\n    x ${{{code}}}\n      y\n\n  E\n)"),
        inner.map(lambda code: f"[{code}][0]"),
        inner.map(lambda code: f"!({code})"),
    )  # fmt: skip


CODES = st.recursive(st.sampled_from(WORDS), _larger, max_leaves=5).map(Code)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        TEXTS, st.booleans(), st.integers(-9, 9), st.none(), CODES,
        st.tuples(TEXTS, CODES, TEXTS.filter(bool)).map(Mixed),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
ARGUMENTS = st.dictionaries(NAMES, VALUES, max_size=3)
BODIES = st.builds(
    lambda arguments, blocks: {**arguments, "stage": Nested((*blocks,))} if blocks else arguments,
    ARGUMENTS, st.lists(ARGUMENTS, max_size=3),
)  # fmt: skip


@pytest.mark.slow
@given(BODIES, BODIES, VALUES, VALUES, st.sampled_from([None, 0, 2, Code("var.v")]))
@settings(max_examples=200, deadline=None)
def test_any_configuration_is_the_same_in_both_syntaxes(
    bucket: dict[str, Any], role: dict[str, Any], local: Any, output: Any, count: Any
) -> None:
    assert_same(
        [
            (("resource", "aws_s3_bucket", "a"), bucket),
            (("resource", "aws_iam_role", "r"), {**role, "count": count}),
            (("variable", "v"), {"default": "d"}),
            (("locals",), {"k": local}),
            (("output", "o"), {"value": output}),
        ]
    )


# -- places ------------------------------------------------------------------------------------


def place(value: Value) -> tuple[int, int, int, int]:
    assert not isinstance(value, Choice)
    assert value.origin is not None
    document, node = value.origin
    return document.span(node.start, node.end)[1:5]


def test_every_literal_has_its_place() -> None:
    stack = stack_of(
        """\
resource "aws_iam_role_policy" "p" {
  policy = jsonencode({
    Version = "2012-10-17" # é
    Statement = [
      { Effect = "Allow", Action = ["a:b", local.x] },
      var.on ? { Effect = "Deny" } : null,
    ]
  })
  é = "😀" /* 😀 */
  stage {
    action { name = "A" }
    action {
      name = 1 + 1
    }
  }
}
variable "on" {}
locals { x = "c:d" }
"""
    )
    properties = stack.resources["aws_iam_role_policy.p"].properties
    statements = get(properties, "policy", "Statement")
    assert place(get(properties, "policy")) == (2, 12, 8, 5)
    assert place(get(statements, 0)) == (5, 7, 5, 54)
    assert place(get(statements, 0, "Action", 0)) == (5, 37, 5, 42)
    assert place(get(statements, 0, "Action", 1)) == (5, 44, 5, 51)
    choice = get(statements, 1)
    assert isinstance(choice, Choice)
    assert place(choice.then) == (6, 16, 6, 35)
    assert place(get(properties, "é")) == (9, 7, 9, 10)
    assert place(get(properties, "stage", 0, "action", 0)) == (11, 5, 11, 26)
    assert place(get(properties, "stage", 0, "action", 1, "name")) == (13, 14, 13, 19)
    assert isinstance(properties, Record)
    document, node = properties.keys["stage"]
    assert document.span(node.start, node.end)[1:5] == (10, 3, 10, 8)
    assert stack.resources["aws_iam_role_policy.p"].location[1:6] == (
        1, 32, 1, 35, "resource.aws_iam_role_policy.p",
    )  # fmt: skip


def test_lines_that_end_in_carriage_returns_change_nothing() -> None:
    text = in_native(CASES["nested blocks"])
    assert summary(stack_of(text.replace("\n", "\r\n"))) == summary(stack_of(text))


# -- files with mistakes -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a = 1\n", 1, 1),
        ("thing {}\n", 1, 1),
        ('resource "a" {}\n', 1, 1),
        ('locals "a" {}\n', 1, 1),
        ('resource "aws_s3_bucket" "b" {\n  bucket = "é\\UFFFFFFFF"\n}\n', 2, 14),
    ],
)
def test_what_terraform_would_refuse_is_a_problem_with_its_place(
    text: str, line: int, column: int
) -> None:
    stack = stack_of(text + 'resource "aws_s3_bucket" "a" {}\n')
    assert "aws_s3_bucket.a" in stack.resources
    assert [(p.problem.kind, p.location.line, p.location.column) for p in stack.problems] == [
        ("malformed-configuration", line, column)
    ]


def test_a_broken_argument_is_unknown_and_all_else_is_read() -> None:
    stack = stack_of(
        'resource "aws_s3_bucket" "a" {\n  bucket = = "x"\n  tags = "t"\n}\n'
        'resource "aws_s3_bucket" "b" {\n  bucket = "y"\n}\n'
    )
    broken = stack.resources["aws_s3_bucket.a"].properties
    assert isinstance(get(broken, "bucket"), Unknown)
    assert known(get(broken, "tags")) == "t"
    assert known(stack.resources["aws_s3_bucket.b"].name) == "y"
    assert [(p.problem.kind, p.location.line) for p in stack.problems] == [("parse-error", 2)]


def test_a_problem_of_depth_says_so() -> None:
    nested = "[" * 90 + "]" * 90
    bucket = f'resource "aws_s3_bucket" "b" {{\n  bucket = {nested}\n}}\n'
    stack = stack_of(bucket + 'output "o" { value = 1 }\n')
    assert [p.problem.kind for p in stack.problems] == ["limit"]
    assert known(stack.outputs["o"]) == "1"


def test_overrides_and_files_of_both_syntaxes_make_one_module() -> None:
    documents = [
        parse(path, text.encode(), Limits())
        for path, text in {
            "m/main.tf": 'resource "aws_s3_bucket" "a" {\n  bucket = "one"\n}\n',
            "m/a.b_override.tf": 'resource "aws_s3_bucket" "a" {\n  bucket = local.two\n}\n',
            "m/more.tf.json": '{"locals": {"two": "two"}}',
        }.items()
    ]
    stack = read_stack(documents, TYPES, Deployment(), target_id="target")
    assert known(stack.resources["aws_s3_bucket.a"].name) == "two"
    assert not stack.problems


def test_the_parts_of_a_policy_in_a_heredoc_have_their_places() -> None:
    stack = stack_of(
        """\
resource "aws_iam_role_policy" "p" {
  policy = <<-EOF
    {
      "Statement": [
        {"Effect": "Allow", "Action": ["a:${aws_s3_bucket.b.id}",
          "c:d"]},
        ${var.x},
        {"Effect": "Deny"}
      ]
    }
  EOF
}
resource "aws_s3_bucket" "b" { bucket = "b" }
"""
    )
    policy = get(stack.resources["aws_iam_role_policy.p"].properties, "policy")
    assert isinstance(policy, Text)
    value = value_from_json_text(policy)
    assert known(get(value, "Statement", 0, "Action", 0)) == "a:b"
    assert place(value)[:2] == (3, 5)
    assert place(get(value, "Statement", 0, "Action", 1)) == (6, 11, 6, 16)
    assert place(get(value, "Statement", 1)) == (7, 9, 7, 17)
    assert place(get(value, "Statement", 2)) == (8, 9, 8, 27)
