"""What is written where, in each notation."""

from __future__ import annotations

import pytest
from tests.core.fixes.editing import Make, changed

from passrole.changes import (
    AddDependency,
    AddItem,
    AddKey,
    AddPolicy,
    AddStatement,
    AddToElement,
    Remove,
    RenameKey,
    ReplaceValue,
)

STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}


def action(text: str = "s3:PutObject") -> Make:
    return lambda origin: AddToElement(origin, ("Action",), text)


def statement(origin: object) -> AddStatement:
    return AddStatement(origin, STATEMENT)


def in_yaml(statements: str) -> str:
    lines = statements.splitlines(keepends=True)
    return "Resources:\n  P:\n    Statement:\n" + "".join(f"      {line}" for line in lines)


ONE = "Resources.P.Statement.0"
YAML = {
    "one action becomes a list as short as it was": (
        "- Effect: Allow\n  Action: s3:Get  # read\n",
        ONE, action(),
        "- Effect: Allow\n  Action: [s3:Get, s3:PutObject]  # read\n",
    ),
    "as beside it lists are in lines": (
        "- Action: s3:Get  # read\n  Effect: Allow\n- Action:\n  - s3:a\n",
        ONE, action(),
        "- Action:\n    - s3:Get  # read\n    - s3:PutObject\n  Effect: Allow\n- Action:\n  - s3:a\n",
    ),
    "a list in lines grows by a line": (
        "- Action:\n    - 's3:a'  # one\n    # and two\n    - 's3:b'\n\n  # then\n  Effect: Allow\n",
        ONE, action(),
        "- Action:\n    - 's3:a'  # one\n    # and two\n    - 's3:b'\n    - 's3:PutObject'\n\n  # then\n  Effect: Allow\n",
    ),
    "a list that stands under its key's column": (
        "- Action:\n  - s3:a\n  Effect: Allow\n",
        ONE, action(),
        "- Action:\n  - s3:a\n  - s3:PutObject\n  Effect: Allow\n",
    ),
    "a list in brackets": (
        '- {Action: ["s3:a"], Effect: Allow}\n',
        ONE, action(),
        '- {Action: ["s3:a", "s3:PutObject"], Effect: Allow}\n',
    ),
    "brackets over many lines": (
        "- Action: [\n    s3:a,  # one\n    s3:b  # two\n  ]\n",
        ONE, action(),
        "- Action: [\n    s3:a,  # one\n    s3:b,  # two\n    s3:PutObject\n  ]\n",
    ),
    "what only quotes can hold": (
        "- Action: s3:*\n  Effect: Allow\n",
        ONE, action("*"),
        '- Action: [s3:*, "*"]\n  Effect: Allow\n',
    ),
    "keys in quotes": (
        '- "Action": "s3:a"\n  "Effect": "Allow"\n',
        ONE, action(),
        '- "Action": ["s3:a", "s3:PutObject"]\n  "Effect": "Allow"\n',
    ),
    "letters of any alphabet": (
        "- Sid: größer🙂  # ♥\n  Action: s3:a\n",
        ONE, action(),
        "- Sid: größer🙂  # ♥\n  Action: [s3:a, s3:PutObject]\n",
    ),
    "what has no list is not told what to be": (
        "- Action: !Ref Actions\n  Effect: Allow\n",
        ONE, action(),
        "- Action: [!Ref Actions, s3:PutObject]\n  Effect: Allow\n",
    ),
    "a long value gets lines": (
        f"- Action: s3:{'x' * 90}\n  Effect: Allow\n",
        ONE, action(),
        f"- Action:\n    - s3:{'x' * 90}\n    - s3:PutObject\n  Effect: Allow\n",
    ),
    "a statement after the comments of the last one": (
        "- Effect: Allow\n  # nothing else\n",
        "Resources.P", statement,
        "- Effect: Allow\n  # nothing else\n- Effect: Allow\n  Action: s3:GetObject\n  Resource: arn:aws:s3:::b/*\n",
    ),
    "a statement in braces beside its like": (
        "- { Effect: Allow }\n",
        "Resources.P", statement,
        "- { Effect: Allow }\n- { Effect: Allow, Action: s3:GetObject, Resource: arn:aws:s3:::b/* }\n",
    ),
    "a value keeps its quotes": (
        "- Effect: 'Allow'  # so\n",
        f"{ONE}.Effect", lambda origin: ReplaceValue(origin, "Deny"),
        "- Effect: 'Deny'  # so\n",
    ),
    "an item goes with its line": (
        "- Action:\n    - a:b\n    - c:d  # gone\n    - e:f\n",
        f"{ONE}.Action.1", Remove,
        "- Action:\n    - a:b\n    - e:f\n",
    ),
    "an item goes out of brackets": (
        "- Action: [a:b, c:d, e:f]\n",
        f"{ONE}.Action.0", Remove,
        "- Action: [c:d, e:f]\n",
    ),
    "the last item goes out of brackets": (
        "- Action: [a:b, c:d]\n",
        f"{ONE}.Action.1", Remove,
        "- Action: [a:b]\n",
    ),
    "the first key goes, and the next moves up": (
        "- Sid: x\n  Effect: Allow\n",
        f"{ONE}.Sid", Remove,
        "- Effect: Allow\n",
    ),
    "a key gets another name": (
        "- 'Acton': a:b\n",
        ONE, lambda origin: RenameKey(origin, "Acton", "Action"),
        "- 'Action': a:b\n",
    ),
    "a list in lines gives way to a text": (
        "- Resource:\n    - a\n    - b\n  Effect: Allow\n",
        ONE, lambda origin: AddKey(origin, "Resource", "*"),
        '- Resource: "*"\n  Effect: Allow\n',
    ),
    "what is missing is made": (
        "- Effect: Allow\n",
        ONE, lambda origin: AddToElement(origin, ("Condition", "StringEquals", "a:b"), "c"),
        "- Effect: Allow\n  Condition:\n    StringEquals:\n      a:b: c\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "place", "make", "after"), YAML.values(), ids=YAML)
def test_yaml(before: str, place: str, make: Make, after: str) -> None:
    assert changed("t.yaml", in_yaml(before), place, make) == in_yaml(after)


@pytest.mark.parametrize(("before", "place", "make", "after"), YAML.values(), ids=YAML)
def test_yaml_of_windows(before: str, place: str, make: Make, after: str) -> None:
    text, expected = (in_yaml(each).replace("\n", "\r\n") for each in (before, after))
    assert changed("t.yaml", text, place, make) == expected


@pytest.mark.parametrize(("before", "place", "make", "after"), YAML.values(), ids=YAML)
def test_yaml_without_a_last_line_break(before: str, place: str, make: Make, after: str) -> None:
    text, expected = (in_yaml(each).removesuffix("\n") for each in (before, after))
    assert changed("t.yaml", text, place, make) == expected


ALONE = {
    "two places": "Resources:\n  A: &a\n    Action: [x]\n  P: *a\n",
    "what is merged": "Resources:\n  A: &a\n    Action: [x]\n  P:\n    <<: *a\n    Effect: Allow\n",
    "a parameter": "Parameters:\n  P:\n    Action: [x]\nResources: {}\n",
    "what a loop makes": "Resources:\n  Fn::ForEach::P:\n    Action: [x]\n",
    "a block of text": "Resources:\n  P:\n    Action: |\n      x\n",
}


@pytest.mark.parametrize("text", ALONE.values(), ids=ALONE)
def test_left_alone(text: str) -> None:
    place = {"Parameters": "Parameters.P"}.get(text.partition(":")[0], "Resources.P")
    if "ForEach" in text:
        place = "Resources.Fn::ForEach::P"
    assert changed("t.yaml", text, place, action()) is None


def test_only_the_first_of_many_documents_is_edited() -> None:
    text = "Resources:\n  P:\n    Action: [x]\n---\nResources:\n  P:\n    Action: [x]\n"
    assert changed("t.yaml", text, "Resources.P", action()) == text.replace(
        "[x]", "[x, s3:PutObject]", 1
    )


JSON = {
    "in one line": (
        '{"Resources": {"P": {"Action": "a:b"}}}',
        '{"Resources": {"P": {"Action": ["a:b", "s3:PutObject"]}}}',
    ),
    "in lines, with tabs": (
        '{\n\t"Resources": {\n\t\t"P": {\n\t\t\t"Action": [\n\t\t\t\t"a:b"\n\t\t\t]\n\t\t}\n\t}\n}\n',
        '{\n\t"Resources": {\n\t\t"P": {\n\t\t\t"Action": [\n\t\t\t\t"a:b",\n\t\t\t\t"s3:PutObject"\n\t\t\t]\n\t\t}\n\t}\n}\n',
    ),
    "empty": (
        '{"Resources":{"P":{"Action":[]}}}',
        '{"Resources":{"P":{"Action":["s3:PutObject"]}}}',
    ),
    "missing": (
        '{"Resources":{"P":{"Effect":"Allow"}}}',
        '{"Resources":{"P":{"Effect":"Allow", "Action":"s3:PutObject"}}}',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), JSON.values(), ids=JSON)
def test_json(before: str, after: str) -> None:
    assert changed("t.json", before, "Resources.P", action()) == after


def test_a_statement_in_json_is_set_out_as_its_neighbour() -> None:
    before = '{"Resources": {"P": {"Statement": [\n   {\n      "Effect" : "Allow"\n   }\n]}}}'
    assert changed("t.json", before, "Resources.P", statement) == (
        '{"Resources": {"P": {"Statement": [\n   {\n      "Effect" : "Allow"\n   },\n   {\n'
        '      "Effect" : "Allow",\n      "Action" : "s3:GetObject",\n'
        '      "Resource" : "arn:aws:s3:::b/*"\n   }\n]}}}'
    )


ROLE = """\
resource "aws_iam_role" "r" {
  name = "r" # the role
  policy = jsonencode({
    Statement = [
      {
        Effect = "Allow"
        Action = ["a:b"] // one
      }, # last
    ]
  })
}
"""
DOCUMENT = """\
data "aws_iam_policy_document" "d" {
  statement {
    sid     = "One"
    actions = ["a:b"]

    principals {
      type        = "Service"
      identifiers = ["a.amazonaws.com"]
    }
  }
}
"""
STATEMENT_BLOCK = DOCUMENT[DOCUMENT.index("statement") : DOCUMENT.rindex("}") - 1]
HCL = {
    "a list": (ROLE, '{\n        Effect = "Allow"\n        Action = ["a:b"] // one\n      }', action(),
               '["a:b"]', '["a:b", "s3:PutObject"]'),
    "a statement among lines": (
        ROLE, ROLE[ROLE.index("{\n    Statement") : ROLE.index(")\n}")], statement,
        "      }, # last\n",
        ('      }, # last\n      {\n        Effect   = "Allow"\n        Action   = "s3:GetObject"\n'
        '        Resource = "arn:aws:s3:::b/*"\n      },\n')),
    "an argument, in line with its neighbours": (
        DOCUMENT, STATEMENT_BLOCK, lambda origin: AddKey(origin, "effect", "Deny"),
        '["a:b"]\n', '["a:b"]\n    effect  = "Deny"\n'),
    "a statement block": (
        DOCUMENT, STATEMENT_BLOCK, statement,
        "  }\n}\n",
        ('  }\n\n  statement {\n    effect    = "Allow"\n    actions   = ["s3:GetObject"]\n'
        '    resources = ["arn:aws:s3:::b/*"]\n  }\n}\n')),
    "a principal among its kind": (
        DOCUMENT, STATEMENT_BLOCK, lambda origin: AddToElement(origin, ("Principal", "Service"), "b.c"),
        '["a.amazonaws.com"]', '["a.amazonaws.com", "b.c"]'),
    "a condition": (
        DOCUMENT, STATEMENT_BLOCK,
        lambda origin: AddToElement(origin, ("Condition", "StringLike", "a:b"), "${c}"),
        '["a.amazonaws.com"]\n    }\n',
        ('["a.amazonaws.com"]\n    }\n\n    condition {\n      test     = "StringLike"\n'
        '      variable = "a:b"\n      values   = ["$${c}"]\n    }\n')),
    "what is waited for": (
        ROLE, ROLE[:-1], lambda origin: AddDependency(origin, ("module.m.aws_x.a", "module.m.aws_x.b")),
        "  })\n}\n", "  })\n\n  depends_on = [aws_x.a, aws_x.b]\n}\n"),
    "an argument that goes": (
        ROLE, '"r" # the role'[:3], Remove, '  name = "r" # the role\n', ""),
}  # fmt: skip


@pytest.mark.parametrize(("text", "place", "make", "old", "new"), HCL.values(), ids=HCL)
def test_hcl(text: str, place: str, make: Make, old: str, new: str) -> None:
    if make is Remove:
        text, place = text.replace('"r" {', '"s" {'), '"r"'
    before, _, after = text.rpartition(old)
    assert changed("m.tf", text, place, make) == before + new + after


def test_a_policy_for_a_role_without_one() -> None:
    text = 'resource "aws_iam_role" "r" {\n  name = "r"\n}'
    after = changed("m.tf", text, text, lambda origin: AddPolicy(origin, "s3", STATEMENT))
    assert (
        after
        == text
        + """

resource "aws_iam_role_policy" "r_s3" {
  name = "s3"
  role = aws_iam_role.r.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "arn:aws:s3:::b/*"
      }
    ]
  })
}
"""
    )


HEREDOC = """\
resource "aws_iam_role_policy" "p" {
  policy = <<-EOF
    {
      "Statement": [
        {"Effect": "Allow", "Action": "a:b", "Resource": "${aws_s3_bucket.b.arn}"}
      ]
    }
  EOF
}
"""


def test_json_in_a_heredoc() -> None:
    place = '{"Effect": "Allow", "Action": "a:b", "Resource": "${aws_s3_bucket.b.arn}"}'
    after = changed("m.tf", HEREDOC, place, action("c:d"))
    assert after == HEREDOC.replace('"a:b"', '["a:b", "c:d"]')


def test_json_in_quotes() -> None:
    text = '{"resource": {"aws_iam_role_policy": {"p": {"policy": "{\\"Statement\\": [{\\"Effect\\": \\"Deny\\"}]}"}}}}'
    place = "resource.aws_iam_role_policy.p.policy"
    after = changed("m.tf.json", text, place, statement)
    assert after is not None
    added = ', {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}'
    assert after == text.replace('}]}"', "}" + added.replace('"', '\\"') + ']}"')


def test_a_list_that_is_one_value() -> None:
    text = "Resources:\n  P:\n    DependsOn: A\n"
    after = changed("t.yaml", text, "Resources.P.DependsOn", lambda origin: AddItem(origin, "B"))
    assert after == text.replace("A\n", "[A, B]\n")
