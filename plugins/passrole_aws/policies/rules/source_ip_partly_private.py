from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "PRIVATE_IP_ADDRESS_SUBSET": "{values} are private addresses, which {key} never is.",
    "PRIVATE_NOT_IP_ADDRESS_SUBSET": "{values} are private addresses, which {key} never is.",
}
REMEDY = "Leave the private addresses out, or compare aws:VpcSourceIp."


@rule(
    "source-ip-partly-private",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.LOW,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def source_ip_partly_private(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """aws:SourceIp is compared with private addresses among others.

    The private addresses in the list never match.

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
                    aws:SourceIp: [203.0.113.0/24, 10.0.0.0/16]  # finding
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
                "aws:SourceIp" = ["203.0.113.0/24", "10.0.0.0/16"]  # finding
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
                    aws:SourceIp: [203.0.113.0/24]
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
                "aws:SourceIp" = ["203.0.113.0/24"]
              }
            }
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    yield from graph.flaws(document, WORDS, remedy=REMEDY)
