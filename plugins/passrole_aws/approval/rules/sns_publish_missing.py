from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "approval-sns-publish-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(Symptom(("approval", "notify")), Symptom(("sns:Publish",))),
)
def sns_publish_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not announce the approval that its pipeline waits for.

    A manual approval with a `NotificationArn` publishes to that SNS topic, with the pipeline's role. It
    may not without `sns:Publish`, and then the action fails before anybody is asked.

    Allow `sns:Publish` on the topic in the policies of the pipeline's role.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Approve
              Actions:
                - Name: Approve  # finding
                  ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
                  Configuration: {NotificationArn: !Ref Topic}
      Topic:
        Type: AWS::SNS::Topic
        Properties: {TopicName: approvals}
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
    ```

    ```json finding=6
    {"resource": {
      "aws_codepipeline": {"shop": {
        "name": "shop",
        "role_arn": "${aws_iam_role.pipeline.arn}",
        "artifact_store": {"type": "S3", "location": "artifacts"},
        "stage": [{"name": "Approve", "action": [{"name": "Approve", "category": "Approval",
          "owner": "AWS", "provider": "Manual", "version": "1",
          "configuration": {"NotificationArn": "${aws_sns_topic.approvals.arn}"}
        }]}]
      }},
      "aws_sns_topic": {"approvals": {"name": "approvals"}},
      "aws_iam_role": {"pipeline": {"name": "pipeline", "assume_role_policy": "${var.trust}"}}
    }}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Approve
              Actions:
                - Name: Approve
                  ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
                  Configuration: {NotificationArn: !Ref Topic}
      Topic:
        Type: AWS::SNS::Topic
        Properties: {TopicName: approvals}
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
                  - {Effect: Allow, Action: sns:Publish, Resource: !Ref Topic}
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
        name = "Approve"
        action {  # finding
          name          = "Approve"
          category      = "Approval"
          owner         = "AWS"
          provider      = "Manual"
          version       = "1"
          configuration = { NotificationArn = aws_sns_topic.approvals.arn }
        }
      }
    }
    resource "aws_sns_topic" "approvals" {
      name = "approvals"
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
        name = "Approve"
        action {
          name          = "Approve"
          category      = "Approval"
          owner         = "AWS"
          provider      = "Manual"
          version       = "1"
          configuration = { NotificationArn = aws_sns_topic.approvals.arn }
        }
      }
    }
    resource "aws_sns_topic" "approvals" {
      name = "approvals"
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
        actions   = ["sns:Publish"]
        resources = [aws_sns_topic.approvals.arn]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-service-role-permissions.html
    """
    yield from graph.unmet(action, "approval-sns-publish-missing")
