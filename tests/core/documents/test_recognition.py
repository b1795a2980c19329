from __future__ import annotations

import json
from pathlib import Path

import pytest

from passrole.documents.limits import Limits
from passrole.documents.nodes import Document, Mapping
from passrole.documents.recognition import classify, format_of, load, may_be_root, parse

LIMITS = Limits()
TEMPLATE = "Resources:\n  Role:\n    Type: AWS::IAM::Role\n"
POLICY = (
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
)


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("t.yaml", TEMPLATE, "cloudformation"),
        ("t.yml", "AWSTemplateFormatVersion: 2010-09-09\n", "cloudformation"),
        ("t.template", TEMPLATE, "cloudformation"),
        ("t.template", '\n {"Resources": {"R": {"Type": "AWS::IAM::Role"}}}', "cloudformation"),
        ("T.JSON", '{"Resources": {"R": {"Type": "AWS::IAM::Role"}}}', "cloudformation"),
        ("t.yaml", "Transform: Mine\nResources: {R: {Type: X}}\n", "cloudformation"),
        ("t.yaml", "Resources:\n  Fn::Transform: {Name: AWS::Include}\n", "cloudformation"),
        ("p.json", POLICY, "policy"),
        ("p.yaml", POLICY, "policy"),
        ("p.json", '{"Statement": [{"Effect": "Allow", "NotAction": "*"}]}', "policy"),
        ("main.tf.json", '{"resource": {}}', "terraform"),
        ("main.tf.json", "{}", "terraform"),
    ],
)
def test_ours(path: str, text: str, kind: str) -> None:
    document = load(path, text.encode(), LIMITS)
    assert document is not None
    assert (classify(document), document.problems) == (kind, ())


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("compose.yaml", "services: {web: {image: x}}\n"),
        ("package.json", '{"name": "AWS::"}'),
        ("k8s.yaml", "kind: List\nitems: [{Resources: 'AWS::S3::Bucket'}]\n"),
        ("notes.json", '{"Resources": ["AWS::S3::Bucket"]}'),
        ("serverless.yml", "resources: {Resources: {B: {Type: AWS::S3::Bucket}}}\n"),
        ("x.json", '{"Statement": "of Effect"}'),
        ("broken.json", '{"a": '),
        ("broken.yaml", "a: [\n"),
        ("tabs.yaml", "{{- if .Values.x }}\n\ta: b\n"),
        ("empty.yaml", ""),
        ("comment.yaml", "# Resources AWS::\n"),
    ],
)
def test_not_ours(path: str, text: str) -> None:
    assert load(path, text.encode(), LIMITS) is None


@pytest.mark.parametrize(
    ("path", "data", "kind"),
    [
        ("t.yaml", TEMPLATE.encode() + b"  Broken: [\n", "parse-error"),
        ("t.json", b'{"Resources": {"R": {"Type": "AWS::IAM::Role"}},}', "parse-error"),
        (
            "commented.json",
            b'// note\n{"Resources": {"R": {"Type": "AWS::IAM::Role"}}}',
            "parse-error",
        ),
        ("chart.yaml", b"{{ if x }}\n" + TEMPLATE.encode(), "parse-error"),
        ("deep.json", b'{"AWSTemplateFormatVersion": ' + b"[" * 200, "limit"),
        ("main.tf.json", b"{", "parse-error"),
        ("latin.yaml", TEMPLATE.encode() + b"# caf\xe9\n", "encoding"),
        ("nul.yaml", TEMPLATE.encode() + b"# \0\n", "encoding"),
        ("wide.yaml", TEMPLATE.encode("utf-16-le"), "encoding"),
        ("large.yaml", TEMPLATE.encode() + b"#" * LIMITS.size, "limit"),
    ],
)
def test_what_looks_like_ours_and_cannot_be_parsed_is_reported(
    path: str, data: bytes, kind: str
) -> None:
    document = load(path, data, LIMITS)
    assert document is not None
    assert document.root is None
    assert [problem.kind for problem in document.problems] == [kind]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_hides_nothing(encoding: str) -> None:
    document = load("t.yaml", TEMPLATE.encode(encoding), LIMITS)
    assert document is not None
    assert classify(document) == "cloudformation"
    assert document.text == TEMPLATE


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("t.json", r'{"\u0052esources": {"R": {"Type": "\u0041WS::IAM::Role"}}}'),
        ("t.yaml", '"\\x52esources": {R: {Type: "\\x41WS::IAM::Role"}}\n'),
        ("t.yaml", '? "Res\\\n  ources"\n: {R: {Type: "AW\\\n  S::IAM::Role"}}\n'),
        ("t.yaml", '? "Res\\\r\n  ources"\r\n: {R: {Type: "AWS:\\U0000003aIAM::Role"}}\r\n'),
    ],
)
def test_escapes_hide_nothing(path: str, text: str) -> None:
    document = load(path, text.encode(), LIMITS)
    assert document is not None
    assert classify(document) == "cloudformation"


def test_what_is_read_on_demand_needs_no_mark() -> None:
    document = parse("parameters.json", b'[{"ParameterKey": "a"}]', LIMITS)
    assert (document.problems, classify(document)) == ((), None)
    assert document.root is not None


def test_a_file_of_another_name_is_json_or_yaml_by_its_first_letter() -> None:
    assert parse("policy", POLICY.encode(), LIMITS).format == "json"
    assert parse("policy", b"a: 1\n", LIMITS).format == "yaml"


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("a.yaml", "yaml"),
        ("a.YML", "yaml"),
        ("a.tf.json", "json"),
        ("a.tf", "hcl"),
        ("a.template", "template"),
        ("a.txt", None),
        ("yaml", None),
    ],
)
def test_formats(path: str, wanted: str | None) -> None:
    assert format_of(path) == wanted


@pytest.mark.slow
def test_the_prefilter_lets_every_template_of_the_corpus_pass(shared: Path) -> None:
    checked = 0
    for path in sorted((shared / "corpus").rglob("*")):
        if format_of(path.name) in (None, "hcl"):
            continue
        content = path.read_bytes()
        if classify(parse(path.name, content, LIMITS)) is not None:
            assert may_be_root(path.name, content), path.name
            checked += 1
    assert checked > 900


def test_resources_keep_their_order() -> None:
    resources = {f"R{i}": {"Type": "AWS::SNS::Topic"} for i in range(50)}
    document = load("t.json", json.dumps({"Resources": resources}).encode(), LIMITS)
    assert document is not None
    assert isinstance(document.root, Mapping)
    inside = document.root.get("Resources")
    assert isinstance(inside, Mapping)
    assert [key.text for key, _ in inside.pairs] == list(resources)


def test_copies_of_a_file_are_parsed_once_and_told_apart() -> None:
    text = b'resource "aws_iam_role" "r" {\n  name = "x\n}\n'
    parsed: dict[str, Document] = {}
    first = parse("a/main.tf", text, LIMITS, parsed)
    again = parse("b/main.tf", text, LIMITS, parsed)
    other = parse("b/other.tf", text + b"\n", LIMITS, parsed)
    assert (again.path, again.format, again.text) == ("b/main.tf", "hcl", first.text)
    assert again.root is first.root
    assert again.problems == first.problems != ()
    assert other.root is not first.root
    assert parse("a/main.tf", text, LIMITS).root is not first.root
