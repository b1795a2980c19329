from collections.abc import Iterator
from dataclasses import replace

from passrole import (
    Category,
    Confidence,
    Graph,
    Origin,
    PolicyDocument,
    Report,
    Severity,
    Statement,
    Symptom,
    known,
    rule,
)

WORDS = {
    "PASS_ROLE_WITH_STAR_IN_RESOURCE": "it allows iam:PassRole on {resources}.",
    "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE": "{written} includes iam:PassRole, and it is allowed on {resources}.",
    "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION": "NotAction leaves iam:PassRole allowed on {resources}.",
    "PASS_ROLE_WITH_NOT_RESOURCE": "it allows iam:PassRole on all but {resources}.",
    "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE": "{written} includes iam:PassRole, and it is allowed on all but {resources}.",
    "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE": "NotAction leaves iam:PassRole allowed on all but {resources}.",
}
WHOLE = ("*", "*:*", "iam:*")
OF_ALL = (
    "Name the actions that are needed; for iam:PassRole the roles, and the service in"
    " iam:PassedToService."
)
IF_EXISTS = (
    "Its condition on iam:PassedToService ends in IfExists: it does not hold for a request that names"
    " no service."
)
REMEDY = "Name the roles that are passed, and the service in iam:PassedToService."


@rule(
    "pass-role-star",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.RISK,
    aws_checks=tuple(WORDS),
    symptoms=(Symptom(("iam:PassRole on *",)), Symptom(("PassRole", "wildcard"))),
    yields_to=(
        "source-to-admin-path",
        "pipeline-role-admin",
        "build-role-admin",
        "build-role-can-escalate",
        "cfn-role-create-role-without-boundary",
    ),
)
def pass_role_star(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A policy lets its holder pass any role.

    Whoever may pass any role to a service that runs code acts with every role that the service may
    assume, the most powerful included. AWS gave `iam:PassRole` on `*` to pipelines for years, and
    copies still do.

    `iam:PassedToService` narrows it to a service, not to a role: such a statement is shown by
    `strict`; where the operator ends in `IfExists` the finding is of medium confidence. Where another
    rule says that the very statement makes an administrator, this one is silent.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: iam:PassRole  # finding
                Resource: "*"
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "iam:PassRole"  # finding
            Resource = "*"
          },
        ]
      })
    }
    ```

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: iam:PassRole
                Resource: arn:aws:iam::111122223333:role/Deploy
                Condition:
                  StringEquals:
                    iam:PassedToService: cloudformation.amazonaws.com
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "iam:PassRole"
            Resource = "arn:aws:iam::111122223333:role/Deploy"
            Condition = {
              StringEquals = {
                "iam:PassedToService" = "cloudformation.amazonaws.com"
              }
            }
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
    """
    whole = [place for statement in document.policy.statements for place in _whole(statement)]
    for report in graph.flaws(document, WORDS, remedy=REMEDY):
        places = tuple(place for place in whole if _holds(place, report.origin))
        told = replace(report, causes=places or (report.origin,))
        if places:
            told = replace(told, remedy=OF_ALL)
        if report.confidence is Confidence.MEDIUM:
            told = replace(told, message=f"{report.message} {IF_EXISTS}")
        yield told


def _whole(statement: Statement) -> Iterator[Origin]:
    """The place of a statement that allows far more than to pass roles."""
    if statement.origin is not None and any(known(each) in WHOLE for each in statement.actions):
        yield statement.origin


def _holds(outer: Origin, inner: Origin) -> bool:
    same = outer.document is inner.document
    return same and outer.node.start <= inner.node.start and inner.node.end <= outer.node.end
