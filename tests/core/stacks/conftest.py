"""Templates written as text in the tests, read as the program reads them."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent, indent

import pytest

from passrole.documents.limits import Limits
from passrole.documents.nodes import Document
from passrole.documents.yaml import parse_yaml
from passrole.stacks.cloudformation.reading import read_stack
from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import ResourceType, ResourceTypes, Stack
from passrole.values import Value, get

TYPES = ResourceTypes.of(
    (
        ResourceType(
            cloudformation="AWS::S3::Bucket",
            arn="arn:{partition}:s3:::{name}",
            attributes={"Arn": "arn", "DomainName": "{name}.s3.amazonaws.com"},
            fields={"name": ("BucketName", "bucket")},
        ),
        ResourceType(
            cloudformation="AWS::IAM::Role",
            arn="arn:{partition}:iam::{account}:role{path=/}{name}",
            attributes={"Arn": "arn", "RoleId": "id"},
            fields={"name": ("RoleName", "name"), "path": ("Path", "path")},
        ),
        ResourceType(
            cloudformation="AWS::SNS::Topic",
            arn="arn:{partition}:sns:{region}:{account}:{name}",
            ref="arn",
            attributes={"TopicName": "name"},
            fields={"name": ("TopicName", "name")},
        ),
        ResourceType(
            cloudformation="AWS::KMS::Key",
            arn="arn:{partition}:kms:{region}:{account}:key/{id}",
            ref="id",
            attributes={"Arn": "arn"},
        ),
    )
)

RESOURCES = """\
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Named: {Type: AWS::S3::Bucket, Properties: {BucketName: my-bucket}}
  Role: {Type: AWS::IAM::Role, Properties: {RoleName: deployer, Path: /ci/}}
  PlainRole: {Type: AWS::IAM::Role, Properties: {RoleName: builder}}
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: news}}
  Key: {Type: AWS::KMS::Key}
  Thing: {Type: Custom::Thing}
"""
"""What the expressions of ``evaluate`` may refer to."""


@pytest.fixture
def types() -> ResourceTypes:
    return TYPES


@pytest.fixture
def document() -> Callable[..., Document]:
    def parse(text: str, path: str = "t.yaml") -> Document:
        parsed = parse_yaml(path, dedent(text), Limits())
        assert parsed.root is not None, parsed.problems
        return parsed

    return parse


@pytest.fixture
def read(document: Callable[..., Document]) -> Callable[..., Stack]:
    """``read(text, Env="prod")``: the stack of a template, with values for its parameters."""

    def stack(text: str, /, deployment: Deployment | None = None, **parameters: str) -> Stack:
        return read_stack(
            document(text),
            TYPES,
            deployment or Deployment(parameters=parameters),
            target_id="target:t.yaml",
        )

    return stack


@pytest.fixture
def evaluate(read: Callable[..., Stack]) -> Callable[..., Value]:
    """``evaluate(expression, sections)``: what the expression is in a template."""

    def value(expression: str, sections: str = "", /, **parameters: str) -> Value:
        probe = "  Probe:\n    Type: Test::Probe\n    Properties:\n      P:\n"
        body = indent(dedent(expression).strip("\n"), " " * 8)
        template = f"{RESOURCES}{probe}{body}\n{dedent(sections)}"
        stack = read(template, None, **parameters)
        return get(stack.resources["Probe"].properties, "P")

    return value


@pytest.fixture
def problems() -> Callable[[Stack], list[tuple[str, int]]]:
    """The kind and the line of each problem of a stack."""

    def kinds(stack: Stack) -> list[tuple[str, int]]:
        return [(each.problem.kind, each.location.line) for each in stack.problems]

    return kinds
