from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "pass-role-wrong-passed-to-service",
    checks=Action,
    of_needs=True,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(("PassRole denied although",)),
        Symptom(("iam:PassRole", "iam:PassedToService")),
    ),
)
def pass_role_wrong_passed_to_service(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may be passed, but to another service than the one that gets it.

    The condition key `iam:PassedToService` holds the service that a role is given to:
    `cloudformation.amazonaws.com` for the role of a stack, `ecs-tasks.amazonaws.com` for the roles of an
    ECS task. A statement that allows `iam:PassRole` with another service in its condition, or with an
    empty text, as it stands in copies of an old AWS example, denies the call as if it were not there.

    Name the service that the finding names in the condition.

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
                  Configuration:
                    ActionMode: DELETE_ONLY
                    StackName: shop
                    RoleArn: !GetAtt DeployRole.Arn
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
                  - {Effect: Allow, Action: cloudformation:*, Resource: "*"}
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: !GetAtt DeployRole.Arn
                    Condition: {StringEquals: {iam:PassedToService: ecs-tasks.amazonaws.com}}
      DeployRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: cloudformation.amazonaws.com}}
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
                  Configuration:
                    ActionMode: DELETE_ONLY
                    StackName: shop
                    RoleArn: !GetAtt DeployRole.Arn
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
                  - {Effect: Allow, Action: cloudformation:*, Resource: "*"}
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: !GetAtt DeployRole.Arn
                    Condition: {StringEquals: {iam:PassedToService: cloudformation.amazonaws.com}}
      DeployRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: cloudformation.amazonaws.com}}
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
          name     = "Deploy"
          category = "Deploy"
          owner    = "AWS"
          provider = "CloudFormation"
          version  = "1"
          configuration = {
            ActionMode = "DELETE_ONLY"
            StackName  = "shop"
            RoleArn    = aws_iam_role.deploy.arn
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
          { Effect = "Allow", Action = "cloudformation:*", Resource = "*" },
          {
            Effect   = "Allow"
            Action   = "iam:PassRole"
            Resource = aws_iam_role.deploy.arn
            Condition = {
              StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" }
            }
          },
        ]
      })
    }
    resource "aws_iam_role" "deploy" {
      name = "deploy"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "cloudformation.amazonaws.com" } }]
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
        name = "Deploy"
        action {
          name     = "Deploy"
          category = "Deploy"
          owner    = "AWS"
          provider = "CloudFormation"
          version  = "1"
          configuration = {
            ActionMode = "DELETE_ONLY"
            StackName  = "shop"
            RoleArn    = aws_iam_role.deploy.arn
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
          { Effect = "Allow", Action = "cloudformation:*", Resource = "*" },
          {
            Effect   = "Allow"
            Action   = "iam:PassRole"
            Resource = aws_iam_role.deploy.arn
            Condition = {
              StringEquals = { "iam:PassedToService" = "cloudformation.amazonaws.com" }
            }
          },
        ]
      })
    }
    resource "aws_iam_role" "deploy" {
      name = "deploy"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "cloudformation.amazonaws.com" } }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/security-iam.html
    """
    yield from graph.unmet(action, "pass-role-wrong-passed-to-service")
