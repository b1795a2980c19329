from collections.abc import Iterator

from passrole import Action, Category, Confidence, Graph, Report, Severity, Symptom, rule


@rule(
    "cross-account-put-object-acl-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    autofix="unsafe",
    confidence=Confidence.LOW,
    symptoms=(
        Symptom(
            ("Upload to S3 failed with the following error: Access Denied",),
            "The source action sets the access control list of what it uploads; without "
            "s3:PutObjectAcl S3 denies it all.",
        ),
        Symptom(("PutObjectAcl", "source")),
    ),
)
def cross_account_put_object_acl_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A source may not set the access control list of its artifact.

    A source behind a connection, and a CodeCommit source that runs as a role of another account,
    write their artifact and then hand it to the account of the bucket, by its access control list.
    That takes `s3:PutObjectAcl` on the objects of the artifact bucket, of the role and, where the
    role is of another account, of the bucket policy as well. People without it saw "Upload to S3
    failed with the following error: Access Denied".

    The AWS CDK grants it to both sources; the pages about them do not ask for it, though the
    documented minimum policy of every pipeline has it. So this is of low confidence.

    Allow `s3:PutObjectAcl` beside `s3:PutObject`.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore:
            Type: S3
            Location: !Ref Bucket
          Stages:
            - Name: Source
              Actions:
                - Name: Source  # finding
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
                  RoleArn: arn:aws:iam::444455556666:role/deploy
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {RepositoryName: shop, BranchName: main}
      Bucket:
        Type: AWS::S3::Bucket
      BucketPolicy:
        Type: AWS::S3::BucketPolicy
        Properties:
          Bucket: !Ref Bucket
          PolicyDocument:
            Statement:
              - Effect: Allow
                Principal: {AWS: arn:aws:iam::444455556666:role/deploy}
                Action: s3:PutObject
                Resource: !Sub ${Bucket.Arn}/*
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Source
              Actions:
                - Name: Source  # finding
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    ConnectionArn: arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b
                    FullRepositoryId: example/shop
                    BranchName: main
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
                  - Effect: Allow
                    Action: s3:PutObject
                    Resource: arn:aws:s3:::artifacts/*
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    ConnectionArn: arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b
                    FullRepositoryId: example/shop
                    BranchName: main
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
                  - Effect: Allow
                    Action: [s3:PutObject, s3:PutObjectAcl]
                    Resource: arn:aws:s3:::artifacts/*
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      artifact_store {
        type     = "S3"
        location = aws_s3_bucket.artifacts.bucket
      }
      stage {
        name = "Source"
        action {  # finding
          name             = "Source"
          category         = "Source"
          owner            = "AWS"
          provider         = "CodeCommit"
          version          = "1"
          role_arn         = "arn:aws:iam::444455556666:role/deploy"
          output_artifacts = ["Source"]
          configuration    = { RepositoryName = "shop", BranchName = "main" }
        }
      }
    }
    resource "aws_s3_bucket" "artifacts" {}
    resource "aws_s3_bucket_policy" "artifacts" {
      bucket = aws_s3_bucket.artifacts.bucket
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::444455556666:role/deploy" }
          Action    = "s3:PutObject"
          Resource  = "${aws_s3_bucket.artifacts.arn}/*"
        }]
      })
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = aws_s3_bucket.artifacts.bucket
      }
      stage {
        name = "Source"
        action {
          name             = "Source"
          category         = "Source"
          owner            = "AWS"
          provider         = "CodeStarSourceConnection"
          version          = "1"
          output_artifacts = ["Source"]
          configuration = {
            ConnectionArn    = "arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b"
            FullRepositoryId = "example/shop"
            BranchName       = "main"
          }
        }
      }
    }
    resource "aws_s3_bucket" "artifacts" {
      bucket = "artifacts"
    }
    resource "aws_iam_role" "pipeline" {
      name = "pipeline"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "pipeline" {
      name = "pipeline"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["s3:PutObject", "s3:PutObjectAcl"]
          Resource = "${aws_s3_bucket.artifacts.arn}/*"
        }]
      })
    }
    ```

    Source: https://github.com/aws/aws-cdk/issues/13557
    Source: https://github.com/aws/aws-cdk/pull/14260
    Source: https://github.com/aws/aws-cdk/issues/14156
    """
    yield from graph.unmet(action, "cross-account-put-object-acl-missing")
