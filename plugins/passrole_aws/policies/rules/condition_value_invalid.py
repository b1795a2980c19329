from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "INVALID_REGION": "there is no region {value} ({key}).",
    "INVALID_VPC_FORMAT": "{value!r} is not the id of a VPC ({key}): vpc- and 8 or 17 letters and digits.",
    "INVALID_VPCE_FORMAT": (
        "{value!r} is not the id of a VPC endpoint ({key}): vpce- and 8 or 17 letters and digits."
    ),
    "INVALID_CONDITION_MULTIPLE_BOOLEAN": "{key} under {operator} takes one value, true or false.",
    "INVALID_CONDITION_DATA_TYPE": "the values of {key} under {operator} are of several JSON types.",
}
REMEDY = "Write a value that the key can have."
SYMPTOM = "The condition never matches."


@rule(
    "condition-value-invalid",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def condition_value_invalid(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A value of a condition cannot be a value of its key.

    Regions, VPCs and endpoints have names of a known form. A key that is true or false takes one
    value: with both the condition says nothing.

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
                    aws:RequestedRegion: eu-west-11  # finding
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
                "aws:RequestedRegion" = "eu-west-11"  # finding
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
                    aws:RequestedRegion: eu-west-1
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
                "aws:RequestedRegion" = "eu-west-1"
              }
            }
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
