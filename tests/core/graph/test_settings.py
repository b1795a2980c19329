"""Settings of a resource that stand apart from it are its own; names that are made up differ."""

import pytest

from passrole.asking import read_entities
from passrole.contributions import Contributions, gather
from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.graph.questions import Graph
from passrole.iam.decisions import Verdict
from passrole.model.guarded import Bucket
from passrole.plugin_loading import find_plugins, load_plugins, select_plugins
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes
from passrole.values import ABSENT, cases

BUCKET = """
variable "encrypted" {}
resource "aws_s3_bucket" "sources" {}
resource "aws_kms_key" "sources" {}
"""
ENCRYPTION = """
resource "aws_s3_bucket_server_side_encryption_configuration" "sources" {
  %s
  bucket = aws_s3_bucket.sources.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.sources.arn
    }
  }
}
"""


@pytest.fixture(scope="module")
def contributions() -> Contributions:
    return gather(load_plugins(select_plugins(find_plugins(), third_party=False)))


def graph_of(text: str, contributions: Contributions) -> Graph:
    document = parse("main.tf", text.encode(), Limits())
    types = ResourceTypes.of(contributions.resource_types)
    entities, crashes = read_entities(read_stacks([document], types, Deployment()))
    assert not crashes
    return Graph(entities, contributions.providers)


def keys_of_bucket(text: str, contributions: Contributions) -> list[str]:
    graph = graph_of(text, contributions)
    (bucket,) = (each for each in graph.entities if isinstance(each, Bucket))
    found = graph.setting_of(bucket, "key")
    return sorted("none" if value is ABSENT else str(value) for _, value in cases(found))


def test_the_key_of_a_bucket_may_stand_apart(contributions: Contributions) -> None:
    assert keys_of_bucket(BUCKET, contributions) == ["none"]
    (key,) = keys_of_bucket(BUCKET + ENCRYPTION % "", contributions)
    assert key.endswith("key/${aws_kms_key.sources.id}")


def test_what_stands_apart_in_some_deployments_holds_in_those(contributions: Contributions) -> None:
    count = "count = var.encrypted ? 1 : 0"
    key, none = keys_of_bucket(BUCKET + ENCRYPTION % count, contributions)
    assert (key[:8], none) == ("arn:aws:", "none")


LEFT_OUT = """
resource "aws_s3_bucket" "a" {}
resource "aws_s3_bucket" "b" {}
"""
PREFIXED = """
resource "aws_s3_bucket" "a" { bucket_prefix = "x-" }
resource "aws_s3_bucket" "b" { bucket_prefix = "x-" }
"""
GIVEN = """
variable "a" {}
variable "b" {}
resource "aws_s3_bucket" "a" { bucket = var.a }
resource "aws_s3_bucket" "b" { bucket = var.b }
"""


# Two variables may have the same value.
@pytest.mark.parametrize(
    ("buckets", "verdict"),
    [(LEFT_OUT, Verdict.MISSING), (PREFIXED, Verdict.MISSING), (GIVEN, Verdict.UNKNOWN)],
)
def test_names_that_are_left_out_are_different_names(
    buckets: str, verdict: Verdict, contributions: Contributions
) -> None:
    graph = graph_of(
        buckets
        + """
resource "aws_iam_role" "reader" {
  assume_role_policy = jsonencode({ Statement = [] })
}
resource "aws_iam_role_policy" "reader" {
  role = aws_iam_role.reader.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "${aws_s3_bucket.a.arn}/*" }]
  })
}
""",
        contributions,
    )
    other = next(each for each in graph.entities if each.resource.id == "aws_s3_bucket.b")
    (role,) = graph.roles
    arn = other.resource.arn
    (decision,) = graph.may(role, "s3:GetObject", type(arn)((*arn.parts, "/key")))
    assert decision.verdict is verdict
