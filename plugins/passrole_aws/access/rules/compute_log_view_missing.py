from collections.abc import Iterator
from functools import partial

from passrole import (
    Action,
    Breadth,
    Category,
    Graph,
    Group,
    Identity,
    PermissionSet,
    Repair,
    Report,
    Severity,
    Symptom,
    User,
    known,
    rule,
)
from passrole_aws.access.entities import audience

VIEWS = "codepipeline:GetPipelineState"
LOGS = "logs:GetLogEvents"
# The actions whose output is in a log group of the pipeline, /aws/codepipeline/<pipeline>.
LOGGED = ("Commands", "EKS", "ECRBuildAndPublish", "EC2", "InspectorScan")


@rule(
    "compute-log-view-missing",
    autofix="safe",
    checks=Identity,
    severity=Severity.INFO,
    category=Category.ACCESS,
    symptoms=(Symptom(("cannot see logs",)), Symptom(("logs:GetLogEvents",))),
)
def compute_log_view_missing(subject: Identity, graph: Graph) -> Iterator[Report]:
    """Somebody may look at pipelines but not at the logs of their compute actions.

    The output of actions that run on CodePipeline's own compute, such as Commands, is in the log
    group `/aws/codepipeline/<pipeline>`. The console shows it to those who have
    `logs:GetLogEvents` there. The finding is made for users, groups and permission sets all of
    whose policies are known, where a scanned pipeline has such an action.

    The console says that the log cannot be shown.

    Allow `logs:GetLogEvents` on `arn:aws:logs:<region>:<account>:log-group:/aws/codepipeline/<pipeline>:*`.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          PipelineType: V2
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Test
              Actions:
                - Name: Test
                  ActionTypeId: {Category: Compute, Owner: AWS, Provider: Commands, Version: "1"}
                  Commands: [make test]
      Viewers:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: view
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: codepipeline:GetPipelineState, Resource: "*"}  # finding
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          PipelineType: V2
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Test
              Actions:
                - Name: Test
                  ActionTypeId: {Category: Compute, Owner: AWS, Provider: Commands, Version: "1"}
                  Commands: [make test]
      Viewers:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: view
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: codepipeline:GetPipelineState, Resource: "*"}
                  - {Effect: Allow, Action: logs:GetLogEvents, Resource: "*"}
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name          = "shop"
      pipeline_type = "V2"
      role_arn      = "arn:aws:iam::111122223333:role/pipeline"
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Test"
        action {
          name     = "Test"
          category = "Compute"
          owner    = "AWS"
          provider = "Commands"
          version  = "1"
          commands = ["make test"]
        }
      }
    }
    resource "aws_iam_user" "viewer" {
      name = "viewer"
    }
    resource "aws_iam_user_policy" "view" {
      user = aws_iam_user.viewer.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{  # finding
          Effect   = "Allow"
          Action   = ["codepipeline:GetPipelineState", "codepipeline:ListPipelines"]
          Resource = "*"
        }]
      })
    }
    ```

    ```hcl
    resource "aws_iam_user" "viewer" {
      name = "viewer"
    }
    resource "aws_iam_user_policy" "view" {
      user = aws_iam_user.viewer.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["codepipeline:GetPipelineState", "codepipeline:ListPipelines"]
          Resource = "*"
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/security-iam-permissions-console-logs.html
    """
    if not isinstance(subject, (User, Group, PermissionSet)) or not _has_logs(graph):
        return
    somebody = audience(subject, graph)
    if somebody is None or not somebody.lacks(LOGS):
        return
    for grant in somebody.grants(VIEWS):
        if grant.breadth is not Breadth.EVERYTHING:
            yield somebody.report(
                grant.statement,
                f"{somebody.label} may look at pipelines ({grant.statement.label}) but not at the"
                " logs of their compute actions.",
                f"Allow {LOGS} on the log group /aws/codepipeline/<pipeline>.",
                symptom="The console cannot show the log of an action.",
                iam_action=LOGS,
                repair=partial(_reading, subject, graph),
            )
            return


def _reading(identity: Identity, graph: Graph) -> Repair | None:
    """The log group of the only pipeline that has such actions."""
    found = [each for each in graph.pipelines if any(map(_is_logged, each.actions))]
    if len(found) != 1:
        return None
    resource = found[0].resource
    group = "arn:{partition}:logs:{region}:{account}:log-group:/aws/codepipeline/{pipeline}:*"
    arn = resource.target.filled(group, pipeline=resource.name)
    return graph.repairs.granting(identity, (LOGS,), arn)


def _has_logs(graph: Graph) -> bool:
    return any(_is_logged(action) for pipeline in graph.pipelines for action in pipeline.actions)


def _is_logged(action: Action) -> bool:
    return known(action.provider) in LOGGED and known(action.owner) == "AWS"
