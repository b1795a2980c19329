from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "condition-rule-permission-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(("condition fails", "the stage fails")),
        Symptom(("condition", "cloudwatch:DescribeAlarms")),
    ),
)
def condition_rule_permission_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not do what a rule of a stage's condition does.

    The conditions of a stage, before it is entered and after it succeeded or failed, are checked by
    rules, and most rules call a service: one starts a build, one invokes a function, one reads an
    alarm. They do so as the role that the rule names, else as the pipeline's role. Without the
    permission the condition fails, and with it the stage: it fails, rolls back or is skipped, whatever
    the build or the alarm would have said.

    Allow what the rule calls, in the role that runs it. That a rule starts a build and reads its state
    is documented; for alarms and functions no page lists a permission, so those findings are of low
    confidence.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          PipelineType: V2
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              BeforeEntry:
                Conditions:
                  - Result: FAIL
                    Rules:
                      - Name: Tested  # finding
                        RuleTypeId: {Category: Rule, Owner: AWS, Provider: CodeBuild, Version: "1"}
                        Configuration: {ProjectName: shop}
                        InputArtifacts: [{Name: App}]
              Actions:
                - Name: Approve
                  ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
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
                  - Effect: Allow
                    Action: [codebuild:BatchGetBuilds]
                    Resource: !Sub "arn:aws:codebuild:${AWS::Region}:${AWS::AccountId}:project/shop"
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          PipelineType: V2
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              BeforeEntry:
                Conditions:
                  - Result: FAIL
                    Rules:
                      - Name: Tested
                        RuleTypeId: {Category: Rule, Owner: AWS, Provider: CodeBuild, Version: "1"}
                        Configuration: {ProjectName: shop}
                        InputArtifacts: [{Name: App}]
              Actions:
                - Name: Approve
                  ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
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
                  - Effect: Allow
                    Action: [codebuild:StartBuild, codebuild:BatchGetBuilds]
                    Resource: !Sub "arn:aws:codebuild:${AWS::Region}:${AWS::AccountId}:project/shop"
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          PipelineType: V2
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Approve
                  ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
              OnSuccess:
                Conditions:
                  - Result: ROLLBACK
                    Rules:
                      - Name: Quiet  # finding
                        RuleTypeId: {Category: Rule, Owner: AWS, Provider: CloudWatchAlarm, Version: "1"}
                        Configuration: {AlarmName: errors}
                        RoleArn: !GetAtt Observer.Arn
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
                  - {Effect: Allow, Action: sts:AssumeRole, Resource: !GetAtt Observer.Arn}
      Observer:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: cloudwatch:GetMetricData, Resource: "*"}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          PipelineType: V2
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Approve
                  ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
              OnSuccess:
                Conditions:
                  - Result: ROLLBACK
                    Rules:
                      - Name: Quiet
                        RuleTypeId: {Category: Rule, Owner: AWS, Provider: CloudWatchAlarm, Version: "1"}
                        Configuration: {AlarmName: errors}
                        RoleArn: !GetAtt Observer.Arn
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
                  - {Effect: Allow, Action: sts:AssumeRole, Resource: !GetAtt Observer.Arn}
      Observer:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: cloudwatch:DescribeAlarms, Resource: "*"}
    ```

    The same in Terraform, as JSON:

    ```json finding=20
    {
      "resource": {
        "aws_codepipeline": {
          "shop": {
            "name": "shop",
            "pipeline_type": "V2",
            "role_arn": "${aws_iam_role.pipeline.arn}",
            "artifact_store": [
              {"location": "artifacts", "type": "S3"}
            ],
            "stage": [
              {
                "name": "Deploy",
                "before_entry": [
                  {
                    "condition": [
                      {
                        "result": "FAIL",
                        "rule": [
                          {
                            "name": "Tested",
                            "rule_type_id": [
                              {"category": "Rule", "owner": "AWS", "provider": "CodeBuild", "version": "1"}
                            ],
                            "configuration": {"ProjectName": "tests"}
                          }
                        ]
                      }
                    ]
                  }
                ],
                "action": [
                  {
                    "name": "Approve",
                    "category": "Approval",
                    "owner": "AWS",
                    "provider": "Manual",
                    "version": "1"
                  }
                ]
              }
            ]
          }
        },
        "aws_iam_role": {
          "pipeline": {
            "name": "pipeline",
            "assume_role_policy": "${jsonencode(local.pipeline_trust)}"
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
        "pipeline_trust": {
          "Statement": [
            {
              "Effect": "Allow",
              "Action": "sts:AssumeRole",
              "Principal": {"Service": "codepipeline.amazonaws.com"}
            }
          ]
        },
        "pipeline": {
          "Statement": [
            {
              "Effect": "Allow",
              "Action": ["codebuild:BatchGetBuilds"],
              "Resource": "*"
            }
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
            "pipeline_type": "V2",
            "role_arn": "${aws_iam_role.pipeline.arn}",
            "artifact_store": [
              {"location": "artifacts", "type": "S3"}
            ],
            "stage": [
              {
                "name": "Deploy",
                "before_entry": [
                  {
                    "condition": [
                      {
                        "result": "FAIL",
                        "rule": [
                          {
                            "name": "Tested",
                            "rule_type_id": [
                              {"category": "Rule", "owner": "AWS", "provider": "CodeBuild", "version": "1"}
                            ],
                            "configuration": {"ProjectName": "tests"}
                          }
                        ]
                      }
                    ]
                  }
                ],
                "action": [
                  {
                    "name": "Approve",
                    "category": "Approval",
                    "owner": "AWS",
                    "provider": "Manual",
                    "version": "1"
                  }
                ]
              }
            ]
          }
        },
        "aws_iam_role": {
          "pipeline": {
            "name": "pipeline",
            "assume_role_policy": "${jsonencode(local.pipeline_trust)}"
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
        "pipeline_trust": {
          "Statement": [
            {
              "Effect": "Allow",
              "Action": "sts:AssumeRole",
              "Principal": {"Service": "codepipeline.amazonaws.com"}
            }
          ]
        },
        "pipeline": {
          "Statement": [
            {
              "Effect": "Allow",
              "Action": ["codebuild:StartBuild", "codebuild:BatchGetBuilds"],
              "Resource": "*"
            }
          ]
        }
      }
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
        location = "artifacts"
      }
      stage {
        name = "Deploy"
        action {
          name     = "Approve"
          category = "Approval"
          owner    = "AWS"
          provider = "Manual"
          version  = "1"
        }
        before_entry {
          condition {
            result = "FAIL"
            rule {  # finding
              name            = "Tested"
              input_artifacts = ["App"]
              configuration   = { ProjectName = "shop" }
              rule_type_id {
                category = "Rule"
                owner    = "AWS"
                provider = "CodeBuild"
                version  = "1"
              }
            }
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
        actions = ["codebuild:BatchGetBuilds"]
        resources = [
          "arn:aws:codebuild:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:project/shop",
        ]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "own"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
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
        location = "artifacts"
      }
      stage {
        name = "Deploy"
        action {
          name     = "Approve"
          category = "Approval"
          owner    = "AWS"
          provider = "Manual"
          version  = "1"
        }
        before_entry {
          condition {
            result = "FAIL"
            rule {
              name            = "Tested"
              input_artifacts = ["App"]
              configuration   = { ProjectName = "shop" }
              rule_type_id {
                category = "Rule"
                owner    = "AWS"
                provider = "CodeBuild"
                version  = "1"
              }
            }
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
        actions = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"]
        resources = [
          "arn:aws:codebuild:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:project/shop",
        ]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "own"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-conditions.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-CodeBuild.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-CloudWatchAlarm.html
    """
    yield from graph.unmet(action, "condition-rule-permission-missing")
