"""Texts written back as expressions of a Terraform module."""

from collections.abc import Callable

import pytest

from passrole.analysis import Analysis
from passrole.policies.vocabulary import Vocabulary
from passrole.policies.writing_terraform import (
    module_of,
    quoted,
    reference_to,
    terraform_expression,
    terraform_vocabulary,
)
from passrole.values import Hole, Text

Scan = Callable[..., Analysis]

MODULE = """
variable "environment" { default = "prod" }
variable "name" {}
data "aws_caller_identity" "me" {}
data "aws_region" "r" {}
resource "aws_s3_bucket" "artifacts" {}
resource "aws_s3_bucket" "many" { for_each = toset(["a", "b"]) }
resource "aws_codebuild_project" "build" { name = "shop-build" }
resource "aws_codecommit_repository" "code" { repository_name = var.name }
resource "aws_s3_bucket_policy" "sink" {
  bucket = TEXT
  policy = var.environment
}
"""


def text_of(scan: Scan, written: str) -> tuple[Text, Vocabulary]:
    """What a module makes of an expression, and its vocabulary."""
    analysis = scan(main_tf=MODULE.replace("TEXT", written))
    (stack,) = analysis.stacks
    text = stack.resources["aws_s3_bucket_policy.sink"].properties.fields["bucket"]  # type: ignore[union-attr]
    assert isinstance(text, Text)
    documents = analysis.results.sources.values()
    return text.at(None), terraform_vocabulary(stack, documents=documents)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("aws_s3_bucket.artifacts.arn", "aws_s3_bucket.artifacts.arn"),
        ('"arn:aws:s3:::${aws_s3_bucket.artifacts.id}"', "aws_s3_bucket.artifacts.arn"),
        (
            '"arn:aws:s3:::${aws_s3_bucket.artifacts.bucket}/*"',
            '"${aws_s3_bucket.artifacts.arn}/*"',
        ),
        ('aws_s3_bucket.many["a"].arn', 'aws_s3_bucket.many["a"].arn'),
        (
            '"arn:aws:codebuild:${data.aws_region.r.name}:1:project/shop-build"',
            '"arn:aws:codebuild:${data.aws_region.r.name}:1:project/shop-build"',
        ),
        (
            '"arn:aws:iam::${data.aws_caller_identity.me.account_id}:role/x"',
            '"arn:aws:iam::${data.aws_caller_identity.me.account_id}:role/x"',
        ),
        ('"arn:aws:s3:::${var.name}"', '"arn:aws:s3:::${var.name}"'),
        ('"arn:aws:s3:::x-${var.environment}"', '"arn:aws:s3:::x-${var.environment}"'),
        ('"arn:aws:s3:::product"', '"arn:aws:s3:::product"'),
        ('"x-${terraform.workspace}"', '"x-${terraform.workspace}"'),
        ("aws_sns_topic.unread.arn", "aws_sns_topic.unread.arn"),
        ('"$${aws:username}"', '"$${aws:username}"'),
    ],
)
def test_a_text_is_written_in_the_modules_own_references(
    scan: Scan, written: str, expected: str
) -> None:
    text, vocabulary = text_of(scan, written)
    expression = terraform_expression(text, vocabulary)
    assert expression.code == expected
    assert not expression.placeholders


def test_account_and_region_come_from_data_sources_that_may_have_to_be_added(scan: Scan) -> None:
    text, vocabulary = text_of(scan, "aws_codebuild_project.build.arn")
    assert terraform_expression(text, vocabulary).code == "aws_codebuild_project.build.arn"
    logs = Text((*text.parts[:-1], ":log-group/x"))
    found = terraform_expression(logs, vocabulary)
    assert found.code == (
        '"arn:aws:codebuild:${data.aws_region.r.name}:'
        '${data.aws_caller_identity.me.account_id}:log-group/x"'
    )
    assert not found.data
    (stack,) = scan(main_tf='resource "aws_codebuild_project" "build" {}').stacks
    found = terraform_expression(stack.target.account, terraform_vocabulary(stack))
    assert found.code == "data.aws_caller_identity.current.account_id"
    assert found.data == ("aws_caller_identity",)


def test_what_the_module_has_no_reference_for_is_a_variable_to_add(scan: Scan) -> None:
    _, vocabulary = text_of(scan, '"x"')
    elsewhere = Hole("other#aws_s3_bucket.theirs.name", reference="aws_s3_bucket.theirs.name")
    found = terraform_expression(Text(("arn:aws:s3:::", elsewhere)), vocabulary)
    assert found.code == '"arn:aws:s3:::${var.other_aws_s3_bucket_theirs_name}"'
    assert [each.name for each in found.placeholders] == ["other_aws_s3_bucket_theirs_name"]


def test_a_module_speaks_of_its_own_resources_and_variables(scan: Scan) -> None:
    analysis = scan(
        main_tf='resource "aws_s3_bucket" "b" {}\n'
        'module "p" {\n  source = "./p"\n  bucket = aws_s3_bucket.b.arn\n}\n',
        p__main_tf='variable "bucket" {}\nresource "aws_sns_topic" "t" {}\n'
        'resource "aws_s3_bucket_policy" "s" {\n  bucket = var.bucket\n}\n',
    )
    (stack,) = analysis.stacks
    bucket = stack.resources["aws_s3_bucket.b"].arn
    topic = stack.resources["module.p.aws_sns_topic.t"].arn
    inside = terraform_vocabulary(stack, module_of("module.p.aws_sns_topic.t"))
    assert terraform_expression(bucket, inside).code == "var.bucket"
    assert terraform_expression(topic, inside).code == "aws_sns_topic.t.arn"
    outside = terraform_vocabulary(stack)
    assert terraform_expression(bucket, outside).code == "aws_s3_bucket.b.arn"
    assert terraform_expression(topic, outside).placeholders


def test_what_has_a_count_is_one_of_a_list(scan: Scan) -> None:
    (stack,) = scan(
        main_tf='variable "on" {}\nresource "aws_s3_bucket" "b" {\n  count = var.on ? 1 : 0\n}\n'
        'resource "aws_sns_topic" "t" {\n  for_each = var.on\n}\n'
    ).stacks
    vocabulary = terraform_vocabulary(stack)
    bucket, topic = stack.resources.values()
    assert terraform_expression(bucket.arn, vocabulary).code == "aws_s3_bucket.b[0].arn"
    assert reference_to(topic) == ""
    assert terraform_expression(topic.arn, vocabulary).code != "aws_sns_topic.t.arn"


def test_literals_are_quoted_as_terraform_reads_them() -> None:
    assert quoted('a"${b}%{c}\n') == r'"a\"$${b}%%{c}\n"'
