from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "CREATE_SLR_WITH_STAR_IN_RESOURCE": "it allows iam:CreateServiceLinkedRole on {resources}.",
    "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE": "{written} includes iam:CreateServiceLinkedRole, and it is allowed on {resources}.",
    "CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION": "NotAction leaves iam:CreateServiceLinkedRole allowed on {resources}.",
    "CREATE_SLR_WITH_NOT_RESOURCE": "it allows iam:CreateServiceLinkedRole on all but {resources}.",
    "CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE": (
        "{written} includes iam:CreateServiceLinkedRole, and it is allowed on all but {resources}."
    ),
    "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE": "NotAction leaves iam:CreateServiceLinkedRole allowed on all but {resources}.",
}
REMEDY = "Name the role in Resource, or the service in iam:AWSServiceName."


@rule(
    "service-linked-role-star",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.MEDIUM,
    category=Category.RISK,
    aws_checks=tuple(WORDS),
)
def service_linked_role_star(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A policy lets its holder create any service-linked role.

    A service-linked role gives a service rights in the account. Who may create any of them, may
    bring in services that nobody thought of.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: iam:CreateServiceLinkedRole  # finding
                Resource: "*"
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "iam:CreateServiceLinkedRole"  # finding
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
                Action: iam:CreateServiceLinkedRole
                Resource: arn:aws:iam::*:role/aws-service-role/ecs.amazonaws.com/*
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "iam:CreateServiceLinkedRole"
            Resource = "arn:aws:iam::*:role/aws-service-role/ecs.amazonaws.com/*"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
    """
    yield from graph.flaws(document, WORDS, remedy=REMEDY)
