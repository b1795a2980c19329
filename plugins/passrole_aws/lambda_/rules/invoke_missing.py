from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "lambda-invoke-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(Symptom(("lambda:InvokeFunction",)),),
)
def invoke_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not invoke the function.

    A Lambda action calls the function that `FunctionName` names as the role that runs the action.
    That role needs `lambda:InvokeFunction` on the function; the function's own execution role has
    nothing to do with it. Without it the action fails at once with AccessDenied.

    Allow it on the function's ARN. Where `FunctionName` names a version or an alias, the ARN ends
    in it, so a grant on the bare function does not cover it. `lambda:ListFunctions` on `*`, which
    AWS documents beside it, is disputed: pipelines run without it.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Invoke
              Actions:
                - Name: Invoke  # finding
                  ActionTypeId: {Category: Invoke, Owner: AWS, Provider: Lambda, Version: "1"}
                  Configuration: {FunctionName: smoke-test}
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
                  - {Effect: Allow, Action: lambda:ListFunctions, Resource: "*"}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Invoke
              Actions:
                - Name: Invoke
                  ActionTypeId: {Category: Invoke, Owner: AWS, Provider: Lambda, Version: "1"}
                  Configuration: {FunctionName: smoke-test}
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
                    Action: lambda:InvokeFunction
                    Resource: !Sub arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:smoke-test
                  - {Effect: Allow, Action: lambda:ListFunctions, Resource: "*"}
    ```

    The same in Terraform, as JSON:

    ```json finding=10
    {
      "resource": {
        "aws_codepipeline": {
          "shop": {
            "name": "shop",
            "role_arn": "${aws_iam_role.pipeline.arn}",
            "artifact_store": [{"location": "artifacts", "type": "S3"}],
            "stage": [{
              "name": "Check",
              "action": [{
                "name": "Lambda",
                "category": "Invoke",
                "owner": "AWS",
                "provider": "Lambda",
                "version": "1",
                "configuration": {
                  "FunctionName": "${aws_lambda_function.smoke.function_name}"
                }
              }]
            }]
          }
        },
        "aws_iam_role": {
          "pipeline": {
            "name": "pipeline",
            "assume_role_policy": "${jsonencode(local.pipeline_trust)}"
          },
          "smoke": {
            "name": "smoke",
            "assume_role_policy": "${jsonencode(local.smoke_trust)}"
          }
        },
        "aws_iam_role_policy": {
          "pipeline": {
            "role": "${aws_iam_role.pipeline.id}",
            "policy": "${jsonencode(local.pipeline)}"
          }
        },
        "aws_lambda_function": {
          "smoke": {
            "function_name": "smoke",
            "role": "${aws_iam_role.smoke.arn}"
          }
        }
      },
      "locals": {
        "pipeline": {
          "Statement": [
            {"Effect": "Allow", "Action": "lambda:ListFunctions", "Resource": "*"}
          ]
        },
        "pipeline_trust": {
          "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "codepipeline.amazonaws.com"}}
          ]
        },
        "smoke_trust": {
          "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
          ]
        }
      }
    }
    ```

    ```json
    {
      "resource": {
        "aws_codepipeline": {
          "shop": {
            "name": "shop",
            "role_arn": "${aws_iam_role.pipeline.arn}",
            "artifact_store": [{"location": "artifacts", "type": "S3"}],
            "stage": [{
              "name": "Check",
              "action": [{
                "name": "Lambda",
                "category": "Invoke",
                "owner": "AWS",
                "provider": "Lambda",
                "version": "1",
                "configuration": {
                  "FunctionName": "${aws_lambda_function.smoke.function_name}"
                }
              }]
            }]
          }
        },
        "aws_iam_role": {
          "pipeline": {
            "name": "pipeline",
            "assume_role_policy": "${jsonencode(local.pipeline_trust)}"
          },
          "smoke": {
            "name": "smoke",
            "assume_role_policy": "${jsonencode(local.smoke_trust)}"
          }
        },
        "aws_iam_role_policy": {
          "pipeline": {
            "role": "${aws_iam_role.pipeline.id}",
            "policy": "${jsonencode(local.pipeline)}"
          }
        },
        "aws_lambda_function": {
          "smoke": {
            "function_name": "smoke",
            "role": "${aws_iam_role.smoke.arn}"
          }
        }
      },
      "locals": {
        "pipeline": {
          "Statement": [
            {"Effect": "Allow", "Action": "lambda:ListFunctions", "Resource": "*"},
            {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "${aws_lambda_function.smoke.arn}"}
          ]
        },
        "pipeline_trust": {
          "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "codepipeline.amazonaws.com"}}
          ]
        },
        "smoke_trust": {
          "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
          ]
        }
      }
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
        name = "Invoke"
        action {  # finding
          name          = "Invoke"
          category      = "Invoke"
          owner         = "AWS"
          provider      = "Lambda"
          version       = "1"
          configuration = { FunctionName = "smoke-test" }
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
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "lambda:ListFunctions", Resource = "*" }]
      })
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
        name = "Invoke"
        action {
          name          = "Invoke"
          category      = "Invoke"
          owner         = "AWS"
          provider      = "Lambda"
          version       = "1"
          configuration = { FunctionName = "smoke-test" }
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
            Resource = "arn:aws:lambda:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:function:smoke-test"
          },
          { Effect = "Allow", Action = "lambda:ListFunctions", Resource = "*" },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html
    """
    yield from graph.unmet(action, "lambda-invoke-missing")
