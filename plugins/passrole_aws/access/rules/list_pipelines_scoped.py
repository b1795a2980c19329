from collections.abc import Iterator

from passrole import (
    Breadth,
    Category,
    Graph,
    PolicyDocument,
    PolicyKind,
    Report,
    Severity,
    Statement,
    Subject,
    Symptom,
    Truth,
    apart_on_everything,
    grants_in,
    rule,
)
from passrole_aws.access.entities import siblings

# No resource type in the service authorization reference. The user guide shows ListActionTypes on
# action types and ListPipelines on all pipelines of an account, so neither is reported.
OPERATIONS = (
    "codepipeline:ListPipelines",
    "codepipeline:ListActionTypes",
    "codepipeline:ListRuleTypes",
    "codepipeline:GetActionType",
)
ACTION_TYPES = "arn:*:codepipeline:*:*:actiontype:*"


@rule(
    "list-pipelines-scoped",
    autofix="safe",
    checks=PolicyDocument,
    severity=Severity.HIGH,
    category=Category.ACCESS,
    symptoms=(
        Symptom(("dashboard", "denied")),
        Symptom(
            ("codepipeline:ListPipelines",),
            "ListPipelines knows no resource but `*`: a statement that names a pipeline "
            "does not grant it.",
        ),
    ),
)
def list_pipelines_scoped(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A policy scopes an operation to a pipeline that is only ever allowed on `*`.

    `ListPipelines`, `ListActionTypes`, `ListRuleTypes` and `GetActionType` work on the account as
    a whole. A statement that names a pipeline does not allow them at all.

    The console shows an empty list of pipelines, or that `codepipeline:ListPipelines` is not
    authorized; the command line fails with `AccessDeniedException`.

    Put them into a statement of their own with `Resource: "*"`.

    ```yaml
    Resources:
      Viewers:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: view
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow  # finding
                    Action: [codepipeline:ListPipelines, codepipeline:GetPipeline]
                    Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop
    ```

    ```yaml
    Resources:
      Viewers:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: view
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: codepipeline:ListPipelines, Resource: "*"}
                  - Effect: Allow
                    Action: codepipeline:GetPipeline
                    Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop
    ```

    ```hcl
    resource "aws_iam_policy" "view" {
      name = "view"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{  # finding
          Effect   = "Allow"
          Action   = "codepipeline:ListPipelines"
          Resource = "arn:aws:codepipeline:eu-west-1:111122223333:shop-*"
        }]
      })
    }
    ```

    ```hcl
    resource "aws_iam_policy" "view" {
      name = "view"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = "codepipeline:ListPipelines"
          Resource = "*"
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/permissions-reference.html
    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html
    """
    if document.policy.kind is not PolicyKind.IDENTITY:
        return
    others = siblings(document, graph)
    if others is None:
        return
    lost: dict[Statement, list[str]] = {}
    for operation in OPERATIONS:
        granted = tuple(grants_in(others, operation))
        if any(
            grant.holds_all("codepipeline", "*") is not Truth.FALSE
            or grant.reaches(ACTION_TYPES) is Truth.TRUE
            for grant in granted
        ):
            continue
        for grant in grants_in((document.policy,), operation):
            if grant.breadth is Breadth.NAMED:
                lost.setdefault(grant.statement, []).append(operation)
    for statement, operations in lost.items():
        yield _report(document, statement, operations)


def _report(document: PolicyDocument, statement: Statement, operations: list[str]) -> Report:
    them = "them" if len(operations) > 1 else "it"
    return Report(
        origin=statement.origin or document.origin,
        message=f"{statement.label} allows {', '.join(operations)} on named resources. Only `*`"
        f" grants {them}, so nothing is allowed.",
        symptom="The console's list of pipelines stays empty, or says that it is not authorized.",
        remedy=f'Allow {", ".join(operations)} in a statement of its own with Resource: "*".',
        subject=Subject(iam_action=operations[0], resource=str(statement.resources[0])),
        world=statement.world,
        defaults=statement.defaults,
        repair=apart_on_everything(statement, operations),
    )
