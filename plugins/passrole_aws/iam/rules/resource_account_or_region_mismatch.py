from collections.abc import Iterator

from passrole import Action, Category, Graph, Pipeline, Report, Severity, Symptom, rule


@rule(
    "resource-account-or-region-mismatch",
    checks=(Action, Pipeline),
    of_needs=True,
    severity=Severity.HIGH,
    category=Category.POLICY,
    symptoms=(Symptom(("another Region/account",)),),
)
def resource_account_or_region_mismatch(
    subject: Action | Pipeline, graph: Graph
) -> Iterator[Report]:
    """A statement allows the right thing in another account or Region.

    The ARN in the policy and the ARN of what the action works with differ in nothing but the account or
    the Region; most often it was copied from another environment, or the action got a `Region` of its
    own later. IAM compares ARNs part by part, so the action is denied as if the statement were missing.

    Name the account and Region of the resource, best by reference and not as text.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStores:
            - {Region: eu-west-1, ArtifactStore: {Type: S3, Location: artifacts-west}}
            - {Region: eu-central-1, ArtifactStore: {Type: S3, Location: artifacts-central}}
          Stages:
            - Name: Build
              Actions:
                - Name: Build  # finding
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: shop}
                  Region: eu-central-1
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
                    Action: [codebuild:StartBuild, codebuild:BatchGetBuilds]
                    Resource: !Sub arn:aws:codebuild:eu-west-1:${AWS::AccountId}:project/shop
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStores:
            - {Region: eu-west-1, ArtifactStore: {Type: S3, Location: artifacts-west}}
            - {Region: eu-central-1, ArtifactStore: {Type: S3, Location: artifacts-central}}
          Stages:
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: shop}
                  Region: eu-central-1
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
                    Action: [codebuild:StartBuild, codebuild:BatchGetBuilds]
                    Resource: !Sub arn:aws:codebuild:eu-central-1:${AWS::AccountId}:project/shop
    ```

    ```hcl
    data "aws_caller_identity" "current" {}
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts-west"
        region   = "eu-west-1"
      }
      artifact_store {
        type     = "S3"
        location = "artifacts-central"
        region   = "eu-central-1"
      }
      stage {
        name = "Build"
        action {  # finding
          name          = "Build"
          category      = "Build"
          owner         = "AWS"
          provider      = "CodeBuild"
          version       = "1"
          region        = "eu-central-1"
          configuration = { ProjectName = "shop" }
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
        actions = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"]
        resources = [
          "arn:aws:codebuild:eu-west-1:${data.aws_caller_identity.current.account_id}:project/shop",
        ]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    ```

    ```hcl
    data "aws_caller_identity" "current" {}
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts-west"
        region   = "eu-west-1"
      }
      artifact_store {
        type     = "S3"
        location = "artifacts-central"
        region   = "eu-central-1"
      }
      stage {
        name = "Build"
        action {
          name          = "Build"
          category      = "Build"
          owner         = "AWS"
          provider      = "CodeBuild"
          version       = "1"
          region        = "eu-central-1"
          configuration = { ProjectName = "shop" }
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
        actions = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"]
        resources = [
          "arn:aws:codebuild:eu-central-1:${data.aws_caller_identity.current.account_id}:project/shop",
        ]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-cross-region.html
    """
    yield from graph.unmet(subject, "resource-account-or-region-mismatch")
