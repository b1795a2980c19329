from collections.abc import Iterator

from passrole import (
    Action,
    AddKey,
    Category,
    Graph,
    Related,
    Repair,
    Report,
    Role,
    Severity,
    Statement,
    Subject,
    Symptom,
    Verdict,
    literal,
    rule,
)

OPERATIONS = ("codepipeline:PutJobSuccessResult", "codepipeline:PutJobFailureResult")
ANY = literal("*")


@rule(
    "putjob-resource-scoped",
    checks=(Action, Role),
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(
            ("AccessDenied", "PutJobSuccessResult"),
            "PutJobSuccessResult and PutJobFailureResult take no resource but `*`: a "
            "statement that names the pipeline grants neither.",
            add='{"Effect": "Allow", "Action": ["codepipeline:PutJobSuccessResult", '
            '"codepipeline:PutJobFailureResult"], "Resource": "*"}',
            where="the execution role of the function",
        ),
    ),
)
def putjob_resource_scoped(subject: Action | Role, graph: Graph) -> Iterator[Report]:
    """The result of a job is allowed on a resource, and so not at all.

    `codepipeline:PutJobSuccessResult` and `codepipeline:PutJobFailureResult` know no resources: a
    statement that allows them on the ARN of a pipeline, and not on `*`, allows nothing. The
    function or the job worker is denied, and the action waits until its time runs out, as if nobody
    had worked on it. Policy templates of AWS SAM had this mistake, and copies of it live on.

    Write `*` as the resource of these two actions.

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
                    Action: [codepipeline:PutJobSuccessResult, codepipeline:PutJobFailureResult]
                    Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}
    ```

    ```yaml
    Resources:
      WorkerRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: ec2.amazonaws.com}}
          Policies:
            - PolicyName: worker
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: ["codepipeline:PollForJobs", "codepipeline:AcknowledgeJob", "codepipeline:GetJobDetails"], Resource: "*"}
                  - Effect: Allow  # finding
                    Action: [codepipeline:PutJobSuccessResult, codepipeline:PutJobFailureResult]
                    Resource: arn:aws:codepipeline:us-east-1:111122223333:shop
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
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions   = ["lambda:InvokeFunction"]
        resources = [aws_lambda_function.smoke.arn]
      }
      statement {
        actions   = ["lambda:ListFunctions"]
        resources = ["*"]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
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
    data "aws_iam_policy_document" "smoke" {
      statement {
        actions = ["codepipeline:PutJobSuccessResult", "codepipeline:PutJobFailureResult"]
        resources = [
          aws_codepipeline.shop.arn,
        ]
      }
    }
    resource "aws_iam_role_policy" "smoke" {
      name   = "smoke"
      role   = aws_iam_role.smoke.name
      policy = data.aws_iam_policy_document.smoke.json
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
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions   = ["lambda:InvokeFunction"]
        resources = [aws_lambda_function.smoke.arn]
      }
      statement {
        actions   = ["lambda:ListFunctions"]
        resources = ["*"]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
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
    data "aws_iam_policy_document" "smoke" {
      statement {
        actions   = ["codepipeline:PutJobSuccessResult", "codepipeline:PutJobFailureResult"]
        resources = ["*"]
      }
    }
    resource "aws_iam_role_policy" "smoke" {
      name   = "smoke"
      role   = aws_iam_role.smoke.name
      policy = data.aws_iam_policy_document.smoke.json
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/permissions-reference.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html
    """
    if isinstance(subject, Action):
        yield from graph.unmet(subject, "putjob-resource-scoped")
    elif not _reported_with_its_action(subject, graph):
        for statement in graph.grants_of(subject):
            scoped = [each for each in OPERATIONS if statement.names(each)]
            if scoped and not any(_perhaps_allowed(subject, each, graph) for each in scoped):
                yield _report(subject, statement, scoped)


def _reported_with_its_action(role: Role, graph: Graph) -> bool:
    """Whether an action invokes a function that has this role: then the action is the place."""
    return any(
        requirement.action is not None and requirement.need.iam_action in OPERATIONS
        for requirement in graph.uses.requirements(role)
    )


def _perhaps_allowed(role: Role, operation: str, graph: Graph) -> bool:
    return any(each.verdict is not Verdict.MISSING for each in graph.may(role, operation, ANY))


def _report(role: Role, statement: Statement, scoped: list[str]) -> Report:
    named = ", ".join(str(item) for item in statement.resources)
    operations = " and ".join(scoped)
    return Report(
        origin=statement.origin or role.resource.origin,
        message=f"{statement.label} of role {role.label} allows {operations} on {named}, but"
        " neither works on a resource: the statement allows nothing.",
        symptom="The action waits until its time runs out: its job is never reported as done.",
        remedy="Write * as the resource of the statement.",
        subject=Subject(principal=role.label, iam_action=scoped[0], resource=named),
        related=(Related(f"role {role.label} is defined here", role.location),),
        world=statement.world,
        defaults=statement.defaults,
        repair=Repair((AddKey(statement.origin, "Resource", "*"),))
        if statement.origin is not None and len(scoped) == len(statement.actions)
        else None,
    )
