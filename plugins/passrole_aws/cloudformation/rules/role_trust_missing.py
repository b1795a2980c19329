from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "cfn-role-trust-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(
            ("is invalid or cannot be assumed",),
            "CloudFormation is handed this role and may not assume it: its trust policy has"
            " to name cloudformation.amazonaws.com.",
            add='{"Effect": "Allow", "Principal": {"Service": "cloudformation.amazonaws.com"}, '
            '"Action": "sts:AssumeRole"}',
            where="the trust policy of the stack's role",
        ),
    ),
)
def role_trust_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A stack's role may not be assumed by CloudFormation.

    The role that an action's `RoleArn` names is not the role that runs the action: CloudFormation
    itself assumes it to create and change the resources of the stack. Its trust policy must allow
    `sts:AssumeRole` to `cloudformation.amazonaws.com`; a role that trusts CodePipeline, CodeBuild
    or CodeDeploy will not do. The action fails: "Role … is invalid or cannot be assumed (Service:
    AmazonCloudFormation; ValidationError)".

    Trust `cloudformation.amazonaws.com` in that role, or name another role.

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
                  - {Effect: Allow, Action: iam:PassRole, Resource: !GetAtt StackRole.Arn}
      StackRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
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
                  - {Effect: Allow, Action: iam:PassRole, Resource: !GetAtt StackRole.Arn}
      StackRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: cloudformation.amazonaws.com}}
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
    resource "aws_iam_role_policy" "pipeline" {
      name = "pipeline"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = [
              "cloudformation:CreateStack",
              "cloudformation:DescribeStacks",
              "cloudformation:UpdateStack",
            ]
            Resource = "arn:aws:cloudformation:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:stack/shop/*"
          },
          {
            Effect   = "Allow"
            Action   = "iam:PassRole"
            Resource = aws_iam_role.stack.arn
          },
        ]
      })
    }
    resource "aws_iam_role" "stack" {
      name = "stack"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
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
    resource "aws_iam_role_policy" "pipeline" {
      name = "pipeline"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = [
              "cloudformation:CreateStack",
              "cloudformation:DescribeStacks",
              "cloudformation:UpdateStack",
            ]
            Resource = "arn:aws:cloudformation:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:stack/shop/*"
          },
          {
            Effect   = "Allow"
            Action   = "iam:PassRole"
            Resource = aws_iam_role.stack.arn
          },
        ]
      })
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
    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
    """
    yield from graph.unmet(action, "cfn-role-trust-missing")
