from collections.abc import Iterator

from passrole import (
    Breadth,
    Category,
    Graph,
    Identity,
    PolicyDocument,
    Repair,
    Report,
    Severity,
    Statement,
    Symptom,
    Truth,
    known,
    only_on_resources,
    rule,
)
from passrole_aws.access.entities import audience

START = "codepipeline:StartPipelineExecution"
ON_PIPELINES = frozenset(
    (
        START,
        "codepipeline:GetPipeline",
        "codepipeline:GetPipelineExecution",
        "codepipeline:GetPipelineState",
        "codepipeline:ListPipelineExecutions",
        "codepipeline:StopPipelineExecution",
    )
)
"""Actions that are asked for on a pipeline, and on nothing else."""


@rule(
    "start-execution-unrestricted",
    autofix="unsafe",
    checks=(Identity, PolicyDocument),
    severity=Severity.MEDIUM,
    category=Category.ACCESS,
    symptoms=(Symptom(("start any pipeline",)),),
)
def start_execution_unrestricted(
    subject: Identity | PolicyDocument, graph: Graph
) -> Iterator[Report]:
    """Somebody may start every pipeline of the account.

    Starting a pipeline is more than pressing a button: `StartPipelineExecution` may name the source
    revision, so it also rolls back to an old commit or brings one forward that nobody merged. A
    user or a CI role needs it for its own pipelines.

    Name the pipelines: `arn:aws:codepipeline:<region>:<account>:<pipeline>`. A policy of
    `codepipeline:*` is not reported here.

    ```yaml
    Resources:
      Ci:
        Type: AWS::IAM::User
        Properties:
          Policies:
            - PolicyName: start
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow  # finding
                    Action: codepipeline:StartPipelineExecution
                    Resource: "*"
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties: {Name: shop, RoleArn: "arn:aws:iam::111122223333:role/pipeline"}
    ```

    ```yaml
    Resources:
      Ci:
        Type: AWS::IAM::User
        Properties:
          Policies:
            - PolicyName: start
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: codepipeline:StartPipelineExecution
                    Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop
    ```

    ```hcl
    resource "aws_iam_user" "ci" {
      name = "ci"
    }
    resource "aws_iam_user_policy" "start" {
      user = aws_iam_user.ci.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{  # finding
          Effect   = "Allow"
          Action   = ["codepipeline:GetPipelineState", "codepipeline:StartPipelineExecution"]
          Resource = "*"
        }]
      })
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
    }
    ```

    ```hcl
    resource "aws_iam_user" "ci" {
      name = "ci"
    }
    resource "aws_iam_user_policy" "start" {
      user = aws_iam_user.ci.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = "codepipeline:StartPipelineExecution"
          Resource = "arn:aws:codepipeline:eu-west-1:111122223333:shop"
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_StartPipelineExecution.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/permissions-reference.html
    """
    somebody = audience(subject, graph)
    if somebody is None:
        return
    for grant in somebody.grants(START):
        if grant.breadth > Breadth.WILDCARD or grant.is_conditional:
            continue
        if grant.holds_all("codepipeline", "*") is Truth.TRUE:
            yield somebody.report(
                grant.statement,
                f"{somebody.label} may start every pipeline, with any source revision:"
                f" {grant.statement.label} allows {START} on all of them.",
                "Name the pipelines: arn:aws:codepipeline:<region>:<account>:<pipeline>.",
                iam_action=START,
                repair=_narrowed(grant.statement, graph),
            )


def _narrowed(statement: Statement, graph: Graph) -> Repair | None:
    """The statement on the pipelines of the tree, where it is about nothing else."""
    if not {known(each) for each in statement.actions} <= ON_PIPELINES:
        return None
    return only_on_resources(statement, [each.resource.arn for each in graph.pipelines])
