from collections.abc import Iterator

from passrole import (
    Breadth,
    Category,
    Confidence,
    Grant,
    Graph,
    Policy,
    PolicyDocument,
    PolicyKind,
    Repair,
    Report,
    Severity,
    Statement,
    Subject,
    Symptom,
    Text,
    Truth,
    also_on_resource,
    grants_in,
    join,
    rule,
)
from passrole_aws.access.entities import places_of, siblings

PIPELINES = "arn:*:codepipeline:*:*:*"
STAGES = "arn:*:codepipeline:*:*:*/*"
ACTIONS = "arn:*:codepipeline:*:*:*/*/*"

# From the service authorization reference. Of the two transitions the user guide says that they
# work on the pipeline, so what is said of them is disputed.
LEVELS = {
    "codepipeline:OverrideStageCondition": (STAGES, "a stage"),
    "codepipeline:PutActionRevision": (ACTIONS, "an action"),
    "codepipeline:RetryStageExecution": (STAGES, "a stage"),
    "codepipeline:RollbackStage": (STAGES, "a stage"),
    "codepipeline:DisableStageTransition": (STAGES, "a stage"),
    "codepipeline:EnableStageTransition": (STAGES, "a stage"),
}
DISPUTED = ("codepipeline:DisableStageTransition", "codepipeline:EnableStageTransition")


@rule(
    "stage-level-arn-missing",
    autofix="safe",
    checks=PolicyDocument,
    severity=Severity.HIGH,
    category=Category.ACCESS,
    symptoms=(
        Symptom(("codepipeline:RetryStageExecution",)),
        Symptom(("codepipeline:EnableStageTransition",)),
        Symptom(("codepipeline:DisableStageTransition",)),
        Symptom(("codepipeline:RollbackStage",)),
        Symptom(("although the pipeline ARN is granted",)),
    ),
)
def stage_level_arn_missing(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A policy grants an operation on a pipeline that works on its stages or actions.

    `RetryStageExecution`, `RollbackStage`, `OverrideStageCondition` and the two stage transitions
    work on a stage, `PutActionRevision` on an action. A statement that names the pipeline alone
    grants none of them. Of the transitions AWS's user guide says that the pipeline is their
    resource, its reference that the stage is: there the finding is of low confidence.

    The user is told that the operation is not allowed on `<pipeline>/<stage>`.

    Name the stage as well: both `<pipeline>` and `<pipeline>/*`.

    ```yaml
    Resources:
      Operators:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: retry
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow  # finding
                    Action: [codepipeline:GetPipelineState, codepipeline:RetryStageExecution]
                    Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop
    ```

    ```yaml
    Resources:
      Operators:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: retry
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: [codepipeline:GetPipelineState, codepipeline:RetryStageExecution]
                    Resource:
                      - !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop
                      - !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop/*
    ```

    ```hcl
    resource "aws_iam_policy" "retry" {
      name = "retry"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{  # finding
          Effect   = "Allow"
          Action   = ["codepipeline:RollbackStage", "codepipeline:RetryStageExecution"]
          Resource = "arn:aws:codepipeline:eu-west-1:111122223333:shop"
        }]
      })
    }
    ```

    ```hcl
    resource "aws_iam_policy" "retry" {
      name = "retry"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["codepipeline:RollbackStage", "codepipeline:RetryStageExecution"]
          Resource = "arn:aws:codepipeline:eu-west-1:111122223333:shop/Deploy"
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/permissions-reference.html
    """
    if document.policy.kind is not PolicyKind.IDENTITY:
        return
    others = siblings(document, graph)
    if others is None:
        return
    lost: dict[Statement, list[str]] = {}
    for operation in LEVELS:
        for grant in _on_pipelines(document.policy, others, operation):
            lost.setdefault(grant.statement, []).append(operation)
    for statement, operations in lost.items():
        yield _report(document, statement, operations)


def _on_pipelines(policy: Policy, others: tuple[Policy, ...], operation: str) -> Iterator[Grant]:
    arns, _ = LEVELS[operation]
    granted = [g for g in grants_in((policy,), operation) if g.breadth is Breadth.NAMED]
    if granted and all(g.reaches(arns) is Truth.FALSE for g in grants_in(others, operation)):
        yield from (grant for grant in granted if grant.reaches(PIPELINES) is not Truth.FALSE)


def _report(document: PolicyDocument, statement: Statement, operations: list[str]) -> Report:
    levels = sorted({LEVELS[operation][1] for operation in operations})
    works = "work" if len(operations) > 1 else "works"
    return Report(
        origin=statement.origin or document.origin,
        message=f"{statement.label} allows {', '.join(operations)} on a pipeline; that"
        f" {works} on {' or '.join(levels)}, so nothing is allowed.",
        symptom=f"is not authorized to perform: {operations[0]} on resource: <pipeline>/<stage>",
        remedy="Add the ARN of the stage, <pipeline>/<stage>, or <pipeline>/* for all that is in"
        " the pipeline.",
        subject=Subject(iam_action=operations[0], resource=str(statement.resources[0])),
        confidence=Confidence.LOW if set(operations) <= set(DISPUTED) else Confidence.HIGH,
        world=statement.world,
        defaults=statement.defaults,
        causes=places_of(operations, statement),
        repair=_below(statement),
    )


def _below(statement: Statement) -> Repair | None:
    """The statement on what is in its only pipeline as well."""
    (item, *others) = statement.resources
    if others or not isinstance(item, Text):
        return None
    return also_on_resource(statement, join((item, "/*")))
