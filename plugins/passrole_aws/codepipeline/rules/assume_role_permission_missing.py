from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "assume-role-permission-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(
            ("not authorized to perform AssumeRole on role",),
            "Both sides are needed: the trust policy of the action's role, and "
            "sts:AssumeRole on it in the policies of the pipeline's role. The text is the "
            "same for either, and where a service control policy is in the way.",
            add='{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "${action.role}"}',
            where="the pipeline role",
        ),
    ),
)
def assume_role_permission_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """The pipeline's role may not assume the role of an action.

    An action with a `RoleArn` of its own runs with that role, and it is the pipeline's role that assumes
    it: its policies must allow `sts:AssumeRole` on the action's role. The deployment of the pipeline
    fails with an InvalidStructureException, "is not authorized to perform AssumeRole on role", the same
    text as for a missing trust; here the trust is fine.

    Allow `sts:AssumeRole` on the action's role in a policy of the pipeline's role.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build  # finding
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: shop}
                  RoleArn: !GetAtt BuildRole.Arn
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
                  - {Effect: Allow, Action: s3:*, Resource: "*"}
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: !Ref AWS::AccountId}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: "*"}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: shop}
                  RoleArn: !GetAtt BuildRole.Arn
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
                  - {Effect: Allow, Action: sts:AssumeRole, Resource: !GetAtt BuildRole.Arn}
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: !Ref AWS::AccountId}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: "*"}
    ```

    ```hcl
    data "aws_caller_identity" "current" {}
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Build"
        action {  # finding
          name          = "Build"
          category      = "Build"
          owner         = "AWS"
          provider      = "CodeBuild"
          version       = "1"
          role_arn      = aws_iam_role.build.arn
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
        actions   = ["s3:*"]
        resources = ["*"]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Action    = "sts:AssumeRole"
          Principal = { AWS = data.aws_caller_identity.current.account_id }
        }]
      })
    }
    data "aws_iam_policy_document" "build" {
      statement {
        actions   = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"]
        resources = ["*"]
      }
    }
    resource "aws_iam_role_policy" "build" {
      name   = "pipeline"
      role   = aws_iam_role.build.name
      policy = data.aws_iam_policy_document.build.json
    }
    ```

    ```hcl
    data "aws_caller_identity" "current" {}
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Build"
        action {
          name          = "Build"
          category      = "Build"
          owner         = "AWS"
          provider      = "CodeBuild"
          version       = "1"
          role_arn      = aws_iam_role.build.arn
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
        actions   = ["sts:AssumeRole"]
        resources = [aws_iam_role.build.arn]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Action    = "sts:AssumeRole"
          Principal = { AWS = data.aws_caller_identity.current.account_id }
        }]
      })
    }
    data "aws_iam_policy_document" "build" {
      statement {
        actions   = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"]
        resources = ["*"]
      }
    }
    resource "aws_iam_role_policy" "build" {
      name   = "pipeline"
      role   = aws_iam_role.build.name
      policy = data.aws_iam_policy_document.build.json
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
    """
    yield from graph.unmet(action, "assume-role-permission-missing")
