from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "action-role-trust-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(
            ("is not authorized to perform AssumeRole on role", "InvalidStructureException"),
            "CodePipeline tries the assumption when the pipeline is saved. The trust policy"
            " of the action's role has to name the pipeline's role; a role that trusts a "
            "service only, as a build role does, is the wrong one here.",
            add='{"Effect": "Allow", "Principal": {"AWS": "${pipeline.role}"}, "Action": '
            '"sts:AssumeRole"}',
            where="the trust policy of the role that the action names",
        ),
        Symptom(("sts:AssumeRole", "role")),
        Symptom(
            ("is not authorized to perform AssumeRole on role",),
            add='{"Effect": "Allow", "Principal": {"AWS": "${pipeline.role}"}, "Action": '
            '"sts:AssumeRole"}',
            where="the trust policy of the role that the action names",
        ),
    ),
)
def action_role_trust_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """The role of an action does not trust the pipeline's role.

    An action with a `RoleArn` of its own runs with that role, and it is the pipeline's role that assumes
    it. Its trust policy must name the pipeline's role or its account. To trust the service that the
    action is about, such as `codebuild.amazonaws.com`, is the common mistake: the action's role is not
    the service role of the build project. The deployment of the pipeline fails with an
    InvalidStructureException, "is not authorized to perform AssumeRole on role".

    Allow `sts:AssumeRole` to the pipeline's role in the trust policy of the action's role.

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
                  RoleArn: !GetAtt BuildRole.Arn
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
                  - {Effect: Allow, Action: sts:AssumeRole, Resource: !GetAtt BuildRole.Arn}
      BuildRole:
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
                  RoleArn: !GetAtt BuildRole.Arn
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
                  - {Effect: Allow, Action: sts:AssumeRole, Resource: !GetAtt BuildRole.Arn}
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: !GetAtt Role.Arn}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: "*"}
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
          role_arn      = aws_iam_role.build.arn
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
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Resource = aws_iam_role.build.arn }]
      })
    }
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "build" {
      name = "pipeline"
      role = aws_iam_role.build.name
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
          role_arn      = aws_iam_role.build.arn
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
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Resource = aws_iam_role.build.arn }]
      })
    }
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = aws_iam_role.pipeline.arn } }]
      })
    }
    resource "aws_iam_role_policy" "build" {
      name = "pipeline"
      role = aws_iam_role.build.name
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"], Resource = "*" }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html
    Source: https://github.com/hashicorp/terraform-provider-aws/issues/13103
    """
    yield from graph.unmet(action, "action-role-trust-missing")
