from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "MISSING_PAIRED_CONDITION_KEYS": "{key} needs {others} beside it.",
}
REMEDY = "Add the other key to the condition."


@rule(
    "paired-condition-key-missing",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.MEDIUM,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def paired_condition_key_missing(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A condition key says little without another.

    Private addresses are the same in many networks. `aws:VpcSourceIp` means something only together
    with the VPC or the endpoint that the request comes through.

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
                    aws:VpcSourceIp: 10.0.0.0/16  # finding
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
                "aws:VpcSourceIp" = "10.0.0.0/16"  # finding
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
                    aws:VpcSourceIp: 10.0.0.0/16
                  StringEquals:
                    aws:SourceVpc: vpc-11223344556677889
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
                "aws:VpcSourceIp" = "10.0.0.0/16"
              }
              StringEquals = {
                "aws:SourceVpc" = "vpc-11223344556677889"
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
