"""Trees of files as repositories have them: templates, Terraform, and much that is neither."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.templates import pipeline_part, queues_part, template

_EVERY = 40
"""Files after which the kinds of a mixed tree come again: two of them have a pipeline."""


def write_mixed_tree(folder: Path, files: int) -> None:
    """``files`` files, of which a quarter is ours; the same for the same number."""
    for serial in range(files):
        name, text = _file(serial)
        path = folder / f"part{serial // 100:03}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _file(serial: int) -> tuple[str, str]:
    kind = serial % _EVERY
    if kind == 0:
        return f"pipeline{serial}.template.json", template([pipeline_part(serial)])
    if kind == 1:
        return f"terraform{serial}/main.tf", terraform_pipeline(serial)
    if kind < 10:
        return f"queues{serial}.json", template([queues_part(serial, 5)])
    if kind < 22:
        return f"deployment{serial}.yaml", _DEPLOYMENT.replace("NAME", f"service-{serial}")
    if kind < 30:
        return f"data{serial}.json", json.dumps([{"id": each, "of": serial} for each in range(40)])
    return f"source{serial}.py", f"NUMBER = {serial}\n" * 40


def write_terraform_tree(folder: Path, roots: int) -> None:
    """``roots`` root modules with a pipeline each, in three files as people lay them out."""
    for serial in range(roots):
        root = folder / f"root{serial:04}"
        root.mkdir(parents=True, exist_ok=True)
        texts = {
            "pipeline.tf": terraform_pipeline(serial),
            "network.tf": _NETWORK,
            "variables.tf": _VARIABLES,
        }
        for name, text in texts.items():
            (root / name).write_text(text, encoding="utf-8")


def terraform_pipeline(serial: int) -> str:
    """A root module: a pipeline from CodeCommit over CodeBuild, and its two roles."""
    return _TERRAFORM.replace("SERIAL", str(serial))


_DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
spec:
  replicas: 2
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec:
      containers:
        - name: NAME
          image: registry.example.com/NAME:1.0.0
          ports: [{containerPort: 8080}]
"""

_VARIABLES = """\
variable "stage" {
  type        = string
  default     = "dev"
  description = "Which stage this is"
}
"""

_NETWORK = """\
resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true

  tags = {
    Name  = "main-${var.stage}"
    Stage = var.stage
  }
}

resource "aws_subnet" "main" {
  for_each          = toset(["a", "b"])
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.0.${each.key == "a" ? 0 : 1}.0/24"
  availability_zone = "eu-west-1${each.key}"
}
"""

_ROLE = """
resource "aws_iam_role" "NAME" {
  name               = "NAME-SERIAL"
  assume_role_policy = data.aws_iam_policy_document.NAME_trust.json
}

data "aws_iam_policy_document" "NAME_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["SERVICE.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "NAME" {
  statement {
    actions   = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:GetBucketVersioning"]
    resources = [aws_s3_bucket.artifacts.arn, "${aws_s3_bucket.artifacts.arn}/*"]
  }
  statement {
    actions   = [ACTIONS]
    resources = [RESOURCES]
  }
}

resource "aws_iam_role_policy" "NAME" {
  name   = "NAME-SERIAL"
  role   = aws_iam_role.NAME.id
  policy = data.aws_iam_policy_document.NAME.json
}
"""


def _role(name: str, service: str, actions: str, resources: str) -> str:
    text = _ROLE.replace("NAME", name).replace("SERVICE", service)
    return text.replace("ACTIONS", actions).replace("RESOURCES", resources)


_TERRAFORM = (
    """\
resource "aws_s3_bucket" "artifacts" {
  bucket = "artifacts-SERIAL"
}

resource "aws_codecommit_repository" "source" {
  repository_name = "repository-SERIAL"
}

resource "aws_codebuild_project" "build" {
  name         = "build-SERIAL"
  service_role = aws_iam_role.build.arn

  artifacts {
    type = "CODEPIPELINE"
  }

  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/standard:7.0"
    type         = "LINUX_CONTAINER"
  }

  source {
    type = "CODEPIPELINE"
  }
}

resource "aws_codepipeline" "main" {
  name     = "pipeline-SERIAL"
  role_arn = aws_iam_role.pipeline.arn

  artifact_store {
    location = aws_s3_bucket.artifacts.bucket
    type     = "S3"
  }

  stage {
    name = "Source"
    action {
      name             = "Source"
      category         = "Source"
      owner            = "AWS"
      provider         = "CodeCommit"
      version          = "1"
      output_artifacts = ["source"]
      configuration = {
        RepositoryName = aws_codecommit_repository.source.repository_name
        BranchName     = "main"
      }
    }
  }

  stage {
    name = "Build"
    action {
      name             = "Build"
      category         = "Build"
      owner            = "AWS"
      provider         = "CodeBuild"
      version          = "1"
      input_artifacts  = ["source"]
      output_artifacts = ["built"]
      configuration = {
        ProjectName = aws_codebuild_project.build.name
      }
    }
  }

  depends_on = [aws_iam_role_policy.pipeline]
}
"""
    + _role(
        "pipeline",
        "codepipeline",
        '"codebuild:StartBuild", "codebuild:BatchGetBuilds", "codecommit:GetBranch",'
        ' "codecommit:GetCommit", "codecommit:UploadArchive", "codecommit:GetUploadArchiveStatus"',
        "aws_codebuild_project.build.arn, aws_codecommit_repository.source.arn",
    )
    + _role(
        "build",
        "codebuild",
        '"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"',
        '"arn:aws:logs:*:*:log-group:/aws/codebuild/build-SERIAL*"',
    )
)
