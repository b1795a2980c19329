"""``data "aws_iam_policy_document"`` and ``data "aws_iam_policy"`` as the policies that they give."""

from __future__ import annotations

import json
from typing import Any

import pytest

from passrole.documents.limits import Limits
from passrole.documents.nodes import Document
from passrole.documents.recognition import parse
from passrole.iam.policies import PolicyKind, read_policy
from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import ResourceTypes, Stack
from passrole.stacks.terraform import read_stack
from passrole.values import Choice, Listing, Record, Text, Unknown, Value

TYPES = ResourceTypes.of(())

STATEMENT = {"actions": ["s3:GetObject"], "resources": ["*"]}


def stack_of(*documents: Document) -> Stack:
    return read_stack(documents, TYPES, Deployment(), target_id="t")


def written(data: dict[str, Any], **others: Any) -> Document:
    """Configuration whose output ``o`` is the document ``d`` of ``data``."""
    config = {
        "data": {"aws_iam_policy_document": data},
        "output": {"o": {"value": "${data.aws_iam_policy_document.d.json}"}},
        **others,
    }
    return parse("main.tf.json", json.dumps(config, indent=1).encode(), Limits())


def document_of(d: Any, others: dict[str, Any] | None = None, **blocks: Any) -> Value:
    return stack_of(written({"d": d, **(others or {})}, **blocks)).outputs["o"]


def plain(value: Value) -> Any:
    if isinstance(value, Listing):
        return [plain(item) for item in value.values]
    if isinstance(value, Record):
        return {name: plain(item) for name, item in value.fields.items()}
    if isinstance(value, Choice):
        return (str(value.guard), plain(value.then), plain(value.otherwise))
    return str(value) if isinstance(value, Text) else type(value).__name__


def statements(value: Value) -> Any:
    return plain(value)["Statement"]


def test_a_statement_with_everything() -> None:
    value = document_of(
        {
            "policy_id": "p",
            "statement": {
                "sid": "All",
                "effect": "Deny",
                "not_actions": ["s3:*"],
                "not_resources": ["arn:aws:s3:::b/&{aws:username}/*"],
                "principals": [
                    {"type": "AWS", "identifiers": ["arn:aws:iam::111122223333:root"]},
                    {"type": "Service", "identifiers": ["a.amazonaws.com"]},
                    {"type": "Service", "identifiers": ["b.amazonaws.com"]},
                ],
                "condition": [
                    {
                        "test": "StringLike",
                        "variable": "s3:prefix",
                        "values": ["&{aws:username}/*"],
                    },
                    {"test": "StringLike", "variable": "aws:userid", "values": ["x"]},
                    {"test": "Bool", "variable": "aws:SecureTransport", "values": ["true"]},
                ],
            },
        }
    )
    assert plain(value) == {
        "Version": "2012-10-17",
        "Id": "p",
        "Statement": [
            {
                "Sid": "All",
                "Effect": "Deny",
                "NotAction": ["s3:*"],
                "NotResource": ["arn:aws:s3:::b/${aws:username}/*"],
                "Principal": {
                    "AWS": ["arn:aws:iam::111122223333:root"],
                    "Service": ["a.amazonaws.com", "b.amazonaws.com"],
                },
                "Condition": {
                    "StringLike": {"s3:prefix": ["${aws:username}/*"], "aws:userid": ["x"]},
                    "Bool": {"aws:SecureTransport": ["true"]},
                },
            }
        ],
    }


def test_what_is_not_written_is_allow_and_the_current_version() -> None:
    assert plain(document_of({"statement": STATEMENT})) == {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}],
    }
    assert plain(document_of({"version": "2008-10-17"}))["Version"] == "2008-10-17"


def test_everybody() -> None:
    principals = {"type": "*", "identifiers": ["*"]}
    (statement,) = statements(document_of({"statement": {**STATEMENT, "principals": principals}}))
    assert statement["Principal"] == "*"


def test_a_statement_for_each_of_a_collection() -> None:
    dynamic = {
        "statement": {
            "for_each": {"a": "x", "b": "y"},
            "iterator": "each_one",
            "content": {"sid": "${each_one.key}", "actions": ["s3:${each_one.value}"]},
        }
    }
    value = document_of({"statement": STATEMENT, "dynamic": dynamic})
    assert [each.get("Sid") for each in statements(value)] == [None, "a", "b"]
    assert statements(value)[2]["Action"] == ["s3:y"]


def test_nested_dynamic_blocks() -> None:
    inner = {
        "condition": {
            "for_each": "${statement.value}",
            "content": {
                "test": "StringEquals",
                "variable": "${condition.key}",
                "values": ["${condition.value}"],
            },
        }
    }
    dynamic = {
        "statement": {
            "for_each": [{"aws:a": "1"}, {}],
            "content": {"actions": ["s3:*"], "dynamic": inner},
        }
    }
    first, second = statements(document_of({"dynamic": dynamic}))
    assert first["Condition"] == {"StringEquals": {"aws:a": ["1"]}}
    assert second.get("Condition", {}) == {}


