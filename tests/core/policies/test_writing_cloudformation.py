"""Texts written back as expressions of a CloudFormation template."""

from collections.abc import Callable
from typing import Any

import pytest

from passrole.analysis import Analysis
from passrole.policies.writing_cloudformation import (
    cloudformation_expression,
    cloudformation_vocabulary,
    in_yaml,
)
from passrole.values import Hole, Text, literal

Scan = Callable[..., Analysis]

TEMPLATE = """
Parameters:
  Environment: {Type: String, Default: prod}
  Given: {Type: String}
Mappings:
  Buckets: {eu-west-1: {name: a}, us-east-1: {name: b}}
Resources:
  Artifacts: {Type: AWS::S3::Bucket}
  Named: {Type: AWS::S3::Bucket, Properties: {BucketName: shop-assets}}
  Project:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: shop-build
      ServiceRole: !ImportValue build-role
      Source: {Location: !FindInMap [Buckets, !Ref AWS::Region, name], Type: S3}
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties: {Name: shop, RoleArn: !Ref Given}
"""
TEXTS = """
  Sink:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: TEXT
"""
ARN = "arn:${AWS::Partition}"


def text_of(scan: Scan, written: str) -> tuple[Text, Any]:
    """What a template makes of an expression, and the vocabulary of the template."""
    analysis = scan(a_yaml=TEMPLATE + TEXTS.replace("TEXT", written))
    (stack,) = analysis.stacks
    text = stack.resources["Sink"].properties.fields["Bucket"]  # type: ignore[union-attr]
    assert isinstance(text, Text)
    return text.at(None), cloudformation_vocabulary(stack)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("!GetAtt Artifacts.Arn", "!GetAtt Artifacts.Arn"),
        ('!Sub "arn:aws:s3:::${Artifacts}"', "!GetAtt Artifacts.Arn"),
        ('!Sub "arn:aws:s3:::${Artifacts}/*"', '!Sub "${Artifacts.Arn}/*"'),
        ("arn:aws:s3:::shop-assets/in/*", '!Sub "${Named.Arn}/in/*"'),
        ("arn:aws:s3:::shop-assets-2", f'!Sub "{ARN}:s3:::shop-assets-2"'),
        ("!Ref Artifacts", "!Ref Artifacts"),
        (
            '!Sub "arn:aws:codebuild:${AWS::Region}:${AWS::AccountId}:project/shop-build"',
            "!GetAtt Project.Arn",
        ),
        (
            '!Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop"',
            f'!Sub "{ARN}:codepipeline:${{AWS::Region}}:${{AWS::AccountId}}:shop"',
        ),
        (
            '!Sub "arn:aws:sns:eu-west-1:111122223333:alarms"',
            f'!Sub "{ARN}:sns:eu-west-1:111122223333:alarms"',
        ),
        (
            '!Sub "arn:aws:ssm:*:*:parameter/${Environment}/x"',
            f'!Sub "{ARN}:ssm:*:*:parameter/${{Environment}}/x"',
        ),
        ('!Sub "arn:aws:ssm:*:*:parameter/product"', f'!Sub "{ARN}:ssm:*:*:parameter/product"'),
        ("!Ref Given", "!Ref Given"),
        ("!ImportValue build-role", "!ImportValue build-role"),
        (
            "!Join [/, [!ImportValue build-role, x]]",
            '!Sub ["${Value1}/x", {Value1: !ImportValue build-role}]',
        ),
        ("'*'", '"*"'),
        ('"a: b"', '"a: b"'),
        ('"yes"', '"yes"'),
        ('"${aws:username}"', '"${aws:username}"'),
    ],
)
def test_a_text_is_written_in_the_templates_own_references(
    scan: Scan, written: str, expected: str
) -> None:
    text, vocabulary = text_of(scan, written)
    expression, placeholders = cloudformation_expression(text, vocabulary)
    assert in_yaml(expression) == expected
    assert not placeholders


def test_policy_variables_are_no_references_in_sub(scan: Scan) -> None:
    text, vocabulary = text_of(scan, '!Sub "${Artifacts.Arn}/${!aws:username}"')
    expression, _ = cloudformation_expression(text, vocabulary)
    assert expression == {"Fn::Sub": "${Artifacts.Arn}/${!aws:username}"}


def test_what_is_written_means_the_same_again(scan: Scan) -> None:
    for written in ('!Sub "${Artifacts}/${Environment}-${Given}"', "!Ref AWS::StackName"):
        text, vocabulary = text_of(scan, written)
        again = in_yaml(cloudformation_expression(text, vocabulary)[0])
        assert text_of(scan, again)[0] == text


def test_what_no_reference_of_the_template_gives_is_a_parameter_to_add(scan: Scan) -> None:
    _, vocabulary = text_of(scan, "x")
    elsewhere = Hole("other.yaml#Bucket.name", reference="!Ref Bucket", reason="it is elsewhere")
    text = Text(("arn:aws:s3:::", elsewhere, "/*"))
    expression, placeholders = cloudformation_expression(text, vocabulary)
    assert expression == {"Fn::Sub": "arn:${AWS::Partition}:s3:::${OtherBucketName}/*"}
    assert [(each.name, each.words) for each in placeholders] == [
        ("OtherBucketName", "it is elsewhere")
    ]


def test_the_empty_text_is_quoted() -> None:
    assert in_yaml("") == '""'
    assert in_yaml(literal("plain").known()) == "plain"
