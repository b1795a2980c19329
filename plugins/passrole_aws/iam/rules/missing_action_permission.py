from collections.abc import Iterator

from passrole import Action, Category, Graph, Pipeline, Report, Severity, Symptom, rule


@rule(
    "missing-action-permission",
    checks=(Action, Pipeline),
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(
            ("The service role or action role doesn't have the permissions required to access",)
        ),
        Symptom(("The provided role does not have sufficient permissions",)),
        Symptom(("does not have sufficient permissions",)),
    ),
)
def missing_action_permission(subject: Action | Pipeline, graph: Graph) -> Iterator[Report]:
    """A role may not do what its pipeline action does.

    Every action of a pipeline calls other services with one role: its own, if it names one, else the
    pipeline's role. What it calls depends on its provider and its configuration. A permission that no
    policy of that role gives is found out when the action runs, with a message such as "The service
    role or action role doesn't have the permissions required to access", and after the stages before
    it have run.

    This is the general rule; needs that people miss often have rules of their own, such as
    `codebuild-start-build-missing`.

    Allow the IAM action that the finding names, on the resource that it names, in the policies of the
    role that it names.

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
                    ProjectName: shop
                    ServiceRoleArnOverride: arn:aws:iam::111122223333:role/build
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
                  Configuration:
                    ProjectName: shop
                    ServiceRoleArnOverride: arn:aws:iam::111122223333:role/build
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
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:StopBuild, codebuild:BatchGetBuilds], Resource: "*"}
                  - {Effect: Allow, Action: iam:PassRole, Resource: arn:aws:iam::111122223333:role/build}
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
          name     = "Build"
          category = "Build"
          owner    = "AWS"
          provider = "CodeBuild"
          version  = "1"
          configuration = {
            ProjectName            = "shop"
            ServiceRoleArnOverride = "arn:aws:iam::111122223333:role/build"
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
          name     = "Build"
          category = "Build"
          owner    = "AWS"
          provider = "CodeBuild"
          version  = "1"
          configuration = {
            ProjectName            = "shop"
            ServiceRoleArnOverride = "arn:aws:iam::111122223333:role/build"
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
            Action   = ["codebuild:StartBuild", "codebuild:StopBuild", "codebuild:BatchGetBuilds"]
            Resource = "*"
          },
          {
            Effect   = "Allow"
            Action   = "iam:PassRole"
            Resource = "arn:aws:iam::111122223333:role/build"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
    """
    yield from graph.unmet(subject, "missing-action-permission")
