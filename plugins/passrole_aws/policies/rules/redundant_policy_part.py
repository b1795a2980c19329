from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "REDUNDANT_ACTION": "{by} covers {name}.",
    "REDUNDANT_RESOURCE": "{by} covers {name}.",
    "REDUNDANT_STATEMENT": "{other} says the same.",
    "REDUNDANT_CONDITION_VALUE_NUM": "{operator} with several values of {key}: only the {kept} counts.",
    "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY": "{name} is a session of {role}, which is named itself.",
}
REMEDY = "Leave it out."


@rule(
    "redundant-policy-part",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.LOW,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def redundant_policy_part(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A policy says something twice.

    It changes nothing, and takes from the size that a policy may have. An entry is redundant only
    where another covers it in every deployment.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action:
                  - s3:Get*
                  - s3:GetObject  # finding
                Resource: arn:aws:s3:::artifacts/*
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = [
              "s3:Get*",
              "s3:GetObject",  # finding
            ]
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
              - Effect: Allow
                Action: s3:Get*
                Resource: arn:aws:s3:::artifacts/*
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "s3:Get*"
            Resource = "arn:aws:s3:::artifacts/*"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
    """
    yield from graph.flaws(document, WORDS, remedy=REMEDY)
