"""A tree of Terraform's native syntax, from the command line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

PIPELINE = """\
resource "aws_codepipeline" "shop" {
  name     = "shop"
  role_arn = aws_iam_role.pipeline.arn

  artifact_store {
    location = "artifacts-of-the-shop"
    type     = "S3"
  }

  stage {
    name = "Source"
    action {
      name             = "Source"
      category         = "Source"
      owner            = "AWS"
      provider         = "CodeStarSourceConnection"
      version          = "1"
      output_artifacts = ["source"]
      configuration = {
        ConnectionArn    = "arn:aws:codeconnections:eu-west-1:111122223333:connection/1"
        FullRepositoryId = "shop/shop"
        BranchName       = "main"
      }
    }
  }

  stage {
    name = "Build"
    action {
      name            = "Build"
      category        = "Build"
      owner           = "AWS"
      provider        = "CodeBuild"
      version         = "1"
      input_artifacts = ["source"]
      configuration   = { ProjectName = "shop" }
    }
  }
}
"""
ROLE = """\
resource "aws_iam_role" "pipeline" {
  name = "pipeline"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "codepipeline.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "pipeline" {
  role   = aws_iam_role.pipeline.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:*", "codestar-connections:*", "codeconnections:*", local.builds]
      Resource = "*"
    }]
  })
}
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "pipeline.tf").write_text(PIPELINE, "utf-8")
    (tmp_path / "role.tf").write_text(ROLE, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_permission_that_lacks_is_told_at_the_action(module: Path, run: Run) -> None:
    # Nothing in this file speaks of AWS, and yet it belongs to the module.
    (module / "locals.tf").write_text(
        'locals {\n  builds = "codebuild:BatchGetBuilds"\n}\n', "utf-8"
    )
    outcome = run("check", ".")
    assert outcome.code == 1
    assert "pipeline.tf:29:5  critical  codebuild-start-build-missing" in outcome.out
    (module / "locals.tf").write_text('locals {\n  builds = "codebuild:*"\n}\n', "utf-8")
    outcome = run("check", ".", "--ignore", "service-wildcard-actions")
    assert "start-build" not in outcome.out
    assert outcome.code == 0


def test_a_broken_file_makes_the_answer_incomplete(module: Path, run: Run) -> None:
    (module / "locals.tf").write_text('locals {\n  builds = = "x"\n}\n', "utf-8")
    outcome = run("check", ".")
    assert outcome.code == 3
    assert "locals.tf:2:12  parse-error  not HCL: unexpected '='" in outcome.out
    assert "codebuild-start-build-missing" not in outcome.out


def test_the_map_names_the_statement_by_its_line(module: Path, run: Run) -> None:
    (module / "locals.tf").write_text('locals {\n  builds = "codebuild:*"\n}\n', "utf-8")
    outcome = run("map", ".")
    assert outcome.code == 0
    assert "role.tf:17" in outcome.out
