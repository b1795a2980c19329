from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "lambda-job-result-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(
            ("failed to return a result",),
            "The pipeline waits until the function tells it how the job ended. The function"
            " may not say so, or never does: its execution role needs the two PutJob "
            "actions.",
        ),
        Symptom(
            ("permission to call the PutJobSuccessResult action",),
            "The pipeline waits until the function tells it how the job ended: the "
            "execution role of the function needs the two PutJob actions.",
        ),
    ),
)
def job_result_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A function may not tell the pipeline how its job ended.

    A function that an action invokes has to report its result, with `PutJobSuccessResult` or
    `PutJobFailureResult` of CodePipeline. It does so with its own execution role, and not with the
    role of the pipeline. A function without that permission does its work, but the action waits for
    the result until its time runs out, and then fails: "The AWS Lambda function failed to return a
    result. Check the function to verify that it has permission to call the PutJobSuccessResult
    action".

    Allow `codepipeline:PutJobSuccessResult` and `codepipeline:PutJobFailureResult` on `*` in the
    execution role of the function. Neither works on a resource of its own.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Smoke
              Actions:
                - Name: Smoke  # finding
                  ActionTypeId: {Category: Invoke, Owner: AWS, Provider: Lambda, Version: "1"}
                  Configuration: {FunctionName: !Ref Smoke}
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
                  - {Effect: Allow, Action: lambda:InvokeFunction, Resource: !GetAtt Smoke.Arn}
                  - {Effect: Allow, Action: lambda:ListFunctions, Resource: "*"}
      Smoke:
        Type: AWS::Lambda::Function
        Properties:
          Handler: index.handler
          Runtime: python3.12
          Role: !GetAtt SmokeRole.Arn
          Code: {S3Bucket: code, S3Key: smoke.zip}
      SmokeRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: lambda.amazonaws.com}}
          Policies:
            - PolicyName: smoke
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: [logs:CreateLogStream, logs:PutLogEvents]
                    Resource: "*"
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Smoke
              Actions:
                - Name: Smoke
                  ActionTypeId: {Category: Invoke, Owner: AWS, Provider: Lambda, Version: "1"}
                  Configuration: {FunctionName: !Ref Smoke}
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
                  - {Effect: Allow, Action: lambda:InvokeFunction, Resource: !GetAtt Smoke.Arn}
                  - {Effect: Allow, Action: lambda:ListFunctions, Resource: "*"}
      Smoke:
        Type: AWS::Lambda::Function
        Properties:
          Handler: index.handler
          Runtime: python3.12
          Role: !GetAtt SmokeRole.Arn
          Code: {S3Bucket: code, S3Key: smoke.zip}
      SmokeRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: lambda.amazonaws.com}}
          Policies:
            - PolicyName: smoke
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: [codepipeline:PutJobSuccessResult, codepipeline:PutJobFailureResult]
                    Resource: "*"
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
        name = "Smoke"
        action {  # finding
          name          = "Smoke"
          category      = "Invoke"
          owner         = "AWS"
          provider      = "Lambda"
          version       = "1"
          configuration = { FunctionName = aws_lambda_function.smoke.function_name }
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
    resource "aws_iam_role_policy" "pipeline" {
      name = "pipeline"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect   = "Allow"
            Action   = "lambda:InvokeFunction"
            Resource = aws_lambda_function.smoke.arn
          },
          { Effect = "Allow", Action = "lambda:ListFunctions", Resource = "*" },
        ]
      })
    }
    resource "aws_lambda_function" "smoke" {
      function_name = "smoke"
      handler       = "index.handler"
      runtime       = "python3.12"
      role          = aws_iam_role.smoke.arn
      filename      = "smoke.zip"
    }
    resource "aws_iam_role" "smoke" {
      name = "smoke"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "smoke" {
      name = "smoke"
      role = aws_iam_role.smoke.name
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "*" }]
      })
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
        name = "Smoke"
        action {
          name          = "Smoke"
          category      = "Invoke"
          owner         = "AWS"
          provider      = "Lambda"
          version       = "1"
          configuration = { FunctionName = aws_lambda_function.smoke.function_name }
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
    resource "aws_iam_role_policy" "pipeline" {
      name = "pipeline"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect   = "Allow"
            Action   = "lambda:InvokeFunction"
            Resource = aws_lambda_function.smoke.arn
          },
          { Effect = "Allow", Action = "lambda:ListFunctions", Resource = "*" },
        ]
      })
    }
    resource "aws_lambda_function" "smoke" {
      function_name = "smoke"
      handler       = "index.handler"
      runtime       = "python3.12"
      role          = aws_iam_role.smoke.arn
      filename      = "smoke.zip"
    }
    resource "aws_iam_role" "smoke" {
      name = "smoke"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "smoke" {
      name = "smoke"
      role = aws_iam_role.smoke.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["codepipeline:PutJobSuccessResult", "codepipeline:PutJobFailureResult"]
          Resource = "*"
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html
    """
    yield from graph.unmet(action, "lambda-job-result-missing")
