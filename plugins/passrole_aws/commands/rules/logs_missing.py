from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "commands-action-logs-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(Symptom(("action fails to start", "logs")),),
)
def logs_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not write the logs of commands that CodePipeline runs itself.

    Commands, image builds and scans run on machines that CodePipeline manages, without a build
    project. They write their logs as the role of the action, which is the pipeline's role unless the
    action names one of its own, to the log group `/aws/codepipeline/` and the name of the pipeline. A
    role that has what a build action needs, and logs of `/aws/codebuild/` only, does not do. The action
    then fails to start, or runs and leaves no logs. The same holds for a rule of a stage's condition
    that runs commands.

    Allow `logs:CreateLogGroup`, `logs:CreateLogStream` and `logs:PutLogEvents` on that log group, with
    `:*` at the end of its ARN.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          Name: shop
          PipelineType: V2
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Check
              Actions:
                - Name: Lint  # finding
                  ActionTypeId: {Category: Compute, Owner: AWS, Provider: Commands, Version: "1"}
                  Commands: [make lint]
                  InputArtifacts: [{Name: App}]
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
                  - {Effect: Allow, Action: "s3:*", Resource: ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]}
                  - Effect: Allow
                    Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents]
                    Resource: !Sub "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/codebuild/*"
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          Name: shop
          PipelineType: V2
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Check
              Actions:
                - Name: Lint
                  ActionTypeId: {Category: Compute, Owner: AWS, Provider: Commands, Version: "1"}
                  Commands: [make lint]
                  InputArtifacts: [{Name: App}]
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
                  - {Effect: Allow, Action: "s3:*", Resource: ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]}
                  - Effect: Allow
                    Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents]
                    Resource: !Sub "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/codepipeline/shop:*"
    ```

    ```hcl
    data "aws_region" "current" {}
    data "aws_caller_identity" "current" {}
    resource "aws_codepipeline" "shop" {
      name          = "shop"
      role_arn      = aws_iam_role.pipeline.arn
      pipeline_type = "V2"
      artifact_store {
        type     = "S3"
        location = aws_s3_bucket.artifacts.bucket
      }
      stage {
        name = "Check"
        action {  # finding
          name            = "Lint"
          category        = "Compute"
          owner           = "AWS"
          provider        = "Commands"
          version         = "1"
          commands        = ["make lint"]
          input_artifacts = ["App"]
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
      name = "own"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect   = "Allow"
            Action   = "s3:*"
            Resource = [aws_s3_bucket.artifacts.arn, "${aws_s3_bucket.artifacts.arn}/*"]
          },
          {
            Effect   = "Allow"
            Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
            Resource = "arn:aws:logs:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:log-group:/aws/codebuild/*"
          },
        ]
      })
    }
    ```

    ```hcl
    data "aws_region" "current" {}
    data "aws_caller_identity" "current" {}
    resource "aws_codepipeline" "shop" {
      name          = "shop"
      role_arn      = aws_iam_role.pipeline.arn
      pipeline_type = "V2"
      artifact_store {
        type     = "S3"
        location = aws_s3_bucket.artifacts.bucket
      }
      stage {
        name = "Check"
        action {
          name            = "Lint"
          category        = "Compute"
          owner           = "AWS"
          provider        = "Commands"
          version         = "1"
          commands        = ["make lint"]
          input_artifacts = ["App"]
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
      name = "own"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect   = "Allow"
            Action   = "s3:*"
            Resource = [aws_s3_bucket.artifacts.arn, "${aws_s3_bucket.artifacts.arn}/*"]
          },
          {
            Effect   = "Allow"
            Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
            Resource = "arn:aws:logs:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:log-group:/aws/codepipeline/shop:*"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Commands.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-Commands.html
    """
    yield from graph.unmet(action, "commands-action-logs-missing")
