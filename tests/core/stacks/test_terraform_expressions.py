"""Terraform's expressions in JSON strings: what each one gives, and what happens to bad ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from passrole.documents.json import parse_json
from passrole.documents.limits import Limits
from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import ResourceType, ResourceTypes, Stack
from passrole.stacks.terraform import read_stack
from passrole.stacks.terraform.expressions import (
    references,
)
from passrole.stacks.terraform.parsing import (
    DEPTH_CAP,
    ExpressionError,
    parse_template,
)
from passrole.values import (
    Absent,
    Choice,
    Fact,
    Listing,
    Not,
    Record,
    Text,
    Unknown,
    Value,
    known,
)

TYPES = ResourceTypes.of(
    (
        ResourceType(
            terraform="aws_s3_bucket",
            arn="arn:{partition}:s3:::{name}",
            terraform_attributes={"id": "name", "bucket": "name", "arn": "arn"},
            fields={"name": ("BucketName", "bucket")},
        ),
    )
)

MODULE: dict[str, Any] = {
    "variable": {
        "env": {"default": "dev"},
        "list": {"default": ["a", "b"]},
        "size": {"default": 3},
        "given": {},
        "stage": {"type": "string"},
        "on": {"type": "bool"},
        "off": {"type": "${bool}", "default": False},
        "many": {"type": "list(string)"},
        "dollar": {"default": "${not.a.template}"},
        "secret": {"default": "hush", "sensitive": True},
        "nothing": {"default": None},
    },
    "locals": {
        "name": "shop-${var.env}",
        "map": {"a": "1", "b": "2"},
        "list": ["x", "y", "z"],
        "objects": [{"id": "one"}, {"id": "two"}],
        "maybe": '${var.on ? "yes" : "no"}',
        "maybe_list": '${var.on ? ["p"] : []}',
    },
    "resource": {
        "aws_s3_bucket": {
            "b": {"tags": {"Owner": "me"}},
            "one": {"count": 1},
            "perhaps": {"count": "${var.on ? 1 : 0}", "bucket": "perhaps"},
            "two": {"count": 2, "bucket": "n-${count.index}"},
            "each": {"for_each": '${toset(["k", "l"])}', "bucket": "n-${each.key}"},
            "unknown": {"for_each": "${toset(var.many)}", "bucket": "n-${each.key}"},
        },
        "aws_thing": {"t": {"size": 7, "block": {"deep": "down"}}},
    },
    "data": {
        "aws_caller_identity": {"me": {}},
        "aws_region": {"here": {}, "there": {"name": "eu-west-3"}},
        "aws_partition": {"p": {}},
        "aws_s3_bucket": {"known": {"bucket": "old-bucket"}},
        "aws_iam_policy_document": {"d": {"statement": []}},
    },
}


def stack_of(configuration: Any, **deployment: Any) -> Stack:
    document = parse_json("infra/main.tf.json", json.dumps(configuration, indent=1), Limits())
    return read_stack([document], TYPES, Deployment(**deployment), target_id="target")


@pytest.fixture
def evaluate() -> Callable[..., Value]:
    """``evaluate(string)``: what a string is, as the output of a module."""

    def value(expression: Any, **deployment: Any) -> Value:
        parameters = {"given": "gift"} | deployment.pop("parameters", {})
        output = {"output": {"o": {"value": expression}}}
        return stack_of(MODULE | output, parameters=parameters, **deployment).outputs["o"]

    return value


def plain(value: Value) -> Any:
    """A value as Python, for tables: holes in ``${}``, a choice as a tuple, an unknown as None."""
    if isinstance(value, Listing):
        return [plain(item) for item in value.values]
    if isinstance(value, Record):
        return {name: plain(item) for name, item in value.fields.items()}
    if isinstance(value, Choice):
        guard = value.guard
        label = f"not {guard.guard}" if isinstance(guard, Not) else str(guard)
        return (label, plain(value.then), plain(value.otherwise))
    if isinstance(value, Absent):
        return "<absent>"
    return str(value) if isinstance(value, Text) else None


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("plain", "plain"),
        ("", ""),
        ("$${aws:username}", "${aws:username}"),
        ("%%{x}", "%{x}"),
        ("a$b", "a$b"),
        ("${5}", "5"),
        ("${true}", "true"),
        ("${null}", "<absent>"),
        (5, "5"),
        (True, "true"),
        ('${"quoted \\"x\\" \\u0041\\n"}', 'quoted "x" A\n'),
        ('${"in ${"in"} in"}', "in in in"),
        ("${var.env}", "dev"),
        ("${var.given}", "gift"),
        ("${var.stage}", "${var.stage}"),
        ("${var.dollar}", "${not.a.template}"),
        ("${var.list[1]}", "b"),
        ("${var.list.0}", "a"),
        ("${local.name}-x", "shop-dev-x"),
        ('${local.map.a}${local.map["b"]}', "12"),
        ("${local.objects[*].id}", ["one", "two"]),
        ("${local.objects.*.id}", ["one", "two"]),
        ("${local.map}", {"a": "1", "b": "2"}),
        ('${[1, "a", [true,],]}', ["1", "a", ["true"]]),
        ('${{a = 1, "b" : 2, (var.env) = 3}}', {"a": "1", "b": "2", "dev": "3"}),
        ("${{\n a = 1\n b = 2\n}}", {"a": "1", "b": "2"}),
        ("${{a = 1}.a}", "1"),
        ('${var.env /* why */ == "dev" // so\n}', "true"),
    ],
)
def test_literals_templates_and_names(
    evaluate: Callable[..., Value], expression: Any, expected: Any
) -> None:
    assert plain(evaluate(expression)) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("${aws_s3_bucket.b.arn}", "arn:aws:s3:::${aws_s3_bucket.b.name}"),
        ("arn:aws:s3:::${aws_s3_bucket.b.id}", "arn:aws:s3:::${aws_s3_bucket.b.name}"),
        ("arn:aws:s3:::${aws_s3_bucket.b.bucket}", "arn:aws:s3:::${aws_s3_bucket.b.name}"),
        ("${aws_s3_bucket.b.tags.Owner}", "me"),
        ("${aws_s3_bucket.b.domain}", "${aws_s3_bucket.b.domain}"),
        ("${aws_thing.t.size}", "7"),
        ("${aws_thing.t.block[0].deep}", "down"),
        ("${aws_thing.t.arn}", "${aws_thing.t.arn}"),
        ("${aws_thing.t.list[0].x}", "${aws_thing.t.list.0.x}"),
        ("${aws_other.not_here.arn}", "${aws_other.not_here.arn}"),
        ("${aws_s3_bucket.one[0].arn}", "arn:aws:s3:::${aws_s3_bucket.one.name}"),
        ("${aws_s3_bucket.perhaps[0].id}", "perhaps"),
        ("${aws_s3_bucket.perhaps[*].id}", [("var.on", "perhaps", "<absent>")]),
        ('${join("", aws_s3_bucket.perhaps[*].id)}', ("var.on", "perhaps", "")),
        ('${try(aws_s3_bucket.perhaps[0].id, "none")}', ("var.on", "perhaps", "none")),
        ("${one(aws_s3_bucket.perhaps[*].id)}", ("var.on", "perhaps", "<absent>")),
        ("${aws_s3_bucket.two[1].id}", "n-1"),
        ("${aws_s3_bucket.two[*].id}", ["n-0", "n-1"]),
        ('${aws_s3_bucket.each["k"].arn}', "arn:aws:s3:::n-k"),
        ('${aws_s3_bucket.unknown["k"].arn}', "${aws_s3_bucket.unknown.k.arn}"),
        ("${aws_s3_bucket.unknown[*].arn}", None),
        ("${data.aws_caller_identity.me.account_id}", "${account}"),
        ("${data.aws_region.here.name}", "${region}"),
        ("${data.aws_region.here.region}", "${region}"),
        ("${data.aws_region.there.name}", "eu-west-3"),
        ("${data.aws_region.there.description}", "${data.aws_region.there.description}"),
        ("${data.aws_partition.p.partition}", "aws"),
        ("codebuild.${data.aws_partition.p.dns_suffix}", "codebuild.amazonaws.com"),
        ("${data.aws_s3_bucket.known.arn}", "arn:aws:s3:::old-bucket"),
        (
            "${data.aws_iam_policy_document.d.json}",
            {"Version": "2012-10-17", "Statement": []},
        ),
        ("${data.aws_ami.x.id}", "${data.aws_ami.x.id}"),
        ("${module.m.bucket}", None),
        ("${module.m.bucket}/*", "${module.m.bucket}/*"),
        ("${var.many}", None),
        ("${terraform.workspace}", "${terraform.workspace}"),
    ],
)
def test_resources_data_and_what_is_elsewhere(
    evaluate: Callable[..., Value], expression: str, expected: Any
) -> None:
    assert plain(evaluate(expression)) == expected


def test_account_and_region_come_from_the_deployment(evaluate: Callable[..., Value]) -> None:
    text = "${data.aws_region.here.name}:${data.aws_caller_identity.me.account_id}"
    value = evaluate(text, account="111122223333", region="eu-west-1")
    assert known(value) == "eu-west-1:111122223333"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('${var.env == "dev"}', "true"),
        ('${var.env != "dev" || !true}', "false"),
        ('${true && var.env == "dev"}', "true"),
        ("${1 + 2 * 3 - 4 / 2}", "5"),
        ("${-var.size + 10 % 4}", "-1"),
        ("${2 > 1 && 2 >= 2 && 1 < 2 && 2 <= 1}", "false"),
        ("${(1 + 2) * 3}", "9"),
        ("${var.size == 3}", "true"),
        ("${1.0 == 1}", "true"),
        ("${null == null}", "true"),
        ("${var.env == null}", "false"),
        ("${aws_s3_bucket.b.id == aws_s3_bucket.b.bucket}", "true"),
        ('${"a-${var.stage}" == "b-x"}', "false"),
        ('${data.aws_caller_identity.me.account_id == "x"}', "false"),
        ('${var.stage == "prod"}', ("var.stage is prod", "true", "false")),
        ('${"prod" != var.stage}', ("not var.stage is prod", "true", "false")),
        ("${var.on == false}", ("not var.on", "true", "false")),
        ("${!var.on}", ("not var.on", "true", "false")),
        ("${false && var.on}", "false"),
        ("${var.on || true}", "true"),
    ],
)
def test_operators(evaluate: Callable[..., Value], expression: str, expected: Any) -> None:
    assert plain(evaluate(expression)) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('${var.env == "dev" ? "a" : "b"}', "a"),
        ('${var.off ? "a" : "b"}', "b"),
        ('${var.on ? "a" : "b"}', ("var.on", "a", "b")),
        ('${var.stage == "prod" ? "p" : "d"}', ("var.stage is prod", "p", "d")),
        ('x-${var.on ? "a" : "b"}-y', ("var.on", "x-a-y", "x-b-y")),
        ('${var.on ? "a" : "b"}${var.on ? "c" : "d"}', ("var.on", "ac", "bd")),
        ('${local.maybe == "yes" ? 1 : 2}', ("var.on", "1", "2")),
        ('${var.on ? null : "b"}', ("var.on", "<absent>", "b")),
        ('${length(var.many) > 0 ? "a" : "b"}', ("length(var.many) > 0", "a", "b")),
        ('${true ? "a" : local.nonsense.x}', "a"),
        ('${contains(["a", "b"], var.stage) ? 1 : 2}', None),
    ],
)
def test_conditionals(evaluate: Callable[..., Value], expression: str, expected: Any) -> None:
    value = evaluate(expression)
    if expected is None:
        assert isinstance(value, Choice)
        assert plain(value)[1:] == ("1", "2")
        assert "var.stage is a" in str(value.guard) and "var.stage is b" in str(value.guard)
    else:
        assert plain(value) == expected


def test_facts_are_those_of_the_hole(evaluate: Callable[..., Value]) -> None:
    value = evaluate('${var.stage == "prod" ? "p" : "d"}')
    assert isinstance(value, Choice)
    assert value.guard == Fact("infra#var.stage", "prod", "var.stage is prod")


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ('jsonencode({a = [1, true, null, "x"]})', {"a": ["1", "true", "<absent>", "x"]}),
        ('jsonencode("x")', '"x"'),
        # What has no value may be an object as well as a text.
        ("jsonencode(var.stage)", None),
        ('jsondecode("{\\"a\\": [1, null, true, \\"s\\"]}").a', ["1", "<absent>", "true", "s"]),
        ("jsondecode(jsonencode({a = 1})).a", "1"),
        ('format("%s-%d-%%-%v", var.env, 3, true)', "dev-3-%-true"),
        ('format("arn:%s", aws_s3_bucket.b.id)', "arn:${aws_s3_bucket.b.name}"),
        ('format("%s")', '${format("%s")}'),
        ('join("-", ["a", var.env])', "a-dev"),
        ('join(",", local.list, ["q"])', "x,y,z,q"),
        ('join(",", concat(["a"], local.maybe_list))', ("var.on", "a,p", "a")),
        ("concat(local.list, var.list)", ["x", "y", "z", "a", "b"]),
        ('concat(["a"], local.maybe_list)', ["a", ("var.on", "p", "<absent>")]),
        ("merge(local.map, {b = 3}).b", "3"),
        ('lookup(local.map, "a", "d")', "1"),
        ('lookup(local.map, "z", "d")', "d"),
        ('lookup({dev = "x"}, var.env)', "x"),
        ('toset(["a", "b", "a"])', ["a", "b"]),
        ("tolist(local.list)", ["x", "y", "z"]),
        ('flatten([["a"], [["b"], "c"]])', ["a", "b", "c"]),
        ('compact(["a", "", null, "b"])', ["a", "b"]),
        ('distinct(["a", "a"])', ["a"]),
        ("reverse(local.list)", ["z", "y", "x"]),
        ('sort(["b", "a"])', ["a", "b"]),
        ("keys({b = 1, a = 2})", ["a", "b"]),
        ("values({b = 1, a = 2})", ["2", "1"]),
        ("element(local.list, 4)", "y"),
        ("length(local.list)", "3"),
        ("length([null])", "1"),
        ('length("four")', "4"),
        ("length(concat([1], local.maybe_list))", ("var.on", "2", "1")),
        ('replace("a.b", ".", "-")', "a-b"),
        ('lower("AB")', "ab"),
        ('upper("ab")', "AB"),
        ("lower(var.stage)", "${lower(var.stage)}"),
        ("lower(local.maybe)", ("var.on", "yes", "no")),
        ('trimprefix("a-b", "a-")', "b"),
        ('trimsuffix("a-b", "-b")', "a"),
        ('trimspace(" a ")', "a"),
        ('trim("xax", "x")', "a"),
        ('substr("hello", 1, 3)', "ell"),
        ('substr("hello", -2, -1)', "lo"),
        ('split("/", "a/b")', ["a", "b"]),
        ('split(":", aws_s3_bucket.b.arn)[5]', "${aws_s3_bucket.b.name}"),
        ('startswith("arn:aws", "arn:")', "true"),
        ('endswith("${var.stage}-x", "-x")', "true"),
        ('coalesce("", null, "a")', "a"),
        ('coalesce(aws_s3_bucket.b.id, "x")', "${aws_s3_bucket.b.name}"),
        ('coalesce(var.stage, "x")', None),
        ('try(local.map.nope, "d")', "d"),
        ('try(local.map.a, "d")', "1"),
        ("can(local.map.nope)", "false"),
        ("can(local.map.a)", "true"),
        ('base64encode("a")', "YQ=="),
        ("tostring(5)", "5"),
        ('tonumber("5") + 1', "6"),
        ('tobool("true") ? 1 : 2', "1"),
        ('format("%s/%s", ["a", "b"]...)', "a/b"),
        ('cidrhost("10.0.0.0/8", 1)', '${cidrhost("10.0.0.0/8", 1)}'),
        ("sha256(var.stage)", "${sha256(var.stage)}"),
        ('compact(["a", var.stage])', ["a", ("var.stage is ", "<absent>", "${var.stage}")]),
        ('compact(["a", "${var.stage}-x"])', ["a", "${var.stage}-x"]),
        ('format("%03d|%5s|%q", 7, "ab", "c")', '007|   ab|"c"'),
        ('formatlist("%s-%s", ["a", "b"], var.env)', ["a-dev", "b-dev"]),
        ('replace("a b/c", "/[^a-z]/", "-")', "a-b-c"),
        ('replace("aaa", "/(a+)+$/", "b")', '${replace("aaa", "/(a+)+$/", "b")}'),
        ('strcontains("${var.stage}-x", "-x")', "true"),
        ('title("ab cd")', "Ab Cd"),
        ('strrev("ab")', "ba"),
        ('base64decode("YQ==")', "a"),
        ('urlencode("a b/c")', "a+b%2Fc"),
        ("max(1, 3, 2)", "3"),
        ("ceil(1.2) + floor(1.8) + abs(-1) + signum(-4) + pow(2, 3)", "11"),
        ('parseint("ff", 16)', "255"),
        ("sum([1, 2.5])", "3.5"),
        ("range(3)", ["0", "1", "2"]),
        ("range(1000000000)", None),
        ("slice(local.list, 1, 3)", ["y", "z"]),
        ('index(local.list, "z")', "2"),
        ('setunion(["b"], ["a", "b"])', ["a", "b"]),
        ('setintersection(["b", "c"], ["a", "b"])', ["b"]),
        ('setsubtract(["b", "c"], ["b"])', ["c"]),
        ("setsubtract(local.list, [var.stage])", None),
        ('setproduct(["a", "b"], ["c"])', [["a", "c"], ["b", "c"]]),
        ('zipmap(["a", "b"], [1, 2])', {"a": "1", "b": "2"}),
        ('matchkeys(["x", "y"], ["a", "b"], ["b"])', ["y"]),
        ('transpose({a = ["x"], b = ["x"]})', {"x": ["a", "b"]}),
        ("chunklist([1, 2, 3], 2)", [["1", "2"], ["3"]]),
        ("alltrue([true, var.on, false])", "false"),
        ("anytrue([])", "false"),
        ('yamldecode("a: [1, yes, null, text]").a', ["1", "yes", "<absent>", "text"]),
        ('csvdecode("a,b\n1,2")[0].b', "2"),
        ('var.list == "" ? 1 : 2', "2"),
        ("no_such_function(1)", None),
        ("lower()", None),
        ("[for x in local.list : upper(x)]", ["X", "Y", "Z"]),
        ('[for i, x in local.list : "${i}${x}" if x != "y"]', ["0x", "2z"]),
        ("{for k, v in local.map : v => k}", {"1": "a", "2": "b"}),
        ('{for x in ["a", "ab"] : substr(x, 0, 1) => x...}', {"a": ["a", "ab"]}),
        ('[for x in local.maybe_list : "${x}!"]', ("var.on", ["p!"], [])),
        ('[for x in ["a"] : x if var.on]', [("var.on", "a", "<absent>")]),
        ('{for x in ["a"] : x => 1 if var.on}', ("var.on", {"a": "1"}, {})),
        ("[for x in var.many : x]", None),
        ('[for x in concat(["a"], var.many) : "${x}!"]', ["a!", None]),
        ("[for x in aws_s3_bucket.each : x.arn]", ["arn:aws:s3:::n-k", "arn:aws:s3:::n-l"]),
        ("values(aws_s3_bucket.each)[*].id", ["n-k", "n-l"]),
        ("one(aws_s3_bucket.perhaps[*].id)", ("var.on", "perhaps", "<absent>")),
        ('try(aws_s3_bucket.two[7].id, "none")', "none"),
    ],
)
def test_functions(evaluate: Callable[..., Value], call: str, expected: Any) -> None:
    assert plain(evaluate(f"${{{call}}}")) == expected


def test_what_may_not_be_there_is_not_passed_over_by_try(evaluate: Callable[..., Value]) -> None:
    """``try`` takes the second only where the first certainly fails."""
    assert str(evaluate('${try(var.stage, "d")}')) == "${var.stage}"
    assert isinstance(evaluate('${try(var.many[0], "d")}'), Unknown)
    assert isinstance(evaluate('${try(module.m.x, "d")}'), Unknown)


def test_numbers_and_texts_are_not_certainly_equal(evaluate: Callable[..., Value]) -> None:
    value = evaluate('${var.size == "3" ? "a" : "b"}')
    assert isinstance(value, Choice)


def test_loops_in_loops_are_bounded(evaluate: Callable[..., Value]) -> None:
    loops = "[for x in [1] : " * 50 + "x" + "]" * 50
    value = evaluate(f"${{{loops}}}")
    for _ in range(50):
        if isinstance(value, Listing):
            (value,) = value.values
    assert isinstance(value, Unknown)
    assert "deeper" in value.reason


def test_loops_over_much_are_bounded() -> None:
    loop = "[for a in range(2000) : [for b in range(2000) : a]]"
    name = f"${{length(flatten({loop}))}}"
    stack = stack_of({"resource": {"aws_s3_bucket": {"b": {"bucket": name}}}})
    assert known(stack.resources["aws_s3_bucket.b"].name) is None
    assert [each.problem.kind for each in stack.problems] == ["limit"]


def test_the_same_unknown_call_is_the_same_text(evaluate: Callable[..., Value]) -> None:
    value = evaluate(["${upper(var.stage)}-x", "${upper(var.stage)}-x", "${lower(var.stage)}-x"])
    assert isinstance(value, Listing)
    first, second, third = value.values
    assert first == second != third


def test_an_impure_call_has_no_identity(evaluate: Callable[..., Value]) -> None:
    assert isinstance(evaluate("x-${uuid()}"), Unknown)
    assert getattr(evaluate("${uuid()}"), "id", None) == ""


def test_json_inside_a_longer_text(evaluate: Callable[..., Value]) -> None:
    """Keys are sorted and angle brackets escaped, as Terraform writes JSON."""
    value = evaluate('x${jsonencode({b = "<", a = [1, true, aws_s3_bucket.b.id]})}')
    assert str(value) == 'x{"a":[1,true,"${aws_s3_bucket.b.name}"],"b":"\\u003c"}'


def test_defaults_are_named_by_who_relies_on_them(evaluate: Callable[..., Value]) -> None:
    for expression in (
        "${var.env}", "${local.name}", "${upper(var.env)}",
        '${var.env == "dev" ? "a" : "b"}', '${format("%s", var.env)}', '${join("", [var.env])}',
    ):  # fmt: skip
        value = evaluate(expression)
        assert isinstance(value, Text)
        assert value.defaults == {"env=dev"}, expression
    given_value = evaluate("${var.env}", parameters={"env": "prod"})
    assert known(given_value) == "prod"
    assert isinstance(given_value, Text) and not given_value.defaults
    secret = evaluate("${var.secret}")
    assert isinstance(secret, Text) and "secret=(sensitive)" in secret.defaults
    assert str(secret) == "${var.secret}"


def test_values_given_for_variables_that_are_no_text(evaluate: Callable[..., Value]) -> None:
    assert plain(evaluate("${var.many}", parameters={"many": '["a", "b"]'})) == ["a", "b"]
    assert plain(evaluate("${var.on ? 1 : 2}", parameters={"on": "false"})) == "2"
    assert isinstance(evaluate("${var.many}", parameters={"many": "[oops"}), Unknown)


@pytest.mark.parametrize(
    "text",
    [
        "${", "${}", "${ }", "${a.}", "${a[}", "${a[0}", "${f(}", "${f(1 2)}", "${(1}", "${[1 2]}",
        "${{a}}", "${{a = }}", '${"open}', '${"\\q"}', '${"\\uZZZZ"}', '${"\\UFFFFFFFF"}', "${1 +}",
        "${a ? b}", "${a ? b :}", "${aws:username}", "${[for x y : z]}", "${[for x in y z]}",
        "${a b}", "${@}", "${a...}", "${!}", "${'a'}",
    ],
)  # fmt: skip
def test_malformed_strings_are_problems_and_unknown(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_template(text)
    stack = stack_of({"output": {"o": {"value": text}}})
    assert isinstance(stack.outputs["o"], Unknown)
    assert [each.problem.kind for each in stack.problems] == ["malformed-configuration"]
    assert stack.problems[0].location.line == 4


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("%{ if true }a%{ endif }", "a"),
        ("%{ if false }a%{ endif }", ""),
        ("x%{ if false }a%{ else }b%{ endif }y", "xby"),
        ("%{ if true }%{ if false }a%{ else }b%{ endif }%{ endif }", "b"),
        ("${~ 1 ~}", "1"),
        ("a ${~ 1 ~} b", "a1b"),
        ("a %{~ if true ~} b %{~ endif ~} c", "abc"),
        ("%%{if}", "%{if}"),
        ("${<<EOT\nx\nEOT\n}", "x\n"),
        ("${<<-EOT\n    x\n\n      y\n  EOT\n}", "x\n\n  y\n"),
        ("${<<-EOT\n  ${1}\n    y\n  EOT\n}", "1\n  y\n"),
        ('${<<EOT\n  x ${"EOT"}\nEOTX\n  EOT\n}', "  x EOT\nEOTX\n"),
        ("${<<EOT\na\\n$${b}\nEOT\n}", "a\\n${b}\n"),
        ("${<<EOT\r\nx\r\nEOT\r\n}", "x\r\n"),
    ],
)
def test_directives_markers_and_heredocs(text: str, wanted: str) -> None:
    stack = stack_of({"output": {"o": {"value": text}}})
    assert known(stack.outputs["o"]) == wanted
    assert not stack.problems


@pytest.mark.parametrize(
    "text",
    [
        "%{ if true }a", "a%{ endif }", "%{ else }", "%{ if true }%{ else }%{ else }%{ endif }",
        "%{ for x in [] }%{ endif }", "%{ while }", "%{ if true", "${<<EOT\nx\n}",
    ],
)  # fmt: skip
def test_directives_that_do_not_match_are_problems(text: str) -> None:
    stack = stack_of({"output": {"o": {"value": text}}})
    assert isinstance(stack.outputs["o"], Unknown)
    assert [each.problem.kind for each in stack.problems] == ["malformed-configuration"]


@pytest.mark.parametrize("opening", ["(", "[", "!", "-", "f(", "{a=", "a[", '"${', "a ? b : "])
def test_nesting_is_bounded(opening: str) -> None:
    text = "${" + opening * (DEPTH_CAP * 50)
    stack = stack_of({"output": {"o": {"value": text}}})
    assert isinstance(stack.outputs["o"], Unknown)
    assert [each.problem.kind for each in stack.problems] == ["limit"]


def test_references_are_found_wherever_they_stand() -> None:
    text = (
        '${a.b}x${f(c.d[e.f], {(g.h) = "${i.j}"}, [for k in l.m : k.n if o.p], q.r ? -s.t : !u.v)}'
    )
    found = {".".join(names) for names in references(parse_template(text))}
    wanted = {"a.b", "c.d", "e.f", "g.h", "i.j", "l.m", "k.n", "o.p", "q.r", "s.t", "u.v"}
    assert found == wanted


WORDS = st.sampled_from(
    [
        "${", "}", "%{", "$${", "(", ")", "[", "]", "{", "}", '"', ",", ".", "...", "?", ":", "=",
        "=>", "==", "&&", "||", "!", "-", "+", "*", "/", "%", "<", "[*]", "for ", " in ", " if ",
        "var.stage", "var.on", "var.many", "local.list", "local.maybe", "local.map", "null", "true",
        "1", "1e9", '"a"', "aws_s3_bucket.b", ".arn", "[0]", "each.key", "join(", "format(",
        "concat(", "jsonencode(", "try(", "replace(", "element(", "\\", "\n", "x", "//", "/*", "é",
    ]
)  # fmt: skip


@given(st.lists(WORDS, max_size=25).map("".join) | st.text(max_size=40))
@example("a ? b : c")
@settings(max_examples=150)
def test_no_string_raises(text: str) -> None:
    stack = stack_of(MODULE | {"output": {"o": {"value": text}, "p": {"value": f"${{{text}}}"}}})
    for value in stack.outputs.values():
        assert isinstance(value, (Text, Listing, Record, Choice, Unknown, Absent))
        holes = value.holes if isinstance(value, Text) else ()
        assert all(hole.id for hole in holes)
