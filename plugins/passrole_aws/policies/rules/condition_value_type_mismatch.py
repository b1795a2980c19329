from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "TYPE_MISMATCH_BOOLEAN": "{value!r} under {operator} is neither true nor false.",
    "TYPE_MISMATCH_DATE": "{value!r} under {operator} is no date (YYYY-MM-DD, or more of ISO 8601).",
    "TYPE_MISMATCH_IP_RANGE": "{value!r} under {operator} is no IP address and no range in CIDR form.",
    "TYPE_MISMATCH_NUMBER": "{value!r} under {operator} is no number.",
    "TYPE_MISMATCH_STRING": "{value!r} under {operator} is not in base64.",
    "INVALID_DATE_VALUE": "{value} under {operator} is in seconds since 1970; write the date.",
}
REMEDY = "Write a value of the type."
SYMPTOM = "The condition never matches, or the deployment fails."


@rule(
    "condition-value-type-mismatch",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.MEDIUM,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def condition_value_type_mismatch(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A value of a condition is not of the type that its operator compares.

    A number that is no number, a date that is no date, an address that is none: nothing is ever
    equal to it. Dates in seconds are taken, and read wrong by people.

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
                  IpAddress:
                    aws:SourceIp: 203.0.113.0/240  # finding
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
              IpAddress = {
                "aws:SourceIp" = "203.0.113.0/240"  # finding
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
                  IpAddress:
                    aws:SourceIp: 203.0.113.0/24
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
              IpAddress = {
                "aws:SourceIp" = "203.0.113.0/24"
              }
            }
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
