from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "codedeploy-ecs-register-taskdef-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(
            ("The provided role does not have sufficient permissions to access CodeDeploy",),
            "CodeDeploy is not what is missing: the action registers the task definition "
            "before it asks CodeDeploy, and is denied there. CloudTrail shows "
            "ecs:RegisterTaskDefinition.",
        ),
    ),
)
def ecs_register_taskdef_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not register the task definition that it deploys.

    A blue/green deployment to ECS has two steps. First the action itself registers the task
    definition from the artifact, with `ecs:RegisterTaskDefinition`; only then it asks CodeDeploy
    for a deployment. A role that was made for CodeDeploy alone fails in the first step, and the
    message blames the second: "PermissionError: The provided role does not have sufficient
    permissions to access CodeDeploy". Nothing is wrong with what the role may do in CodeDeploy.

    Allow `ecs:RegisterTaskDefinition` on `*` in the role that runs the action, beside
    `iam:PassRole` on the roles that the task definition names. The policies that AWS manages for
    the role of CodeDeploy do not hold it: that is another role.

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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeployToECS, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ApplicationName: shop
                    DeploymentGroupName: production
                    TaskDefinitionTemplateArtifact: Source
                    AppSpecTemplateArtifact: Source
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
                      - codedeploy:CreateDeployment
                      - codedeploy:GetDeployment
                      - codedeploy:GetDeploymentConfig
                      - codedeploy:GetApplication
                      - codedeploy:GetApplicationRevision
                      - codedeploy:RegisterApplicationRevision
                    Resource: "*"
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: arn:aws:iam::*:role/shop-*
                    Condition: {StringEquals: {"iam:PassedToService": ecs-tasks.amazonaws.com}}
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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeployToECS, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ApplicationName: shop
                    DeploymentGroupName: production
                    TaskDefinitionTemplateArtifact: Source
                    AppSpecTemplateArtifact: Source
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
                      - codedeploy:CreateDeployment
                      - codedeploy:GetDeployment
                      - codedeploy:GetDeploymentConfig
                      - codedeploy:GetApplication
                      - codedeploy:GetApplicationRevision
                      - codedeploy:RegisterApplicationRevision
                    Resource: "*"
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: arn:aws:iam::*:role/shop-*
                    Condition: {StringEquals: {"iam:PassedToService": ecs-tasks.amazonaws.com}}
                  - {Effect: Allow, Action: ecs:RegisterTaskDefinition, Resource: "*"}
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
        name = "Deploy"
        action {  # finding
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "CodeDeployToECS"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ApplicationName                = "shop"
            DeploymentGroupName            = "production"
            TaskDefinitionTemplateArtifact = "Source"
            AppSpecTemplateArtifact        = "Source"
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
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions = [
          "codedeploy:CreateDeployment",
          "codedeploy:GetDeployment",
          "codedeploy:GetDeploymentConfig",
          "codedeploy:GetApplication",
          "codedeploy:GetApplicationRevision",
          "codedeploy:RegisterApplicationRevision",
        ]
        resources = ["*"]
      }
      statement {
        actions   = ["iam:PassRole"]
        resources = ["arn:aws:iam::*:role/shop-*"]
        condition {
          test     = "StringEquals"
          variable = "iam:PassedToService"
          values   = ["ecs-tasks.amazonaws.com"]
        }
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
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
        name = "Deploy"
        action {
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "CodeDeployToECS"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ApplicationName                = "shop"
            DeploymentGroupName            = "production"
            TaskDefinitionTemplateArtifact = "Source"
            AppSpecTemplateArtifact        = "Source"
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
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions = [
          "codedeploy:CreateDeployment",
          "codedeploy:GetDeployment",
          "codedeploy:GetDeploymentConfig",
          "codedeploy:GetApplication",
          "codedeploy:GetApplicationRevision",
          "codedeploy:RegisterApplicationRevision",
        ]
        resources = ["*"]
      }
      statement {
        actions   = ["iam:PassRole"]
        resources = ["arn:aws:iam::*:role/shop-*"]
        condition {
          test     = "StringEquals"
          variable = "iam:PassedToService"
          values   = ["ecs-tasks.amazonaws.com"]
        }
      }
      statement {
        actions   = ["ecs:RegisterTaskDefinition"]
        resources = ["*"]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECSbluegreen.html
    """
    yield from graph.unmet(action, "codedeploy-ecs-register-taskdef-missing")
