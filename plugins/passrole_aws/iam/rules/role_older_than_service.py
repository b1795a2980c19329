from collections.abc import Iterator
from dataclasses import replace

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "role-older-than-service",
    checks=Action,
    of_needs=True,
    # The catalogue has it as a warning; it stands in place of a finding about a failing action.
    severity=Severity.HIGH,
    category=Category.LIFECYCLE,
    autofix="safe",
    symptoms=(Symptom(("role written before",)),),
)
def role_older_than_service(action: Action, graph: Graph) -> Iterator[Report]:
    """A role that the console made before CodePipeline supported the service of an action.

    The default policy of a pipeline role lists one block of permissions for each service that
    CodePipeline supported when the role was made; nobody adds the later ones. Such a role has the name
    that the console gave it (`oneClick_…`, after September 2018 `AWSCodePipelineServiceRole-…`) or the
    long list of wildcards of the old default policy (`elasticbeanstalk:*`, `ec2:*`, `rds:*`, `sqs:*`,
    …), and templates still copy it. An action of a service that came later is refused, whichever of
    its permissions it asks for first.

    Add the block of the service to the role; better, give the pipeline a role of its own with what its
    actions need. This finding stands in place of the one about the missing permission.

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
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: oneClick_AWS-CodePipeline-Service
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: ["elasticbeanstalk:*", "ec2:*", "elasticloadbalancing:*", "autoscaling:*",
                             "cloudwatch:*", "s3:*", "sns:*", "rds:*", "sqs:*", "ecs:*"]
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
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: shop}
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: oneClick_AWS-CodePipeline-Service
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: ["elasticbeanstalk:*", "ec2:*", "elasticloadbalancing:*", "autoscaling:*",
                             "cloudwatch:*", "s3:*", "sns:*", "rds:*", "sqs:*", "ecs:*"]
                    Resource: "*"
                  - Effect: Allow
                    Action: [codebuild:StartBuild, codebuild:StopBuild, codebuild:BatchGetBuilds]
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
        name = "Build"
        action {  # finding
          name          = "Build"
          category      = "Build"
          owner         = "AWS"
          provider      = "CodeBuild"
          version       = "1"
          configuration = { ProjectName = "shop" }
        }
      }
    }

    resource "aws_iam_role" "pipeline" {
      name = "AWSCodePipelineServiceRole-eu-west-1-shop"
      assume_role_policy = jsonencode({
        Statement = [{
          Effect    = "Allow"
          Action    = "sts:AssumeRole"
          Principal = { Service = "codepipeline.amazonaws.com" }
        }]
      })
      inline_policy {
        name = "oneClick_AWS-CodePipeline-Service"
        policy = jsonencode({
          Statement = [{
            Effect = "Allow"
            Action = ["elasticbeanstalk:*", "ec2:*", "elasticloadbalancing:*", "autoscaling:*",
              "cloudwatch:*", "s3:*", "sns:*", "rds:*", "sqs:*", "ecs:*"]
            Resource = "*"
          }]
        })
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
        name = "Build"
        action {
          name          = "Build"
          category      = "Build"
          owner         = "AWS"
          provider      = "CodeBuild"
          version       = "1"
          configuration = { ProjectName = "shop" }
        }
      }
    }

    resource "aws_iam_role" "pipeline" {
      name = "AWSCodePipelineServiceRole-eu-west-1-shop"
      assume_role_policy = jsonencode({
        Statement = [{
          Effect    = "Allow"
          Action    = "sts:AssumeRole"
          Principal = { Service = "codepipeline.amazonaws.com" }
        }]
      })
      inline_policy {
        name = "oneClick_AWS-CodePipeline-Service"
        policy = jsonencode({
          Statement = [{
            Effect   = "Allow"
            Action   = ["codebuild:StartBuild", "codebuild:StopBuild", "codebuild:BatchGetBuilds"]
            Resource = "*"
          }, {
            Effect = "Allow"
            Action = ["elasticbeanstalk:*", "ec2:*", "elasticloadbalancing:*", "autoscaling:*",
              "cloudwatch:*", "s3:*", "sns:*", "rds:*", "sqs:*", "ecs:*"]
            Resource = "*"
          }]
        })
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
    """
    provider = graph.provider_of(action)
    for report in graph.unmet(action, "role-older-than-service"):
        since = provider.since if provider else ""
        words = (
            f" The role has the name or the policy of an old default role; CodePipeline supports"
            f" {provider.provider if provider else 'the service'} since {since}."
        )
        yield replace(report, message=report.message + words)
