"""What the policy of the artifact bucket lets the role of an action do, its name known or not."""

import pytest

from passrole.contributions import Contributions
from passrole.testing import findings_in

MODULE = """
variable "name" {}
resource "aws_codepipeline" "shop" {
  name     = "shop"
  role_arn = aws_iam_role.pipeline.arn
  artifact_store {
    type     = "S3"
    location = aws_s3_bucket.artifacts.id
  }
  stage {
    name = "Source"
    action {
      name             = "Get"
      category         = "Source"
      owner            = "AWS"
      provider         = "CodeCommit"
      version          = "1"
      output_artifacts = ["Source"]
      configuration    = { RepositoryName = "shop", BranchName = "main" }
      role_arn         = aws_iam_role.source.arn
    }
  }
  stage {
    name = "Approve"
    action {
      name     = "Approve"
      category = "Approval"
      owner    = "AWS"
      provider = "Manual"
      version  = "1"
    }
  }
}
resource "aws_s3_bucket" "artifacts" {
  bucket = "${var.name}-artifacts"
}
resource "aws_s3_bucket_policy" "artifacts" {
  bucket = aws_s3_bucket.artifacts.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["s3:GetObject", "s3:PutObject"]
      Principal = { AWS = aws_iam_role.source.arn }
      Resource  = "${aws_s3_bucket.artifacts.arn}/*"
    }]
  })
}
resource "aws_iam_role" "pipeline" {
  name               = "pipeline"
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
  })
}
resource "aws_iam_role_policy" "pipeline" {
  role   = aws_iam_role.pipeline.id
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Resource = aws_iam_role.source.arn }]
  })
}
resource "aws_iam_role" "source" {
  name               = "source"
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = aws_iam_role.pipeline.arn } }]
  })
}
resource "aws_iam_role_policy" "source" {
  role   = aws_iam_role.source.id
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "codecommit:*", Resource = "*" }]
  })
}
"""


@pytest.mark.parametrize(
    ("old", "new", "lacking"),
    [
        ("", "", []),
        # What is not known of the bucket's name changes nothing.
        ('"${var.name}-artifacts"', '"artifacts"', []),
        ('"s3:PutObject"]', '"s3:ListBucket"]', ["s3:PutObject"]),
    ],
)
def test_whose_access(old: str, new: str, lacking: list[str], contributions: Contributions) -> None:
    rules = {each.id: each for each in contributions.rules}
    wanted = rules["artifact-bucket-access-missing"]
    assert old in MODULE
    found = findings_in(MODULE.replace(old, new), wanted, contributions, "hcl")
    sure = [each.subject for each in found if each.confidence == "high"]
    assert [each.iam_action for each in sure if each.principal == "source"] == lacking
