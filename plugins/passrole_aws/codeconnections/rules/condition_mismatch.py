from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "connection-condition-mismatch",
    checks=Action,
    of_needs=True,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    symptoms=(
        Symptom(("permissions error when CodePipeline attempted to use the CodeStar connection",)),
    ),
)
def condition_mismatch(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may use the connection, but for another repository.

    A statement that allows `UseConnection` may be narrowed to a repository by the condition key
    `codeconnections:FullRepositoryId` (or `codestar-connections:FullRepositoryId`). Its value must
    be the one in the action's configuration, letter by letter, and where it has a wildcard the
    operator must be `StringLike`. Otherwise the source action fails with a permissions error when
    it uses the connection.

    Write the repository as the action names it. Other condition keys of connections (branch,
    provider action) are not looked at.

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
                - Name: Source  # finding
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    ConnectionArn: arn:aws:codestar-connections:eu-west-1:111122223333:connection/0a1b
                    FullRepositoryId: example/shop
                    BranchName: main
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
                    Action: codestar-connections:UseConnection
                    Resource: arn:aws:codestar-connections:eu-west-1:111122223333:connection/0a1b
                    Condition: {StringEquals: {codestar-connections:FullRepositoryId: example/*}}
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
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    ConnectionArn: arn:aws:codestar-connections:eu-west-1:111122223333:connection/0a1b
                    FullRepositoryId: example/shop
                    BranchName: main
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
                    Action: codestar-connections:UseConnection
                    Resource: arn:aws:codestar-connections:eu-west-1:111122223333:connection/0a1b
                    Condition: {StringLike: {codestar-connections:FullRepositoryId: example/*}}
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
        name = "Source"
        action {  # finding
          name             = "Source"
          category         = "Source"
          owner            = "AWS"
          provider         = "CodeStarSourceConnection"
          version          = "1"
          output_artifacts = ["Source"]
          configuration = {
            ConnectionArn    = "arn:aws:codestar-connections:eu-west-1:111122223333:connection/0a1b"
            FullRepositoryId = "example/shop"
            BranchName       = "main"
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
        actions   = ["codestar-connections:UseConnection"]
        resources = ["arn:aws:codestar-connections:eu-west-1:111122223333:connection/0a1b"]
        condition {
          test     = "StringEquals"
          variable = "codestar-connections:FullRepositoryId"
          values   = ["example/*"]
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
        name = "Source"
        action {
          name             = "Source"
          category         = "Source"
          owner            = "AWS"
          provider         = "CodeStarSourceConnection"
          version          = "1"
          output_artifacts = ["Source"]
          configuration = {
            ConnectionArn    = "arn:aws:codestar-connections:eu-west-1:111122223333:connection/0a1b"
            FullRepositoryId = "example/shop"
            BranchName       = "main"
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
        actions   = ["codestar-connections:UseConnection"]
        resources = ["arn:aws:codestar-connections:eu-west-1:111122223333:connection/0a1b"]
        condition {
          test     = "StringLike"
          variable = "codestar-connections:FullRepositoryId"
          values   = ["example/*"]
        }
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html
    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodeconnections.html
    Source: https://github.com/cloudposse/terraform-aws-ecs-codepipeline/pull/75
    """
    yield from graph.unmet(action, "connection-condition-mismatch")
