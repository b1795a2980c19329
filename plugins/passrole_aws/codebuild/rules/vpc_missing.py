from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule

BECAUSE = "CodeBuild joins the VPC with the service role of the project."


@rule(
    "build-role-vpc-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(("Not authorized to perform DescribeSecurityGroups",), BECAUSE),
        Symptom(("VPC_CLIENT_ERROR",), BECAUSE),
        Symptom(("VPC_CLIENT_ERROR", "UnauthorizedOperation"), BECAUSE),
    ),
)
def vpc_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A build role may not join the VPC that its project builds in.

    Where a project builds in a VPC, CodeBuild makes a network interface for each build, as the
    project's service role, lets itself use it, and removes it afterwards. Without the permissions the
    build fails while it is provisioned, before any command: "VPC_CLIENT_ERROR: Unexpected EC2 error:
    UnauthorizedOperation", or "Not authorized to perform DescribeSecurityGroups".

    Allow the service role `ec2:CreateNetworkInterface`, `ec2:DeleteNetworkInterface` and the five
    `ec2:Describe` operations of the example on `*`, and `ec2:CreateNetworkInterfacePermission` on the
    network interfaces of the account, for `codebuild.amazonaws.com` and the subnets of the project.

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
                  Configuration: {ProjectName: !Ref Project}
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
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: !GetAtt Project.Arn}
      Project:
        Type: AWS::CodeBuild::Project
        Properties:
          Name: shop
          ServiceRole: !GetAtt BuildRole.Arn
          Artifacts: {Type: CODEPIPELINE}
          Source: {Type: CODEPIPELINE}
          Environment:
            Type: LINUX_CONTAINER
            ComputeType: BUILD_GENERAL1_SMALL
            Image: "aws/codebuild/standard:7.0"
          VpcConfig: {VpcId: vpc-1, Subnets: [subnet-1], SecurityGroupIds: [sg-1]}
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents], Resource: "*"}
                  - Effect: Allow
                    Action: [ec2:CreateNetworkInterface, ec2:DeleteNetworkInterface, "ec2:Describe*"]
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
                  Configuration: {ProjectName: !Ref Project}
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
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: !GetAtt Project.Arn}
      Project:
        Type: AWS::CodeBuild::Project
        Properties:
          Name: shop
          ServiceRole: !GetAtt BuildRole.Arn
          Artifacts: {Type: CODEPIPELINE}
          Source: {Type: CODEPIPELINE}
          Environment:
            Type: LINUX_CONTAINER
            ComputeType: BUILD_GENERAL1_SMALL
            Image: "aws/codebuild/standard:7.0"
          VpcConfig: {VpcId: vpc-1, Subnets: [subnet-1], SecurityGroupIds: [sg-1]}
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents], Resource: "*"}
                  - Effect: Allow
                    Action: [ec2:CreateNetworkInterface, ec2:DeleteNetworkInterface, "ec2:Describe*"]
                    Resource: "*"
                  - Effect: Allow
                    Action: ec2:CreateNetworkInterfacePermission
                    Resource: !Sub "arn:aws:ec2:${AWS::Region}:${AWS::AccountId}:network-interface/*"
                    Condition:
                      StringEquals: {"ec2:AuthorizedService": codebuild.amazonaws.com}
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
          configuration = { ProjectName = aws_codebuild_project.shop.name }
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
      name = "own"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"]
          Resource = aws_codebuild_project.shop.arn
        }]
      })
    }
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = aws_iam_role.build.arn
      artifacts {
        type = "CODEPIPELINE"
      }
      source {
        type = "CODEPIPELINE"
      }
      environment {
        type         = "LINUX_CONTAINER"
        compute_type = "BUILD_GENERAL1_SMALL"
        image        = "aws/codebuild/standard:7.0"
      }
      vpc_config {
        vpc_id             = "vpc-1"
        subnets            = ["subnet-1"]
        security_group_ids = ["sg-1"]
      }
    }
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "build" {
      name = "own"
      role = aws_iam_role.build.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect   = "Allow"
            Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
            Resource = "*"
          },
          {
            Effect   = "Allow"
            Action   = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:Describe*"]
            Resource = "*"
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
        name = "Build"
        action {
          name          = "Build"
          category      = "Build"
          owner         = "AWS"
          provider      = "CodeBuild"
          version       = "1"
          configuration = { ProjectName = aws_codebuild_project.shop.name }
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
      name = "own"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"]
          Resource = aws_codebuild_project.shop.arn
        }]
      })
    }
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = aws_iam_role.build.arn
      artifacts {
        type = "CODEPIPELINE"
      }
      source {
        type = "CODEPIPELINE"
      }
      environment {
        type         = "LINUX_CONTAINER"
        compute_type = "BUILD_GENERAL1_SMALL"
        image        = "aws/codebuild/standard:7.0"
      }
      vpc_config {
        vpc_id             = "vpc-1"
        subnets            = ["subnet-1"]
        security_group_ids = ["sg-1"]
      }
    }
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "build" {
      name = "own"
      role = aws_iam_role.build.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect   = "Allow"
            Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
            Resource = "*"
          },
          {
            Effect   = "Allow"
            Action   = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:Describe*"]
            Resource = "*"
          },
          {
            Effect   = "Allow"
            Action   = "ec2:CreateNetworkInterfacePermission"
            Resource = "arn:aws:ec2:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:network-interface/*"
            Condition = {
              StringEquals = { "ec2:AuthorizedService" = "codebuild.amazonaws.com" }
            }
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html
    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/vpc-support.html
    """
    yield from graph.unmet(action, "build-role-vpc-missing")
