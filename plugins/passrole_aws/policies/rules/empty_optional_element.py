from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "EMPTY_SID_VALUE": "the Sid is empty.",
    "EMPTY_OBJECT_CONDITION": "the Condition is empty, so nothing limits the statement.",
}
REMEDY = "Leave the element out, or fill it."


@rule(
    "empty-optional-element",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.LOW,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def empty_optional_element(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A Sid or a Condition is empty.

    It changes nothing. An empty Condition may be what is left of one that was meant to limit the
    statement.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Sid: ""  # finding
                Effect: Allow
                Action: s3:GetObject
                Resource: arn:aws:s3:::artifacts/*
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Sid = ""  # finding
            Effect = "Allow"
            Action = "s3:GetObject"
            Resource = "arn:aws:s3:::artifacts/*"
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
              - Sid: Read
                Effect: Allow
                Action: s3:GetObject
                Resource: arn:aws:s3:::artifacts/*
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Sid = "Read"
            Effect = "Allow"
            Action = "s3:GetObject"
            Resource = "arn:aws:s3:::artifacts/*"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
    """
    yield from graph.flaws(document, WORDS, remedy=REMEDY)
