from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "DEPRECATED_GLOBAL_CONDITION_KEY": "{key} was replaced by aws:PrincipalArn.",
    "UNSUPPORTED_GLOBAL_CONDITION_KEY": (
        "{key} is not supported; aws:PrincipalArn is who asks, aws:SourceArn for which "
        "resource a service asks."
    ),
}
REMEDY = "Write aws:PrincipalArn, or aws:SourceArn."


@rule(
    "condition-key-deprecated",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.MEDIUM,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def condition_key_deprecated(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A condition names a key that was replaced.

    `aws:ARN` gave way to `aws:PrincipalArn`.

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
                  ArnLike:
                    aws:ARN: arn:aws:iam::111122223333:role/deploy  # finding
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
              ArnLike = {
                "aws:ARN" = "arn:aws:iam::111122223333:role/deploy"  # finding
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
                  ArnLike:
                    aws:PrincipalArn: arn:aws:iam::111122223333:role/deploy
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
              ArnLike = {
                "aws:PrincipalArn" = "arn:aws:iam::111122223333:role/deploy"
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
