# The same two mistakes: the role may not read the table, and the table may be deleted.
resource "acme_release_table" "releases" {
  name = "releases"
}

resource "aws_s3_bucket" "artifacts" {}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["codepipeline.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "pipeline" {
  name               = "pipeline"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

data "aws_iam_policy_document" "artifacts" {
  statement {
    actions   = ["s3:GetBucketVersioning", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
    resources = [aws_s3_bucket.artifacts.arn, "${aws_s3_bucket.artifacts.arn}/*"]
  }
}

resource "aws_iam_role_policy" "artifacts" {
  role   = aws_iam_role.pipeline.name
  policy = data.aws_iam_policy_document.artifacts.json
}

resource "aws_codepipeline" "shop" {
  name     = "shop"
  role_arn = aws_iam_role.pipeline.arn

  # The pipeline starts as soon as it is there.
  depends_on = [aws_iam_role_policy.artifacts]

  artifact_store {
    type     = "S3"
    location = aws_s3_bucket.artifacts.bucket
  }

  stage {
    name = "Source"
    action {
      name             = "Code"
      category         = "Source"
      owner            = "AWS"
      provider         = "S3"
      version          = "1"
      output_artifacts = ["Code"]
      configuration = {
        S3Bucket    = aws_s3_bucket.artifacts.bucket
        S3ObjectKey = "code.zip"
      }
    }
  }

  stage {
    name = "Release"
    action {
      name            = "Release"
      category        = "Deploy"
      owner           = "Custom"
      provider        = "AcmeDeploy"
      version         = "1"
      input_artifacts = ["Code"]
      configuration = {
        ReleaseTable = acme_release_table.releases.name
      }
    }
  }
}
