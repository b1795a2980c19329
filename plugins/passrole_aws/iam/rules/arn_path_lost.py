from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule

BECAUSE = "The ARN of a role holds its path: `role/Name` does not match `role/service-role/Name`."


@rule(
    "arn-path-lost",
    autofix="safe",
    checks=Action,
    of_needs=True,
    severity=Severity.HIGH,
    category=Category.POLICY,
    symptoms=(
        Symptom(("PassRole", "role/service-role"), BECAUSE),
        Symptom(("AssumeRole", "role/service-role"), BECAUSE),
    ),
)
def arn_path_lost(action: Action, graph: Graph) -> Iterator[Report]:
    """A statement names a role without its path.

    The path of a role is part of its ARN: `role/delivery/Deploy` is another resource than `role/Deploy`.
    A policy with the short form does not match, and `iam:PassRole` or `sts:AssumeRole` is denied. Roles
    that AWS consoles make have a path too: `role/service-role/`. (A `Principal` in a trust policy and the
    ARN of a session show it differently, which is how the path gets lost.)

    Write the whole ARN, best by reference to the role.

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
                    Resource: !Sub arn:aws:iam::${AWS::AccountId}:role/Deploy
      DeployRole:
        Type: AWS::IAM::Role
        Properties:
          RoleName: Deploy
          Path: /delivery/
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
                    Resource: !Sub arn:aws:iam::${AWS::AccountId}:role/delivery/Deploy
      DeployRole:
        Type: AWS::IAM::Role
        Properties:
          RoleName: Deploy
          Path: /delivery/
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: cloudformation.amazonaws.com}}
    ```

    ```hcl
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
            Resource = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/Deploy"
          },
        ]
      })
    }
    resource "aws_iam_role" "deploy" {
      name = "Deploy"
      path = "/delivery/"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "cloudformation.amazonaws.com" } }]
      })
    }
    ```

    ```hcl
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
            Resource = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/delivery/Deploy"
          },
        ]
      })
    }
    resource "aws_iam_role" "deploy" {
      name = "Deploy"
      path = "/delivery/"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "cloudformation.amazonaws.com" } }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    yield from graph.unmet(action, "arn-path-lost")
