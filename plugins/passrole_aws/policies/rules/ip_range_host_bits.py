from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "IMPROVE_IP_RANGE": "{value} is the range {range}.",
}
REMEDY = "Write the range as it is."


@rule(
    "ip-range-host-bits",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.LOW,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def ip_range_host_bits(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A range of addresses has bits behind its mask.

    `203.0.113.7/24` is the range `203.0.113.0/24`: the rest is ignored.

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
                    aws:SourceIp: 203.0.113.7/24  # finding
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
                "aws:SourceIp" = "203.0.113.7/24"  # finding
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
    yield from graph.flaws(document, WORDS, remedy=REMEDY)
