from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "s3-deploy-permission-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(("do not have sufficient permissions to call s3.putObject",)),
        Symptom(("sufficient permissions to call s3", "deployment bucket")),
    ),
)
def deploy_permission_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not write to the bucket it deploys to.

    An S3 deployment puts objects into the bucket that `BucketName` names. It needs `s3:PutObject`
    on them, and with `CannedACL` also `s3:PutObjectAcl` and `s3:PutObjectVersionAcl`. Without them
    the action fails: "You do not have sufficient permissions to call s3.putObject for the
    deployment bucket". The AWS CDK needs `accessControl` on the action to grant the ACL operations.

    Allow them on the objects (`arn:aws:s3:::bucket/*`), in the role that runs the action. AWS lists
    more operations for this action than it can be shown to need: findings about those are of low
    confidence and say who disagrees.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: S3, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {BucketName: site, Extract: "true", CannedACL: public-read}
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
                  - {Effect: Allow, Action: s3:PutObject, Resource: "arn:aws:s3:::site/*"}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: S3, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {BucketName: site, Extract: "true", CannedACL: public-read}
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
                      - s3:GetObjectTagging
                      - s3:GetObjectVersionTagging
                      - s3:PutObject
                      - s3:PutObjectAcl
                      - s3:PutObjectTagging
                      - s3:PutObjectVersionAcl
                    Resource: arn:aws:s3:::site/*
                  - Effect: Allow
                    Action: [s3:GetBucketAcl, s3:GetBucketLocation, s3:GetBucketVersioning]
                    Resource: arn:aws:s3:::site
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
        name = "Deploy"
        action {  # finding
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "S3"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            BucketName = "site"
            Extract    = "true"
            CannedACL  = "public-read"
          }
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
        actions   = ["s3:PutObject"]
        resources = ["arn:aws:s3:::site/*"]
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
        name = "Deploy"
        action {
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "S3"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            BucketName = "site"
            Extract    = "true"
            CannedACL  = "public-read"
          }
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
          "s3:GetObjectTagging",
          "s3:GetObjectVersionTagging",
          "s3:PutObject",
          "s3:PutObjectAcl",
          "s3:PutObjectTagging",
          "s3:PutObjectVersionAcl",
        ]
        resources = ["arn:aws:s3:::site/*"]
      }
      statement {
        actions   = ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"]
        resources = ["arn:aws:s3:::site"]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html
    """
    yield from graph.unmet(action, "s3-deploy-permission-missing")
