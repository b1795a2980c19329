variable "secret" {
  type      = string
  sensitive = true
  default   = "c4n4ry0d1f8a"
}
variable "names" {
  type      = list(string)
  sensitive = true
  default   = ["c4n4ry0d1f8a-one", "c4n4ry0d1f8a-two"]
}
variable "given" {
  sensitive = true
}
variable "open" {}
locals {
  site = "site-${var.secret}"
  up   = upper(var.secret)
  part = split("0d", var.secret)[0]
}
provider "aws" { region = "eu-west-1" }
resource "aws_s3_bucket" "artifacts" { bucket = var.secret }
resource "aws_s3_bucket_policy" "p" {
  bucket = aws_s3_bucket.artifacts.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:role/${var.secret}" }, Action = ["s3:*", "s3:GetObjekt"], Resource = "arn:aws:s3:::${var.secret}/*" },
      { Effect = "Allow", Principal = "*", Action = "s3:PutObject", Resource = "${aws_s3_bucket.artifacts.arn}/*" },
    ]
  })
}
resource "aws_sns_topic" "t" { name = "topic-${var.given}" }
module "shop" {
  source = "./shop"
  secret = var.secret
  role   = aws_iam_role.build.arn
}
resource "aws_iam_role" "build" {
  name = format("%s-%s", var.names[0], local.part)
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow", Principal = { Service = "codebuild.amazonaws.com" }, Action = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.secret, "iam:NoKey" = local.up } }
    }]
  })
}
data "aws_iam_policy_document" "build" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::other-${var.secret}/*", "arn:aws:s3:::${local.site}", "arn:aws:sss:::${var.secret}/x", "arn:aws:s3:::${local.up}/*"]
  }
  statement {
    actions   = ["*"]
    resources = ["*"]
  }
  statement {
    actions   = ["s3:${var.secret}"]
    resources = ["*"]
  }
  statement {
    effect    = "Deny"
    actions   = ["codebuild:StartBuild"]
    resources = ["arn:aws:codebuild:*:*:project/${var.secret}*"]
  }
}
resource "aws_iam_role_policy" "build" {
  name   = "p-${var.secret}"
  role   = aws_iam_role.build.id
  policy = data.aws_iam_policy_document.build.json
}
resource "aws_iam_role" "pipe" {
  name = "pipe-${var.secret}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow", Principal = { Service = "codepipeline.amazonaws.com" }, Action = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceArn" = "arn:aws:codepipeline:eu-west-1:111122223333:${var.secret}" } }
    }]
  })
}
resource "aws_iam_role_policy" "pipe" {
  role = aws_iam_role.pipe.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"], Resource = "arn:aws:s3:::${var.secret}/*" },
      { Effect = "Allow", Action = "iam:PassRole", Resource = "arn:aws:iam::111122223333:role/${var.secret}" },
      { Effect = "Allow", Action = "codebuild:BatchGetBuilds", Resource = module.shop.arn },
      { Effect = "Deny", Action = "sns:Publish", Resource = "arn:aws:sns:*:*:topic-${var.given}" },
    ]
  })
}
resource "aws_codepipeline" "p" {
  name     = var.secret
  role_arn = aws_iam_role.pipe.arn
  artifact_store {
    location = var.secret
    type     = "S3"
    encryption_key {
      id   = "arn:aws:kms:eu-west-1:111122223333:alias/${var.secret}"
      type = "KMS"
    }
  }
  stage {
    name = var.secret
    action {
      name = "Git"
      category = "Source"
      owner = "AWS"
      provider = "CodeStarSourceConnection"
      version = "1"
      output_artifacts = [var.secret]
      configuration = {
        ConnectionArn = "arn:aws:codeconnections:eu-west-1:111122223333:connection/${var.secret}"
        FullRepositoryId = "a/${var.secret}"
        BranchName = var.secret
        Nonsense = var.secret
      }
    }
    action {
      name = "Git1"
      category = "Source"
      owner = "ThirdParty"
      provider = "GitHub"
      version = "1"
      output_artifacts = ["second"]
      configuration = { Owner = "me", Repo = var.secret, Branch = "main", OAuthToken = var.secret }
    }
  }
  stage {
    name = "Build"
    action {
      name = "B-${var.secret}"
      category = "Build"
      owner = "AWS"
      provider = "CodeBuild"
      version = "1"
      input_artifacts = ["${var.secret}x"]
      output_artifacts = ["Built"]
      configuration = { ProjectName = module.shop.name }
    }
    action {
      name = "Call"
      category = "Invoke"
      owner = "AWS"
      provider = "Lambda"
      version = "1"
      role_arn = "arn:aws:iam::111122223333:role/${var.names[1]}"
      configuration = { FunctionName = "fn-${var.secret}" }
    }
    action {
      name = "Approve"
      category = "Approval"
      owner = "AWS"
      provider = "Manual"
      version = "1"
      configuration = { NotificationArn = aws_sns_topic.t.arn }
    }
  }
  stage {
    name = "Deploy"
    action {
      name = "Stack"
      category = "Deploy"
      owner = "AWS"
      provider = "CloudFormation"
      version = "1"
      region = var.secret
      input_artifacts = ["Built"]
      configuration = { ActionMode = "CREATE_UPDATE", StackName = var.secret, TemplatePath = "${var.secret}::t.yml", RoleArn = aws_iam_role.build.arn }
    }
    action {
      name = "S3"
      category = "Deploy"
      owner = "AWS"
      provider = "S3"
      version = "1"
      input_artifacts = ["Built"]
      configuration = { BucketName = local.site, Extract = "true", CannedACL = "public-read" }
    }
    action {
      name = "Ecs"
      category = "Deploy"
      owner = "AWS"
      provider = "ECS"
      version = "1"
      input_artifacts = ["Built"]
      configuration = { ClusterName = base64encode(var.secret), ServiceName = var.open == var.secret ? var.secret : "x${var.secret}" }
    }
  }
}