def test_a_collection_that_is_not_known_stands_for_any_number() -> None:
    dynamic = {"statement": {"for_each": "${var.x}", "content": {"actions": ["s3:*"]}}}
    value = document_of(
        {"statement": STATEMENT, "dynamic": dynamic}, variable={"x": {"type": "list(string)"}}
    )
    policy = read_policy(value, PolicyKind.IDENTITY)
    assert [bool(each.unresolved) for each in policy.statements] == [False, True]
    assert "variable x has no value" in (policy.unresolved or "")


def sid(name: str, action: str) -> dict[str, Any]:
    return {"sid": name, "actions": [action], "resources": ["*"]}


BASE = "${data.aws_iam_policy_document.base.json}"
OTHER = '{"Statement": [{"Sid": "B", "Effect": "Deny", "Action": "s3:Other", "Resource": "*"}]}'


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"source_policy_documents": [BASE]}, {"A": "s3:BaseA", "B": "s3:BaseB", "C": "s3:OwnC"}),
        ({"source_json": BASE}, {"A": "s3:BaseA", "B": "s3:BaseB", "C": "s3:OwnC"}),
        (
            {"source_policy_documents": [BASE], "override_policy_documents": [OTHER]},
            {"A": "s3:BaseA", "B": "s3:Other", "C": "s3:OwnC"},
        ),
        ({"override_json": OTHER}, {"C": "s3:OwnC", "B": "s3:Other"}),
        ({"override_policy_documents": [BASE, OTHER]},
         {"C": "s3:OwnC", "A": "s3:BaseA", "B": "s3:Other"}),
        ({"source_policy_documents": ["", "${null}"]}, {"C": "s3:OwnC"}),
    ],
)  # fmt: skip
def test_documents_that_are_merged(arguments: dict[str, Any], expected: dict[str, str]) -> None:
    base = {"statement": [sid("A", "s3:BaseA"), sid("B", "s3:BaseB")]}
    value = document_of({"statement": sid("C", "s3:OwnC"), **arguments}, {"base": base})
    found = {}
    for each in statements(value):
        action = each["Action"]
        found[each["Sid"]] = action if isinstance(action, str) else action[0]
    assert list(found.items()) == list(expected.items())


def test_an_unknown_document_adds_what_nobody_knows() -> None:
    value = document_of(
        {"statement": sid("C", "s3:Own"), "source_policy_documents": ["${var.x}"]},
        variable={"x": {}},
    )
    assert statements(value)[0] == "Unknown"
    assert statements(value)[1]["Sid"] == "C"


def test_an_unknown_document_may_replace_what_has_a_sid() -> None:
    value = document_of(
        {
            "statement": [sid("C", "s3:Own"), STATEMENT],
            "override_policy_documents": ["${var.x}"],
        },
        variable={"x": {}},
    )
    assert [isinstance(each, str) for each in statements(value)] == [True, False, True]


def test_a_document_under_a_condition() -> None:
    chosen = '${var.on ? jsonencode({Statement = [{Sid = "B", Action = "x"}]}) : "{}"}'
    value = document_of(
        {
            "statement": [sid("B", "s3:Own")],
            "override_policy_documents": [chosen.replace('"{}"', "null")],
        },
        variable={"on": {"type": "bool"}},
    )
    ((guard, then, otherwise),) = statements(value)
    assert (guard, then["Action"], otherwise["Action"]) == ("var.on", "x", ["s3:Own"])


def test_places_are_those_of_the_blocks_in_native_syntax() -> None:
    text = """\
data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
  dynamic "statement" {
    for_each = toset(["a"])
    content {
      actions   = ["s3:${statement.key}"]
      resources = ["*"]
    }
  }
  statement {
    actions   = ["s3:PutObject"]
    resources = ["*"]
  }
}
output "o" {
  value = data.aws_iam_policy_document.d.json
}
"""
    value = stack_of(parse("main.tf", text.encode(), Limits())).outputs["o"]
    policy = read_policy(value, PolicyKind.IDENTITY)
    lines = [
        each.origin.document.line_and_column(each.origin.node.start)[0]
        for each in policy.statements
        if each.origin is not None
    ]
    assert [plain(each)["Action"] for each in value.fields["Statement"].values] == [  # type: ignore[union-attr]
        ["s3:GetObject"], ["s3:a"], ["s3:PutObject"],
    ]  # fmt: skip
    assert lines == sorted(lines)
    assert lines[0] in (2, 3)


@pytest.mark.parametrize(
    ("arguments", "arn"),
    [
        ({"name": "ReadOnlyAccess"}, "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        (
            {"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
        ),
        ({"name": "of-nobody-knows-whom"}, "${data.aws_iam_policy.p.arn}"),
    ],
)
def test_policies_that_are_looked_up(arguments: dict[str, str], arn: str) -> None:
    config = {
        "data": {"aws_iam_policy": {"p": arguments}},
        "output": {
            "arn": {"value": "${data.aws_iam_policy.p.arn}"},
            "policy": {"value": "${data.aws_iam_policy.p.policy}"},
        },
    }
    stack = stack_of(parse("main.tf.json", json.dumps(config).encode(), Limits()))
    assert str(stack.outputs["arn"]) == arn
    assert isinstance(stack.outputs["policy"], Record) is ("ReadOnlyAccess" in arn)
    assert not isinstance(stack.outputs["arn"], Unknown)
