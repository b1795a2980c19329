from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule

BECAUSE = (
    "The source action uses the connection with the role of the action, else the "
    "pipeline role. The role lacks UseConnection on the connection's ARN; the "
    "connection itself may be in order."
)


@rule(
    "connection-use-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(("Unable to use Connection",), BECAUSE),
        Symptom(
            ("Unable to use Connection", "The provided role does not have sufficient permissions"),
            BECAUSE,
        ),
    ),
)
def use_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not use the connection to the repository.

    A source action for GitHub, GitLab or Bitbucket reads through a connection. The role that runs
    it needs `codeconnections:UseConnection`, or the same action by its older name,
    `codestar-connections:UseConnection`, on the connection's ARN. Without it the action fails:
    "Unable to use Connection. The provided role does not have sufficient permissions", which reads
    as if the connection were broken.

    AWS documents both names as needed; the AWS CDK grants the older one alone, and its pipelines
    run. So passrole asks for one of them. Allow it on the ARN that `ConnectionArn` names.

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
                    ConnectionArn: !Ref Connection
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
                  - {Effect: Allow, Action: codestar-connections:PassConnection, Resource: "*"}
      Connection:
        Type: AWS::CodeStarConnections::Connection
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
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    ConnectionArn: !Ref Connection
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
                    Resource: !Ref Connection
      Connection:
        Type: AWS::CodeStarConnections::Connection
        Properties: {ConnectionName: github, ProviderType: GitHub}
    ```

    The same in Terraform, as JSON:

    ```json finding=10
    {
      "resource": {
        "aws_codepipeline": {
          "shop": {
            "name": "shop",
            "role_arn": "${aws_iam_role.pipeline.arn}",
            "artifact_store": [{"location": "artifacts", "type": "S3"}],
            "stage": [{
              "name": "Source",
              "action": [{
                "name": "CodeStarSourceConnection",
                "category": "Source",
                "owner": "AWS",
                "provider": "CodeStarSourceConnection",
                "version": "1",
                "configuration": {
                  "ConnectionArn": "${aws_codestarconnections_connection.github.arn}",
                  "FullRepositoryId": "example/shop",
                  "BranchName": "main"
                }
              }]
            }]
          }
        },
        "aws_iam_role": {
          "pipeline": {
            "name": "pipeline",
            "assume_role_policy": "${jsonencode(local.pipeline_trust)}"
          }
        },
        "aws_iam_role_policy": {
          "pipeline": {
            "role": "${aws_iam_role.pipeline.id}",
            "policy": "${jsonencode(local.pipeline)}"
          }
        },
        "aws_codestarconnections_connection": {
          "github": {
            "name": "github",
            "provider_type": "GitHub"
          }
        }
      },
      "locals": {
        "pipeline": {
          "Statement": [
            {"Effect": "Allow", "Action": "codestar-connections:PassConnection", "Resource": "${aws_codestarconnections_connection.github.arn}"}
          ]
        },
        "pipeline_trust": {
          "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "codepipeline.amazonaws.com"}}
          ]
        }
      }
    }
    ```

    ```json
    {
      "resource": {
        "aws_codepipeline": {
          "shop": {
            "name": "shop",
            "role_arn": "${aws_iam_role.pipeline.arn}",
            "artifact_store": [{"location": "artifacts", "type": "S3"}],
            "stage": [{
              "name": "Source",
              "action": [{
                "name": "CodeStarSourceConnection",
                "category": "Source",
                "owner": "AWS",
                "provider": "CodeStarSourceConnection",
                "version": "1",
                "configuration": {
                  "ConnectionArn": "${aws_codestarconnections_connection.github.arn}",
                  "FullRepositoryId": "example/shop",
                  "BranchName": "main"
                }
              }]
            }]
          }
        },
        "aws_iam_role": {
          "pipeline": {
            "name": "pipeline",
            "assume_role_policy": "${jsonencode(local.pipeline_trust)}"
          }
        },
        "aws_iam_role_policy": {
          "pipeline": {
            "role": "${aws_iam_role.pipeline.id}",
            "policy": "${jsonencode(local.pipeline)}"
          }
        },
        "aws_codestarconnections_connection": {
          "github": {
            "name": "github",
            "provider_type": "GitHub"
          }
        }
      },
      "locals": {
        "pipeline": {
          "Statement": [
            {"Effect": "Allow", "Action": "codestar-connections:UseConnection", "Resource": "${aws_codestarconnections_connection.github.arn}"}
          ]
        },
        "pipeline_trust": {
          "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "codepipeline.amazonaws.com"}}
          ]
        }
      }
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
        action {  # finding
          name             = "Source"
          category         = "Source"
          owner            = "AWS"
          provider         = "CodeStarSourceConnection"
          version          = "1"
          output_artifacts = ["Source"]
          configuration = {
            ConnectionArn    = aws_codestarconnections_connection.github.arn
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
    resource "aws_iam_role_policy" "pipeline" {
      name = "pipeline"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "codestar-connections:PassConnection", Resource = "*" }]
      })
    }
    resource "aws_codestarconnections_connection" "github" {
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
            ConnectionArn    = aws_codestarconnections_connection.github.arn
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
    resource "aws_iam_role_policy" "pipeline" {
      name = "pipeline"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = "codestar-connections:UseConnection"
          Resource = aws_codestarconnections_connection.github.arn
        }]
      })
    }
    resource "aws_codestarconnections_connection" "github" {
      name          = "github"
      provider_type = "GitHub"
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html
    """
    yield from graph.unmet(action, "connection-use-missing")
