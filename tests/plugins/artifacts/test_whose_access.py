"""Which role must reach the artifact bucket and its key, and what lets it in."""

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
STORE = """  artifact_store {
    type     = "S3"
    location = aws_s3_bucket.artifacts.id
  }
"""
OTHER_REGION = """  artifact_store {
    type     = "S3"
    location = aws_s3_bucket.artifacts.id
    region   = "eu-west-1"
  }
  artifact_store {
    type     = "S3"
    location = "elsewhere"
    region   = "us-east-1"
  }
"""
ROLE = "      role_arn         = aws_iam_role.source.arn\n"
NEXT = '\n  }\n  stage {\n    name = "Approve"\n'
WITHOUT_ARTIFACTS = f"""
    action {{
      name          = "Notify"
      category      = "Invoke"
      owner         = "AWS"
      provider      = "Lambda"
      version       = "1"
      configuration = {{ FunctionName = "notify" }}
    }}{NEXT}"""
BUILD = f"""
    action {{
      name            = "Build"
      category        = "Build"
      owner           = "AWS"
      provider        = "CodeBuild"
      version         = "1"
      input_artifacts = ["Source"]
      configuration   = {{ ProjectName = "build", ECRRepositoryName = "shop" }}
    }}{NEXT}"""


@pytest.mark.parametrize(
    ("old", "new", "lacking"),
    [
        # The role of the pipeline does nothing itself, and the bucket's policy lets the other in.
        ("", "", []),
        # What is not known of the bucket's name changes nothing.
        ('"${var.name}-artifacts"', '"artifacts"', []),
        ('"s3:PutObject"]', '"s3:ListBucket"]', ["source s3:PutObject"]),
        # It writes what the source puts out, and reads nothing.
        (ROLE, "", ["pipeline s3:PutObject"]),
        (ROLE, "      role_arn = aws_iam_role.pipeline.arn\n", ["pipeline s3:PutObject"]),
        # What moves no artifacts is no reason to ask for them, nor a build: its project's role does.
        (NEXT, WITHOUT_ARTIFACTS, []),
        (NEXT, BUILD, []),
        (NEXT, BUILD.replace("CodeBuild", "ECRBuildAndPublish"), ["pipeline s3:GetObject"]),
        # Who moves the artifacts of what nobody knows is not known either.
        (NEXT, BUILD.replace('"CodeBuild"', "var.name"), []),
        # Whether the action has a role of its own is not known.
        ("= aws_iam_role.source.arn\n    }\n  }\n  stage", "= var.name\n    }\n  }\n  stage", []),
    ],
)
def test_whose_access(old: str, new: str, lacking: list[str], contributions: Contributions) -> None:
    assert old in MODULE
    assert who_lacks(MODULE.replace(old, new), contributions) == lacking


def test_the_role_of_the_pipeline_copies_to_other_regions(contributions: Contributions) -> None:
    action = f'{ROLE}      region           = "eu-west-1"\n'
    module = MODULE.replace(ROLE, action).replace(STORE, OTHER_REGION)
    # It reads and writes in each of the two stores.
    assert who_lacks(module, contributions) == [
        "pipeline s3:GetObject", "pipeline s3:PutObject",
        "pipeline s3:GetObject", "pipeline s3:PutObject",
    ]  # fmt: skip


def who_lacks(module: str, contributions: Contributions) -> list[str]:
    rules = {each.id: each for each in contributions.rules}
    wanted = rules["artifact-bucket-access-missing"]
    found = findings_in(module, wanted, contributions, "hcl")
    sure = [each.subject for each in found if each.confidence == "high"]
    return [f"{each.principal} {each.iam_action}" for each in sure]


KEY_TEMPLATE = """
Parameters:
  Key: {Type: String}
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: !GetAtt Role.Arn
      ArtifactStore: {Type: S3, Location: artifacts, EncryptionKey: {Id: !Ref Key, Type: KMS}}
      Stages:
        - Name: Notify
          Actions:
            - Name: Notify
              ActionTypeId: {Category: Invoke, Owner: AWS, Provider: Lambda, Version: "1"}
              Configuration: {FunctionName: notify}
              InputArtifacts: [{Name: Source}]
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
      Policies:
        - PolicyName: pipeline
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: "kms:*", Resource: WHAT}
"""


@pytest.mark.parametrize(
    ("resource", "lacking"),
    [
        # The parameter is an ARN, or an id: nobody knows, and either may be meant.
        ("!Ref Key", []),
        ('!Sub "arn:aws:kms:${AWS::Region}:${AWS::AccountId}:key/${Key}"', []),
        ('"arn:aws:kms:*:*:key/*"', []),
        ("arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000", []),
        ('"arn:aws:s3:::artifacts"', ["kms:Decrypt"]),
    ],
)
def test_a_key_may_be_an_arn(
    resource: str, lacking: list[str], contributions: Contributions
) -> None:
    wanted = {each.id: each for each in contributions.rules}["artifact-kms-permission-missing"]
    template = KEY_TEMPLATE.replace("WHAT", resource)
    found = findings_in(template, wanted, contributions, "yaml")
    assert [each.subject.iam_action for each in found if each.confidence == "high"] == lacking
