"""Templates of one scan: imports resolve to the exporter's very value, partners share a target."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from passrole.documents.nodes import Document
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes, Stack
from passrole.values import Text, get

Link = Callable[..., dict[str, Stack]]

EXPORTER = """
Resources:
  Bucket: {Type: AWS::S3::Bucket}
Outputs:
  Arn: {Value: !GetAtt Bucket.Arn, Export: {Name: NAME}}
"""
IMPORTER = """
Resources:
  R: {Type: T::R, Properties: {V: !Sub ["${Arn}/*", {Arn: {"Fn::ImportValue": NAME}}]}}
"""


@pytest.fixture
def link(document: Callable[..., Document], types: ResourceTypes) -> Link:
    def stacks(files: dict[str, str], deployment: Deployment | None = None) -> dict[str, Stack]:
        documents = [document(dedent(text), path) for path, text in files.items()]
        found = read_stacks(documents, types, deployment or Deployment())
        assert [stack.path for stack in found] == sorted(stack.path for stack in found)
        return {stack.path: stack for stack in found}

    return stacks


def _value(stack: Stack) -> Text:
    value = get(stack.resources["R"].properties, "V")
    assert isinstance(value, Text)
    return value


NAMES = ["shared-bucket", "!Sub 'bucket-${AWS::Region}'", "!Join ['-', [b, !Ref AWS::AccountId]]"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("exporter", "importer"), [("a.yaml", "b.yaml"), ("b.yaml", "a.yaml")])
def test_an_import_is_the_very_value_of_the_export(
    link: Link, name: str, exporter: str, importer: str
) -> None:
    stacks = link(
        {exporter: EXPORTER.replace("NAME", name), importer: IMPORTER.replace("NAME", name)}
    )
    bucket = stacks[exporter].resources["Bucket"]
    assert str(_value(stacks[importer])) == "arn:aws:s3:::${Bucket.name}/*"
    assert list(_value(stacks[importer]).holes) == list(bucket.name.holes)
    assert {stack.target.id for stack in stacks.values()} == {"target:a.yaml"}
    assert all(stack.problems == () for stack in stacks.values())


def test_strangers_have_targets_of_their_own(link: Link) -> None:
    stacks = link({"a.yaml": EXPORTER, "b.yaml": IMPORTER.replace("NAME", "other")})
    assert stacks["a.yaml"].target != stacks["b.yaml"].target
    (hole,) = _value(stacks["b.yaml"]).holes
    assert hole.id == "target:b.yaml@import:other"
    assert hole.reason == 'no template that was read exports "other"'


def test_a_given_account_and_region_hold_for_all(link: Link) -> None:
    deployment = Deployment(account="111122223333", region="eu-west-1")
    stacks = link({"a.yaml": EXPORTER, "b.yaml": EXPORTER}, deployment)
    assert stacks["a.yaml"].target.account == stacks["b.yaml"].target.account


def test_links_go_over_others(link: Link) -> None:
    middle = """
    Resources:
      R: {Type: T::R, Properties: {V: !ImportValue first}}
    Outputs:
      O: {Value: !ImportValue first, Export: {Name: second}}
    """
    stacks = link({
        "c.yaml": EXPORTER.replace("NAME", "first"),
        "b.yaml": middle,
        "a.yaml": IMPORTER.replace("NAME", "second"),
        "d.yaml": EXPORTER.replace("NAME", "unused"),
    })  # fmt: skip
    assert str(_value(stacks["a.yaml"])) == "arn:aws:s3:::${Bucket.name}/*"
    assert [stack.target.id for stack in stacks.values()] == [
        "target:a.yaml", "target:a.yaml", "target:a.yaml", "target:d.yaml",
    ]  # fmt: skip


def test_a_name_that_several_export_stays_open(link: Link) -> None:
    stacks = link({
        "a.yaml": EXPORTER.replace("NAME", "n"),
        "b.yaml": EXPORTER.replace("NAME", "n"),
        "c.yaml": IMPORTER.replace("NAME", "n"),
    })  # fmt: skip
    (hole,) = _value(stacks["c.yaml"]).holes
    assert hole.id == "target:c.yaml@import:n"
    assert hole.reason == "a.yaml, b.yaml export it"
    assert len({stack.target.id for stack in stacks.values()}) == 3


def test_imports_in_a_circle_are_a_problem(link: Link) -> None:
    def both(exported: str, imported: str) -> str:
        return f"""
        Resources:
          R: {{Type: T::R, Properties: {{V: !ImportValue {imported}}}}}
        Outputs:
          O: {{Value: !GetAtt R.Arn, Export: {{Name: {exported}}}}}
        """

    stacks = link({"a.yaml": both("a", "b"), "b.yaml": both("b", "a")})
    assert [each.problem.kind for each in stacks["a.yaml"].problems] == ["cycle"]
    assert stacks["a.yaml"].problems[0].location.line == 3
    assert str(_value(stacks["a.yaml"])) == "${import:b}"
    assert str(_value(stacks["b.yaml"])) == "${R.Arn}"
    alone = link({"a.yaml": both("a", "a")})
    assert [each.problem.kind for each in alone["a.yaml"].problems] == ["cycle"]


def test_what_is_no_template_is_passed_over(link: Link) -> None:
    policy = "{Version: '2012-10-17', Statement: [{Effect: Allow, Action: '*', Resource: '*'}]}"
    assert list(link({"policy.json": policy, "a.yaml": EXPORTER})) == ["a.yaml"]


def test_the_order_of_the_documents_does_not_matter(link: Link) -> None:
    files = {
        "a.yaml": IMPORTER.replace("NAME", "n"),
        "b.yaml": EXPORTER.replace("NAME", "n"),
        "c.yaml": EXPORTER.replace("NAME", "m"),
    }
    first, second = link(files), link(dict(reversed(files.items())))
    assert list(first) == list(second)
    assert [each.target for each in first.values()] == [each.target for each in second.values()]
    assert _value(first["a.yaml"]) == _value(second["a.yaml"])
