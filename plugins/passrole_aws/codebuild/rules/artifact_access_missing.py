from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule

BECAUSE = (
    "The build, not the pipeline, reads its input: the service role of the project "
    "needs the artifact bucket and its key."
)
BECAUSE_2 = (
    "The build, not the pipeline, writes its output: the service role of the "
    "project needs the artifact bucket and its key."
)
BECAUSE_3 = (
    "The session is a build's: it is the service role of the project that lacks "
    "this, not the pipeline role."
)


@rule(
    "build-role-artifact-access-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(
            ("DOWNLOAD_SOURCE", "AccessDenied"),
            "The build, not the pipeline, reads its input and writes its output: the "
            "service role of the project needs the artifact bucket and its key.",
        ),
        Symptom(("DOWNLOAD_SOURCE", "Access Denied"), BECAUSE),
        Symptom(("UPLOAD_ARTIFACTS", "AccessDenied"), BECAUSE_2),
        Symptom(("UPLOAD_ARTIFACTS", "Access Denied"), BECAUSE_2),
        Symptom(("CLIENT_ERROR", "primary source", "AccessDenied"), BECAUSE),
        Symptom(("CLIENT_ERROR", "primary source", "Access Denied"), BECAUSE),
        Symptom(("AWSCodeBuild", "not authorized to perform: s3"), BECAUSE_3),
        Symptom(("AWSCodeBuild", "not authorized to perform: kms"), BECAUSE_3),
    ),
)
def artifact_access_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A build role may not read or write the artifacts of the pipeline.

    CodeBuild fetches its input artifacts and stores its output artifacts itself, as the service
    role of the build project. What the pipeline's role may do on the artifact bucket does not help.
    The build starts and then fails: with AccessDenied in DOWNLOAD_SOURCE where it may not read, in
    UPLOAD_ARTIFACTS where it may not write; or on the key, where a customer managed key encrypts
    the bucket.

    Allow reading and writing on the objects of the artifact bucket in the role that the project
    names as its service role.

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
                  InputArtifacts: [{Name: Source}]
                  Configuration: {ProjectName: !Ref Project}
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
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: !GetAtt Project.Arn}
                  - {Effect: Allow, Action: s3:*, Resource: ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]}
      Project:
        Type: AWS::CodeBuild::Project
        Properties:
          ServiceRole: !GetAtt BuildRole.Arn
          Artifacts: {Type: CODEPIPELINE}
          Source: {Type: CODEPIPELINE}
          Environment: {Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: "aws/codebuild/standard:7.0"}
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
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
                  InputArtifacts: [{Name: Source}]
                  Configuration: {ProjectName: !Ref Project}
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
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: !GetAtt Project.Arn}
                  - {Effect: Allow, Action: s3:*, Resource: ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]}
      Project:
        Type: AWS::CodeBuild::Project
        Properties:
          ServiceRole: !GetAtt BuildRole.Arn
          Artifacts: {Type: CODEPIPELINE}
          Source: {Type: CODEPIPELINE}
          Environment: {Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: "aws/codebuild/standard:7.0"}
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
                  - {Effect: Allow, Action: [s3:GetObject, s3:GetObjectVersion, s3:PutObject], Resource: "arn:aws:s3:::artifacts/*"}
                  - {Effect: Allow, Action: [s3:GetBucketAcl, s3:GetBucketLocation, s3:GetBucketVersioning], Resource: "arn:aws:s3:::artifacts"}
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
        name = "Build"
        action {  # finding
          name            = "Build"
          category        = "Build"
          owner           = "AWS"
          provider        = "CodeBuild"
          version         = "1"
          input_artifacts = ["Source"]
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
        actions   = ["s3:*"]
        resources = [aws_s3_bucket.artifacts.arn, "${aws_s3_bucket.artifacts.arn}/*"]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
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
        name = "Build"
        action {
          name            = "Build"
          category        = "Build"
          owner           = "AWS"
          provider        = "CodeBuild"
          version         = "1"
          input_artifacts = ["Source"]
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
        actions   = ["s3:*"]
        resources = [aws_s3_bucket.artifacts.arn, "${aws_s3_bucket.artifacts.arn}/*"]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
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
        actions   = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
        resources = ["${aws_s3_bucket.artifacts.arn}/*"]
      }
      statement {
        actions   = ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"]
        resources = [aws_s3_bucket.artifacts.arn]
      }
    }
    resource "aws_iam_role_policy" "build" {
      name   = "own"
      role   = aws_iam_role.build.name
      policy = data.aws_iam_policy_document.build.json
    }
    ```

    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
    """
    yield from graph.unmet(action, "build-role-artifact-access-missing")
