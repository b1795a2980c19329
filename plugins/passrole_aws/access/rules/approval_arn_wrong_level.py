from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from passrole import (
    Breadth,
    Category,
    Grant,
    Graph,
    Pipeline,
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
from passrole_aws.access.entities import approval_arns, places_of, siblings

APPROVE = "codepipeline:PutApprovalResult"
PIPELINES = "arn:*:codepipeline:*:*:*"
ACTIONS = "arn:*:codepipeline:*:*:*/*/*"


@rule(
    "approval-arn-wrong-level",
    autofix="unsafe",
    checks=PolicyDocument,
    severity=Severity.HIGH,
    category=Category.ACCESS,
    symptoms=(
        Symptom(
            ("codepipeline:PutApprovalResult",),
            "The resource of PutApprovalResult is the action: pipeline, stage and action. A"
            " statement that names the pipeline does not grant it.",
        ),
    ),
)
def approval_arn_wrong_level(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A policy grants an approval on a resource that is no approval action.

    `codepipeline:PutApprovalResult` works on an action: its ARN ends in
    `<pipeline>/<stage>/<action>`. On the ARN of the pipeline or of a stage it grants nothing. The
    same holds where the pipeline is in the scanned tree and has no approval of that name.

    The approver gets `is not authorized to perform: codepipeline:PutApprovalResult on resource:
    arn:aws:codepipeline:…:<pipeline>/<stage>/<action>`, and the execution waits until it times out.

    Put the whole ARN of the action, or `<pipeline>/*` for all approvals of a pipeline.

    ```yaml
    Resources:
      Approvers:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: approve
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow  # finding
                    Action: codepipeline:PutApprovalResult
                    Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop
    ```

    ```yaml
    Resources:
      Approvers:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: approve
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: codepipeline:PutApprovalResult
                    Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop/Approve/Review
    ```

    ```hcl
    resource "aws_iam_policy" "approve" {
      name = "approve"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{  # finding
          Effect   = "Allow"
          Action   = "codepipeline:PutApprovalResult"
          Resource = "arn:aws:codepipeline:eu-west-1:111122223333:shop/Approve"
        }]
      })
    }
    ```

    ```hcl
    resource "aws_iam_policy" "approve" {
      name = "approve"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = "codepipeline:PutApprovalResult"
          Resource = "arn:aws:codepipeline:eu-west-1:111122223333:shop/*"
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-iam-permissions.html
    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html
    """
    if document.policy.kind is not PolicyKind.IDENTITY:
        return
    others = siblings(document, graph)
    granted = list(grants_in((document.policy,), APPROVE))
    if others is None or not granted:
        return
    if any(grant.reaches(ACTIONS) is not Truth.FALSE for grant in grants_in(others, APPROVE)):
        yield from _no_such_approval(document, granted, graph)
        return
    for grant in granted:
        if grant.breadth is Breadth.NAMED and grant.reaches(PIPELINES) is not Truth.FALSE:
            yield _report(
                document,
                grant,
                f"{grant.statement.label} allows {APPROVE} on a pipeline or a stage. It works on"
                " approval actions, so nothing is allowed.",
                graph,
            )


def _no_such_approval(
    document: PolicyDocument, granted: list[Grant], graph: Graph
) -> Iterator[Report]:
    """Grants that surely name a pipeline of the tree and no approval that it has."""
    for grant in granted:
        if grant.breadth is not Breadth.NAMED or len(grant.statement.resources) != 1:
            continue
        for pipeline in graph.pipelines:
            if not pipeline.unresolved and _misses(grant, pipeline):
                yield _report(
                    document,
                    grant,
                    f"{grant.statement.label} allows {APPROVE} in pipeline {pipeline.label}, on"
                    " an approval that the pipeline does not have.",
                    graph,
                )


def _misses(grant: Grant, pipeline: Pipeline) -> bool:
    (item,) = grant.statement.resources
    arn = getattr(item, "known", lambda: None)()
    name = pipeline.resource.name.known()
    if arn is None or name is None or f":{name}/" not in arn:
        return False
    return all(grant.holds(pipeline.arn_of(action)) is Truth.FALSE for action in pipeline.approvals)


def _report(document: PolicyDocument, grant: Grant, message: str, graph: Graph) -> Report:
    statement = grant.statement
    return Report(
        origin=statement.origin or document.origin,
        message=message,
        symptom=f"The approver is told: is not authorized to perform: {APPROVE}.",
        remedy=f"Name the approval action: {approval_arns(graph)}.",
        subject=Subject(iam_action=APPROVE, resource=str(statement.resources[0])),
        world=statement.world,
        defaults=statement.defaults,
        causes=places_of((APPROVE,), statement),
        repair=partial(_on_approval, statement, graph),
    )


def _on_approval(statement: Statement, graph: Graph) -> Repair | None:
    """The statement on the only approval of the tree, or on all of the pipeline that it names."""
    arns = [
        pipeline.arn_of(action) for pipeline in graph.pipelines for action in pipeline.approvals
    ]
    if len(arns) == 1:
        return also_on_resource(statement, arns[0])
    (item, *others) = statement.resources
    if arns or others or not isinstance(item, Text):
        return None
    every = also_on_resource(statement, join((item, "/*")))
    return replace(every, safe=False) if every is not None else None
