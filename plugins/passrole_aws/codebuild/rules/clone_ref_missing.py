from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule

BECAUSE = (
    "With a full clone it is the build that reads the repository: the service role "
    "of the project needs the permission, not the pipeline role."
)


@rule(
    "clone-ref-build-role-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(("CodeBuild", "UseConnection"), BECAUSE),
        Symptom(("build role", "UseConnection"), BECAUSE),
        Symptom(("AWSCodeBuild", "UseConnection"), BECAUSE),
        Symptom(("codecommit:GitPull",), BECAUSE),
        Symptom(
            ("fatal: unable to access", "codestar-connections"),
            "With a full clone it is the build that reads the repository: the service role "
            "of the project needs UseConnection.",
        ),
    ),
)
def clone_ref_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A build role may not fetch the source that the pipeline leaves to it.

    A source action with `OutputArtifactFormat: CODEBUILD_CLONE_REF` hands over no files but a
    reference, and the build clones the repository itself, as the service role of the build project.
    That the pipeline's role may use the connection, or pull from the repository, does not help. The
    build starts and fails in DOWNLOAD_SOURCE.

    Allow the service role `codeconnections:UseConnection` (or `codestar-connections:UseConnection`) on
    the connection of the source action; for a CodeCommit source, `codecommit:GitPull` on the
    repository. Every project that takes the artifact needs it.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
                  Configuration:
                    ConnectionArn: !Ref Connection
                    FullRepositoryId: acme/shop
                    BranchName: main
                    OutputArtifactFormat: CODEBUILD_CLONE_REF
                  OutputArtifacts: [{Name: App}]
            - Name: Build
              Actions:
                - Name: Build  # finding
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: !Ref Project}
                  InputArtifacts: [{Name: App}]
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
                  - {Effect: Allow, Action: codeconnections:UseConnection, Resource: !Ref Connection}
                  - {Effect: Allow, Action: "s3:*", Resource: ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]}
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
                  - {Effect: Allow, Action: "s3:*", Resource: ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]}
      Connection:
        Type: AWS::CodeConnections::Connection
        Properties: {ConnectionName: github, ProviderType: GitHub}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
                  Configuration:
                    ConnectionArn: !Ref Connection
                    FullRepositoryId: acme/shop
                    BranchName: main
                    OutputArtifactFormat: CODEBUILD_CLONE_REF
                  OutputArtifacts: [{Name: App}]
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: !Ref Project}
                  InputArtifacts: [{Name: App}]
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
                  - {Effect: Allow, Action: codeconnections:UseConnection, Resource: !Ref Connection}
                  - {Effect: Allow, Action: "s3:*", Resource: ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]}
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
                  - {Effect: Allow, Action: "s3:*", Resource: ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]}
                  - {Effect: Allow, Action: codeconnections:UseConnection, Resource: !Ref Connection}
      Connection:
        Type: AWS::CodeConnections::Connection
        Properties: {ConnectionName: github, ProviderType: GitHub}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
                  Configuration:
                    RepositoryName: !GetAtt Repository.Name
                    BranchName: main
                    OutputArtifactFormat: CODEBUILD_CLONE_REF
                  OutputArtifacts: [{Name: App}]
            - Name: Build
              Actions:
                - Name: Build  # finding
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: !Ref Project}
                  InputArtifacts: [{Name: App}]
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
                  - {Effect: Allow, Action: "codecommit:*", Resource: !GetAtt Repository.Arn}
                  - {Effect: Allow, Action: "s3:*", Resource: ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]}
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
                  - {Effect: Allow, Action: "s3:*", Resource: ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]}
      Repository:
        Type: AWS::CodeCommit::Repository
        Properties: {RepositoryName: shop}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
                  Configuration:
                    RepositoryName: !GetAtt Repository.Name
                    BranchName: main
                    OutputArtifactFormat: CODEBUILD_CLONE_REF
                  OutputArtifacts: [{Name: App}]
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: !Ref Project}
                  InputArtifacts: [{Name: App}]
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
                  - {Effect: Allow, Action: "codecommit:*", Resource: !GetAtt Repository.Arn}
                  - {Effect: Allow, Action: "s3:*", Resource: ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]}
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
                  - {Effect: Allow, Action: "s3:*", Resource: ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]}
                  - {Effect: Allow, Action: codecommit:GitPull, Resource: !GetAtt Repository.Arn}
      Repository:
        Type: AWS::CodeCommit::Repository
        Properties: {RepositoryName: shop}
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = aws_s3_bucket.artifacts.bucket
      }
      stage {
        name = "Source"
        action {
          name             = "Source"
          category         = "Source"
          owner            = "AWS"
          provider         = "CodeStarSourceConnection"
          version          = "1"
          output_artifacts = ["App"]
          configuration = {
            ConnectionArn        = aws_codeconnections_connection.github.arn
            FullRepositoryId     = "acme/shop"
            BranchName           = "main"
            OutputArtifactFormat = "CODEBUILD_CLONE_REF"
          }
        }
      }
      stage {
        name = "Build"
        action {  # finding
          name            = "Build"
          category        = "Build"
          owner           = "AWS"
          provider        = "CodeBuild"
          version         = "1"
          input_artifacts = ["App"]
          configuration   = { ProjectName = aws_codebuild_project.shop.name }
        }
      }
    }
    resource "aws_s3_bucket" "artifacts" {
      bucket = "artifacts"
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
      statement {
        actions   = ["codeconnections:UseConnection"]
        resources = [aws_codeconnections_connection.github.arn]
      }
      statement {
        actions   = ["s3:*"]
        resources = [aws_s3_bucket.artifacts.arn, "${aws_s3_bucket.artifacts.arn}/*"]
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
        actions   = ["s3:*"]
        resources = [aws_s3_bucket.artifacts.arn, "${aws_s3_bucket.artifacts.arn}/*"]
      }
    }
    resource "aws_iam_role_policy" "build" {
      name   = "own"
      role   = aws_iam_role.build.name
      policy = data.aws_iam_policy_document.build.json
    }
    resource "aws_codeconnections_connection" "github" {
      name          = "github"
      provider_type = "GitHub"
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = aws_s3_bucket.artifacts.bucket
      }
      stage {
        name = "Source"
        action {
          name             = "Source"
          category         = "Source"
          owner            = "AWS"
          provider         = "CodeStarSourceConnection"
          version          = "1"
          output_artifacts = ["App"]
          configuration = {
            ConnectionArn        = aws_codeconnections_connection.github.arn
            FullRepositoryId     = "acme/shop"
            BranchName           = "main"
            OutputArtifactFormat = "CODEBUILD_CLONE_REF"
          }
        }
      }
      stage {
        name = "Build"
        action {
          name            = "Build"
          category        = "Build"
          owner           = "AWS"
          provider        = "CodeBuild"
          version         = "1"
          input_artifacts = ["App"]
          configuration   = { ProjectName = aws_codebuild_project.shop.name }
        }
      }
    }
    resource "aws_s3_bucket" "artifacts" {
      bucket = "artifacts"
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
      statement {
        actions   = ["codeconnections:UseConnection"]
        resources = [aws_codeconnections_connection.github.arn]
      }
      statement {
        actions   = ["s3:*"]
        resources = [aws_s3_bucket.artifacts.arn, "${aws_s3_bucket.artifacts.arn}/*"]
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
        actions   = ["s3:*"]
        resources = [aws_s3_bucket.artifacts.arn, "${aws_s3_bucket.artifacts.arn}/*"]
      }
      statement {
        actions   = ["codeconnections:UseConnection"]
        resources = [aws_codeconnections_connection.github.arn]
      }
    }
    resource "aws_iam_role_policy" "build" {
      name   = "own"
      role   = aws_iam_role.build.name
      policy = data.aws_iam_policy_document.build.json
    }
    resource "aws_codeconnections_connection" "github" {
      name          = "github"
      provider_type = "GitHub"
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html#codebuild-role-connections
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html#codebuild-role-codecommitclone
    """
    yield from graph.unmet(action, "clone-ref-build-role-missing")
