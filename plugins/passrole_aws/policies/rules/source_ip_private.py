from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "PRIVATE_IP_ADDRESS": "{key} is never one of {values}, which are private addresses.",
    "PRIVATE_NOT_IP_ADDRESS": (
        "{key} is never one of {values}, which are private addresses, so the condition always "
        "holds."
    ),
}
REMEDY = "Name public addresses, or compare aws:VpcSourceIp."
SYMPTOM = "It deploys; the statement never matches, and the call is not authorized."


@rule(
    "source-ip-private",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def source_ip_private(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """aws:SourceIp is compared with private addresses only.

    `aws:SourceIp` is the public address that a request comes from. Private addresses never match:
    an Allow is dead, and a Deny with `NotIpAddress` denies everybody. Through a VPC endpoint the
    key is `aws:VpcSourceIp`.

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
                    aws:SourceIp: 10.0.0.0/16  # finding
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
                "aws:SourceIp" = "10.0.0.0/16"  # finding
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

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
