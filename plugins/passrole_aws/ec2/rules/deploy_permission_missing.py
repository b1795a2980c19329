from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "ec2-deploy-permission-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(Symptom(("EC2 deploy action", "instances")), Symptom(("ssm:SendCommand",))),
)
def deploy_permission_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not deploy to the instances that it finds by their tag.

    A deployment to EC2 looks for the instances with the tag, sends them commands through Systems
    Manager, follows these commands and writes a log of them. Each step is a permission of the role
    that runs the action: `ec2:DescribeInstances` and `ssm:DescribeInstanceInformation`,
    `ssm:SendCommand` on the instances and on the document `AWS-RunShellScript`,
    `ssm:ListCommandInvocations` and `ssm:CancelCommand`, and the three of `logs:` on
    `/aws/codepipeline/` and the name of the pipeline. With `TargetGroupNameList` come those that
    take an instance out of its target group and put it back. The role of the instances is another
    one: it reads the artifact.

    The action fails where the first of them is missing. Allow them all, on what the configuration
    names.

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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: EC2, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    InstanceType: EC2
                    InstanceTagKey: app
                    InstanceTagValue: shop
                    TargetDirectory: /srv/shop
                    PostScript: restart.sh
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
                    Action: [ec2:DescribeInstances, ssm:DescribeInstanceInformation]
                    Resource: "*"
                  - Effect: Allow
                    Action: ssm:SendCommand
                    Resource: !Sub arn:aws:ec2:${AWS::Region}:${AWS::AccountId}:instance/*
                    Condition: {StringEquals: {"aws:ResourceTag/app": shop}}
                  - Effect: Allow
                    Action: ssm:SendCommand
                    Resource: !Sub arn:aws:ssm:${AWS::Region}::document/AWS-RunShellScript
                  - Effect: Allow
                    Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents]
                    Resource: !Sub arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/codepipeline/*
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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: EC2, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    InstanceType: EC2
                    InstanceTagKey: app
                    InstanceTagValue: shop
                    TargetDirectory: /srv/shop
                    PostScript: restart.sh
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
                    Action: [ec2:DescribeInstances, ssm:DescribeInstanceInformation, ssm:ListCommandInvocations, ssm:CancelCommand]
                    Resource: "*"
                  - Effect: Allow
                    Action: ssm:SendCommand
                    Resource: !Sub arn:aws:ec2:${AWS::Region}:${AWS::AccountId}:instance/*
                    Condition: {StringEquals: {"aws:ResourceTag/app": shop}}
                  - Effect: Allow
                    Action: ssm:SendCommand
                    Resource: !Sub arn:aws:ssm:${AWS::Region}::document/AWS-RunShellScript
                  - Effect: Allow
                    Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents]
                    Resource: !Sub arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/codepipeline/*
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
          provider        = "EC2"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            InstanceType     = "EC2"
            InstanceTagKey   = "app"
            InstanceTagValue = "shop"
            TargetDirectory  = "/srv/shop"
            PostScript       = "restart.sh"
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
    resource "aws_iam_role_policy" "pipeline" {
      name = "pipeline"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect   = "Allow"
            Action   = ["ec2:DescribeInstances", "ssm:DescribeInstanceInformation"]
            Resource = "*"
          },
          {
            Effect    = "Allow"
            Action    = "ssm:SendCommand"
            Resource  = "arn:aws:ec2:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:instance/*"
            Condition = { StringEquals = { "aws:ResourceTag/app" = "shop" } }
          },
          {
            Effect   = "Allow"
            Action   = "ssm:SendCommand"
            Resource = "arn:aws:ssm:${data.aws_region.current.name}::document/AWS-RunShellScript"
          },
          {
            Effect   = "Allow"
            Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
            Resource = "arn:aws:logs:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:log-group:/aws/codepipeline/*"
          },
        ]
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
          provider        = "EC2"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            InstanceType     = "EC2"
            InstanceTagKey   = "app"
            InstanceTagValue = "shop"
            TargetDirectory  = "/srv/shop"
            PostScript       = "restart.sh"
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
    resource "aws_iam_role_policy" "pipeline" {
      name = "pipeline"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = [
              "ec2:DescribeInstances",
              "ssm:DescribeInstanceInformation",
              "ssm:ListCommandInvocations",
              "ssm:CancelCommand",
            ]
            Resource = "*"
          },
          {
            Effect    = "Allow"
            Action    = "ssm:SendCommand"
            Resource  = "arn:aws:ec2:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:instance/*"
            Condition = { StringEquals = { "aws:ResourceTag/app" = "shop" } }
          },
          {
            Effect   = "Allow"
            Action   = "ssm:SendCommand"
            Resource = "arn:aws:ssm:${data.aws_region.current.name}::document/AWS-RunShellScript"
          },
          {
            Effect   = "Allow"
            Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
            Resource = "arn:aws:logs:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:log-group:/aws/codepipeline/*"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-EC2Deploy.html
    """
    yield from graph.unmet(action, "ec2-deploy-permission-missing")
