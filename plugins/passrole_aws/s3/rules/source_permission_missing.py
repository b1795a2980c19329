from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "s3-source-permission-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(("source bucket", "versioned")),
        Symptom(("source action", "access denied")),
        Symptom(("does not have versioning enabled",)),
    ),
)
def source_permission_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not read the object that a pipeline starts from.

    An S3 source action reads one object of a bucket that keeps versions: `s3:GetObject` and
    `s3:GetObjectVersion` on the object, and `s3:GetBucketVersioning` on the bucket. The role that
    runs the action needs all three, though it may already have them on the artifact bucket, which
    is another bucket. S3 answers with AccessDenied, and the action fails before anything is built.

    Object operations are granted on `arn:aws:s3:::bucket/key`, bucket operations on
    `arn:aws:s3:::bucket` without a slash: neither covers the other. AWS lists more operations for
    this action than it can be shown to need: findings about those are of low confidence and say who
    disagrees.

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
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {S3Bucket: sources, S3ObjectKey: shop.zip}
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
                  - {Effect: Allow, Action: [s3:GetObject, s3:GetObjectVersion], Resource: "arn:aws:s3:::sources/*"}
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
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {S3Bucket: sources, S3ObjectKey: shop.zip}
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
                    Action:
                      - s3:GetObject
                      - s3:GetObjectTagging
                      - s3:GetObjectVersion
                      - s3:GetObjectVersionTagging
                    Resource: arn:aws:s3:::sources/shop.zip
                  - Effect: Allow
                    Action: [s3:GetBucketAcl, s3:GetBucketLocation, s3:GetBucketVersioning]
                    Resource: arn:aws:s3:::sources
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Source"
        action {  # finding
          name             = "Source"
          category         = "Source"
          owner            = "AWS"
          provider         = "S3"
          version          = "1"
          output_artifacts = ["Source"]
          configuration    = { S3Bucket = "sources", S3ObjectKey = "shop.zip" }
        }
      }
    }
    resource "aws_iam_role" "pipeline" {
      name = "pipeline"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
    }
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions   = ["s3:GetObject", "s3:GetObjectVersion"]
        resources = ["arn:aws:s3:::sources/*"]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Source"
        action {
          name             = "Source"
          category         = "Source"
          owner            = "AWS"
          provider         = "S3"
          version          = "1"
          output_artifacts = ["Source"]
          configuration    = { S3Bucket = "sources", S3ObjectKey = "shop.zip" }
        }
      }
    }
    resource "aws_iam_role" "pipeline" {
      name = "pipeline"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
    }
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions = [
          "s3:GetObject",
          "s3:GetObjectTagging",
          "s3:GetObjectVersion",
          "s3:GetObjectVersionTagging",
        ]
        resources = ["arn:aws:s3:::sources/shop.zip"]
      }
      statement {
        actions   = ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"]
        resources = ["arn:aws:s3:::sources"]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html
    """
    yield from graph.unmet(action, "s3-source-permission-missing")
