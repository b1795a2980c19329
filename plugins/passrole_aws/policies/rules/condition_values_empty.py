from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "EMPTY_ARRAY_CONDITION": "{operator} compares {key} with nothing.",
    "EMPTY_ARRAY_CONDITION_FORALLVALUES": "{operator} with no values only asks whether {key} is absent.",
    "EMPTY_ARRAY_CONDITION_FORANYVALUE": "{operator} with no values is never true of {key}.",
    "EMPTY_ARRAY_CONDITION_IFEXISTS": "{operator} with no values only asks whether {key} is absent.",
}
REMEDY = "Give values; to ask whether a key is absent write Null."


@rule(
    "condition-values-empty",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.MEDIUM,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def condition_values_empty(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A condition has no values.

    A key without values is never equal to anything: a positive operator is never true, a negated
    one always. Under `ForAllValues` and with `IfExists` it asks whether the key is absent, which
    `Null` says plainly.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: s3:GetObject
                Resource: arn:aws:s3:::artifacts/*
                Condition:
                  StringEquals:
                    aws:PrincipalOrgID: []  # finding
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "s3:GetObject"
            Resource = "arn:aws:s3:::artifacts/*"
            Condition = {
              StringEquals = {
                "aws:PrincipalOrgID" = []  # finding
              }
            }
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
                Action: s3:GetObject
                Resource: arn:aws:s3:::artifacts/*
                Condition:
                  StringEquals:
                    aws:PrincipalOrgID: [o-abcde12345]
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "s3:GetObject"
            Resource = "arn:aws:s3:::artifacts/*"
            Condition = {
              StringEquals = {
                "aws:PrincipalOrgID" = ["o-abcde12345"]
              }
            }
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
    """
    yield from graph.flaws(document, WORDS, remedy=REMEDY)
