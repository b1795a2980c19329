from collections.abc import Iterator

from passrole import (
    Action,
    Category,
    Confidence,
    Graph,
    Related,
    Report,
    Severity,
    Subject,
    Symptom,
    get,
    known,
    rule,
)
from passrole_aws.codeconnections.entities import Connection

BECAUSE = "A connection that a template makes waits for somebody to finish it in the console."


@rule(
    "connection-created-pending",
    checks=Connection,
    severity=Severity.MEDIUM,
    category=Category.BREAKS,
    confidence=Confidence.MEDIUM,
    symptoms=(
        Symptom(("connection", "pending"), BECAUSE),
        Symptom(("First execution fails", "Pending"), BECAUSE),
    ),
)
def created_pending(connection: Connection, graph: Graph) -> Iterator[Report]:
    """A pipeline is created together with the connection that it reads from.

    A connection that is made by a template is pending: somebody has to finish the handshake with
    the host of the repositories in the console. A pipeline of the same deployment starts before
    that, so its first execution fails, and it is not triggered by changes until the connection is
    available. GitLab's webhooks are not created at all.

    Make the connection once, by hand or in a deployment of its own, finish it, and give its ARN to
    the pipeline as a parameter. Or know it: finish the handshake and start the pipeline again. The
    finding is of medium confidence as the connection may be finished long since.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    ConnectionArn: !GetAtt Connection.ConnectionArn
                    FullRepositoryId: example/shop
                    BranchName: main
      Connection:  # finding
        Type: AWS::CodeConnections::Connection
        Properties: {ConnectionName: github, ProviderType: GitHub}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    ConnectionArn: arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b
                    FullRepositoryId: example/shop
                    BranchName: main
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
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
            ConnectionArn    = aws_codeconnections_connection.github.arn
            FullRepositoryId = "example/shop"
            BranchName       = "main"
          }
        }
      }
    }
    resource "aws_codeconnections_connection" "github" {  # finding
      name          = "github"
      provider_type = "GitHub"
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
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
            ConnectionArn    = "arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b"
            FullRepositoryId = "example/shop"
            BranchName       = "main"
          }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-update.html
    Source: https://github.com/hashicorp/terraform-provider-aws/issues/27127
    """
    users: list[Action] = [
        action
        for pipeline in graph.pipelines
        if pipeline.resource.stack == connection.resource.stack
        for action in pipeline.actions
        if known(action.provider) == "CodeStarSourceConnection"
        and graph.find(get(action.configuration, "ConnectionArn"), Connection, near=pipeline)
        is connection
    ]
    if not users or connection.resource.is_deployed:
        return
    first = users[0]
    yield Report(
        origin=connection.resource.key or connection.resource.origin,
        message=f"Connection {connection.label} is pending when it is created, and {first.label} of"
        f" pipeline {first.pipeline} reads from it at once.",
        symptom="The first execution fails, and changes do not start the pipeline until somebody"
        " finishes the connection in the console.",
        remedy="Finish the connection in the console and start the pipeline again, or create the"
        " connection before, apart from the pipeline.",
        subject=Subject(
            pipeline=first.pipeline,
            stage=first.stage,
            action=first.name,
            resource=connection.label,
        ),
        related=tuple(Related(f"{user.label} reads from it", user.location) for user in users),
        confidence=Confidence.MEDIUM,
        world=connection.world,
    )
