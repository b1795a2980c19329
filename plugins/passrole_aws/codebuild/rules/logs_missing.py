from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "build-role-logs-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(("does not allow AWS CodeBuild to create Amazon CloudWatch Logs log streams",)),
    ),
)
def logs_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A build role may not write the logs of its project.

    A build writes its logs to the log group that its project names, else to `/aws/codebuild/` and the
    name of the project, as the project's service role. A role that was made for the default group does
    not fit once the project names another one. The build fails: "Service role … does not allow AWS
    CodeBuild to create Amazon CloudWatch Logs log streams for build …".

    Allow `logs:CreateLogStream` and `logs:PutLogEvents` on the log group of the project, with `:*` at
    the end of its ARN, and `logs:CreateLogGroup` unless the group exists already.

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
                  Configuration: {ProjectName: !Ref Project}
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: !GetAtt Project.Arn}
      Project:
        Type: AWS::CodeBuild::Project
        Properties:
          Name: shop
          ServiceRole: !GetAtt BuildRole.Arn
          Artifacts: {Type: CODEPIPELINE}
          Source: {Type: CODEPIPELINE}
          Environment:
            Type: LINUX_CONTAINER
            ComputeType: BUILD_GENERAL1_SMALL
            Image: "aws/codebuild/standard:7.0"
          LogsConfig:
            CloudWatchLogs: {Status: ENABLED, GroupName: /shop/builds}
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents]
                    Resource: !Sub "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/codebuild/shop:*"
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
                  Configuration: {ProjectName: !Ref Project}
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: !GetAtt Project.Arn}
      Project:
        Type: AWS::CodeBuild::Project
        Properties:
          Name: shop
          ServiceRole: !GetAtt BuildRole.Arn
          Artifacts: {Type: CODEPIPELINE}
          Source: {Type: CODEPIPELINE}
          Environment:
            Type: LINUX_CONTAINER
            ComputeType: BUILD_GENERAL1_SMALL
            Image: "aws/codebuild/standard:7.0"
          LogsConfig:
            CloudWatchLogs: {Status: ENABLED, GroupName: /shop/builds}
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents]
                    Resource: !Sub "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/shop/builds:*"
    ```

    ```hcl
    data "aws_region" "current" {}
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
          configuration = { ProjectName = aws_codebuild_project.shop.name }
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
        actions   = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"]
        resources = [aws_codebuild_project.shop.arn]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "own"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = aws_iam_role.build.arn
      artifacts {
        type = "CODEPIPELINE"
      }
      source {
        type = "CODEPIPELINE"
      }
      environment {
        type         = "LINUX_CONTAINER"
        compute_type = "BUILD_GENERAL1_SMALL"
        image        = "aws/codebuild/standard:7.0"
      }
      logs_config {
        cloudwatch_logs {
          status     = "ENABLED"
          group_name = "/shop/builds"
        }
      }
    }
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    data "aws_iam_policy_document" "build" {
      statement {
        actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        resources = [
          "arn:aws:logs:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:log-group:/aws/codebuild/shop:*",
        ]
      }
    }
    resource "aws_iam_role_policy" "build" {
      name   = "own"
      role   = aws_iam_role.build.name
      policy = data.aws_iam_policy_document.build.json
    }
    ```

    ```hcl
    data "aws_region" "current" {}
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
          configuration = { ProjectName = aws_codebuild_project.shop.name }
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
        actions   = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"]
        resources = [aws_codebuild_project.shop.arn]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "own"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = aws_iam_role.build.arn
      artifacts {
        type = "CODEPIPELINE"
      }
      source {
        type = "CODEPIPELINE"
      }
      environment {
        type         = "LINUX_CONTAINER"
        compute_type = "BUILD_GENERAL1_SMALL"
        image        = "aws/codebuild/standard:7.0"
      }
      logs_config {
        cloudwatch_logs {
          status     = "ENABLED"
          group_name = "/shop/builds"
        }
      }
    }
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    data "aws_iam_policy_document" "build" {
      statement {
        actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        resources = [
          "arn:aws:logs:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:log-group:/shop/builds:*",
        ]
      }
    }
    resource "aws_iam_role_policy" "build" {
      name   = "own"
      role   = aws_iam_role.build.name
      policy = data.aws_iam_policy_document.build.json
    }
    ```

    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/troubleshooting.html
    """
    yield from graph.unmet(action, "build-role-logs-missing")
