from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule

BECAUSE = (
    "CodeBuild fetches the variables before the build starts, with the service role of the project."
)


@rule(
    "build-env-secret-read-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(("secretsmanager:GetSecretValue",), BECAUSE),
        Symptom(("ssm:GetParameters",), BECAUSE),
        Symptom(("Secrets Manager Error Message", "AccessDenied"), BECAUSE),
    ),
)
def env_secret_read_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A build role may not read what its environment variables are fetched from.

    Environment variables of type `PARAMETER_STORE` and `SECRETS_MANAGER` hold a name, and CodeBuild
    fetches their values before the first command runs, as the service role of the build project: those
    of the project, and those that the pipeline's action adds. Without the permission the build fails:
    "is not authorized to perform: secretsmanager:GetSecretValue" or "ssm:GetParameters".

    Allow the service role `secretsmanager:GetSecretValue` on the secret, whose ARN ends in six
    characters that are made up (`secret:shop/token-*`), and `ssm:GetParameters`, in the plural, on the
    parameter. Where a customer managed key encrypts them, `kms:Decrypt` on that key is needed as well.

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
            EnvironmentVariables:
              - {Name: TOKEN, Type: SECRETS_MANAGER, Value: "shop/token:value"}
              - {Name: STAGE, Type: PARAMETER_STORE, Value: /shop/stage}
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
                    Action: secretsmanager:GetSecretValue
                    Resource: !Sub "arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:shop/token-*"
                  - Effect: Allow
                    Action: ssm:GetParameter
                    Resource: !Sub "arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:parameter/shop/stage"
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
            EnvironmentVariables:
              - {Name: TOKEN, Type: SECRETS_MANAGER, Value: "shop/token:value"}
              - {Name: STAGE, Type: PARAMETER_STORE, Value: /shop/stage}
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
                    Action: secretsmanager:GetSecretValue
                    Resource: !Sub "arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:shop/token-*"
                  - Effect: Allow
                    Action: ssm:GetParameters
                    Resource: !Sub "arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:parameter/shop/stage"
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
                - Name: Build  # finding
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration:
                    ProjectName: !Ref Project
                    EnvironmentVariables: '[{"name": "TOKEN", "type": "SECRETS_MANAGER", "value": "shop/token:value"}]'
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
          Source:
            Type: CODEPIPELINE
            BuildSpec: |
              version: 0.2
              env:
                parameter-store: {STAGE: /shop/stage}
              phases: {build: {commands: [make]}}
          Environment:
            Type: LINUX_CONTAINER
            ComputeType: BUILD_GENERAL1_SMALL
            Image: "aws/codebuild/standard:7.0"
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
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions   = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"]
        resources = [aws_codebuild_project.shop.arn]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "own"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
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
        environment_variable {
          name  = "TOKEN"
          type  = "SECRETS_MANAGER"
          value = "shop/token:value"
        }
        environment_variable {
          name  = "STAGE"
          type  = "PARAMETER_STORE"
          value = "/shop/stage"
        }
      }
    }
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    data "aws_iam_policy_document" "build" {
      statement {
        actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        resources = ["*"]
      }
      statement {
        actions = ["secretsmanager:GetSecretValue"]
        resources = [
          "arn:aws:secretsmanager:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:secret:shop/token-*",
        ]
      }
      statement {
        actions = ["ssm:GetParameter"]
        resources = [
          "arn:aws:ssm:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:parameter/shop/stage",
        ]
      }
    }
    resource "aws_iam_role_policy" "build" {
      name   = "own"
      role   = aws_iam_role.build.name
      policy = data.aws_iam_policy_document.build.json
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
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions   = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"]
        resources = [aws_codebuild_project.shop.arn]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "own"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
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
        environment_variable {
          name  = "TOKEN"
          type  = "SECRETS_MANAGER"
          value = "shop/token:value"
        }
        environment_variable {
          name  = "STAGE"
          type  = "PARAMETER_STORE"
          value = "/shop/stage"
        }
      }
    }
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    data "aws_iam_policy_document" "build" {
      statement {
        actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        resources = ["*"]
      }
      statement {
        actions = ["secretsmanager:GetSecretValue"]
        resources = [
          "arn:aws:secretsmanager:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:secret:shop/token-*",
        ]
      }
      statement {
        actions = ["ssm:GetParameters"]
        resources = [
          "arn:aws:ssm:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:parameter/shop/stage",
        ]
      }
    }
    resource "aws_iam_role_policy" "build" {
      name   = "own"
      role   = aws_iam_role.build.name
      policy = data.aws_iam_policy_document.build.json
    }
    ```

    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/change-project.html
    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/troubleshooting.html
    """
    yield from graph.unmet(action, "build-env-secret-read-missing")
