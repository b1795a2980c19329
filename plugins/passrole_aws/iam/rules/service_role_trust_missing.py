from collections.abc import Iterator

from passrole import Action, Category, Graph, Pipeline, Report, Severity, Symptom, rule

BECAUSE = (
    "CodePipeline itself is turned away: the trust policy of the pipeline's role "
    "has to name codepipeline.amazonaws.com."
)


@rule(
    "service-role-trust-missing",
    checks=(Action, Pipeline),
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(
            (
                "CodePipeline is not authorized to perform AssumeRole on role",
                "InvalidStructureException",
            ),
            BECAUSE,
            add='{"Effect": "Allow", "Principal": {"Service": "codepipeline.amazonaws.com"}, '
            '"Action": "sts:AssumeRole"}',
            where="the trust policy of the pipeline's role",
        ),
        Symptom(
            ("CodePipeline is not authorized to perform AssumeRole on role",),
            BECAUSE,
            add='{"Effect": "Allow", "Principal": {"Service": "codepipeline.amazonaws.com"}, '
            '"Action": "sts:AssumeRole"}',
            where="the trust policy of the pipeline's role",
        ),
        Symptom(
            ("CodeBuild is not authorized to perform: sts:AssumeRole",),
            "The trust policy of the project's service role has to name codebuild.amazonaws.com.",
            add='{"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, '
            '"Action": "sts:AssumeRole"}',
            where="the trust policy of the build role",
        ),
        Symptom(
            ("role defined for the function cannot be assumed by Lambda",),
            add='{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, '
            '"Action": "sts:AssumeRole"}',
            where="the trust policy of the function's role",
        ),
    ),
)
def service_role_trust_missing(subject: Action | Pipeline, graph: Graph) -> Iterator[Report]:
    """A role does not trust the service that works with it.

    A service works with a role only if the trust policy of the role (`AssumeRolePolicyDocument`) names
    the service: `codepipeline.amazonaws.com` for a pipeline, `codebuild.amazonaws.com` for a build
    project. Often the role of one service is given to another. The deployment or the first run fails
    with "CodePipeline is not authorized to perform AssumeRole on role".

    Allow `sts:AssumeRole` to the service in the trust policy.

    ```yaml
    Resources:
      Pipeline:  # finding
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
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: "*"}
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
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: "*"}
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {  # finding
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
      name = "pipeline"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "pipeline" {
      name = "pipeline"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"], Resource = "*" }]
      })
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
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"], Resource = "*" }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-service-role-cli.html
    """
    yield from graph.unmet(subject, "service-role-trust-missing")
