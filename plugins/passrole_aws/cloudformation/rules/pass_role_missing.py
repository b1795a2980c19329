from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "cfn-pass-role-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(
            ("iam:PassRole",),
            "Whoever runs the CloudFormation action hands CloudFormation the role of the "
            "stack. The permission belongs to the role of the action, else to the pipeline "
            "role, not to the role that is passed.",
        ),
    ),
)
def pass_role_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not hand CloudFormation the role of the stack.

    A CloudFormation action that names a `RoleArn` in its configuration passes that role to
    CloudFormation, which then works as it. Whoever passes a role needs `iam:PassRole` on it: here
    the role that runs the action, which is the pipeline's unless the action has one of its own. The
    action fails: "is not authorized to perform: iam:PassRole on resource". Executing a change set
    passes no role; the action that made the change set did.

    Allow `iam:PassRole` on exactly that role. A condition on `iam:PassedToService` must name
    `cloudformation.amazonaws.com`.

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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
                    RoleArn: !GetAtt StackRole.Arn
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
                      - cloudformation:CreateStack
                      - cloudformation:DescribeStacks
                      - cloudformation:UpdateStack
                    Resource: !Sub arn:aws:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/shop/*
      StackRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: cloudformation.amazonaws.com}}
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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
                    RoleArn: !GetAtt StackRole.Arn
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
                      - cloudformation:CreateStack
                      - cloudformation:DescribeStacks
                      - cloudformation:UpdateStack
                    Resource: !Sub arn:aws:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/shop/*
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: !GetAtt StackRole.Arn
                    Condition:
                      StringEquals: {iam:PassedToService: cloudformation.amazonaws.com}
      StackRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: cloudformation.amazonaws.com}}
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
              "name": "Deploy",
              "action": [{
                "name": "CloudFormation",
                "category": "Deploy",
                "owner": "AWS",
                "provider": "CloudFormation",
                "version": "1",
                "configuration": {
                  "ActionMode": "CREATE_UPDATE",
                  "StackName": "shop",
                  "TemplatePath": "Source::shop.yaml",
                  "RoleArn": "${aws_iam_role.stack.arn}"
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
          "stack": {
            "name": "stack",
            "assume_role_policy": "${jsonencode(local.stack_trust)}"
          }
        },
        "aws_iam_role_policy": {
          "pipeline": {
            "role": "${aws_iam_role.pipeline.id}",
            "policy": "${jsonencode(local.pipeline)}"
          }
        }
      },
      "locals": {
        "pipeline": {
          "Statement": [
            {"Effect": "Allow", "Action": "cloudformation:*", "Resource": "*"}
          ]
        },
        "pipeline_trust": {
          "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "codepipeline.amazonaws.com"}}
          ]
        },
        "stack_trust": {
          "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "cloudformation.amazonaws.com"}}
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
              "name": "Deploy",
              "action": [{
                "name": "CloudFormation",
                "category": "Deploy",
                "owner": "AWS",
                "provider": "CloudFormation",
                "version": "1",
                "configuration": {
                  "ActionMode": "CREATE_UPDATE",
                  "StackName": "shop",
                  "TemplatePath": "Source::shop.yaml",
                  "RoleArn": "${aws_iam_role.stack.arn}"
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
          "stack": {
            "name": "stack",
            "assume_role_policy": "${jsonencode(local.stack_trust)}"
          }
        },
        "aws_iam_role_policy": {
          "pipeline": {
            "role": "${aws_iam_role.pipeline.id}",
            "policy": "${jsonencode(local.pipeline)}"
          }
        }
      },
      "locals": {
        "pipeline": {
          "Statement": [
            {"Effect": "Allow", "Action": "cloudformation:*", "Resource": "*"},
            {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "${aws_iam_role.stack.arn}"}
          ]
        },
        "pipeline_trust": {
          "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "codepipeline.amazonaws.com"}}
          ]
        },
        "stack_trust": {
          "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "cloudformation.amazonaws.com"}}
          ]
        }
      }
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
        name = "Deploy"
        action {  # finding
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "CloudFormation"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ActionMode   = "CREATE_UPDATE"
            StackName    = "shop"
            TemplatePath = "Source::shop.yaml"
            RoleArn      = aws_iam_role.stack.arn
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
          "cloudformation:CreateStack",
          "cloudformation:DescribeStacks",
          "cloudformation:UpdateStack",
        ]
        resources = [
          "arn:aws:cloudformation:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:stack/shop/*",
        ]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    resource "aws_iam_role" "stack" {
      name = "stack"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "cloudformation.amazonaws.com" } }]
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
        name = "Deploy"
        action {
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "CloudFormation"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ActionMode   = "CREATE_UPDATE"
            StackName    = "shop"
            TemplatePath = "Source::shop.yaml"
            RoleArn      = aws_iam_role.stack.arn
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
          "cloudformation:CreateStack",
          "cloudformation:DescribeStacks",
          "cloudformation:UpdateStack",
        ]
        resources = [
          "arn:aws:cloudformation:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:stack/shop/*",
        ]
      }
      statement {
        actions   = ["iam:PassRole"]
        resources = [aws_iam_role.stack.arn]
        condition {
          test     = "StringEquals"
          variable = "iam:PassedToService"
          values   = ["cloudformation.amazonaws.com"]
        }
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    resource "aws_iam_role" "stack" {
      name = "stack"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "cloudformation.amazonaws.com" } }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
    """
    yield from graph.unmet(action, "cfn-pass-role-missing")
