from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "MISSING_VERSION": "it has no Version, so it is of 2008-10-17.",
}
REMEDY = 'Write Version: "2012-10-17".'


@rule(
    "policy-version-missing",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.LOW,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def policy_version_missing(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A policy has no Version.

    Without a Version a policy is of the language of 2008, in which policy variables are plain text.
    Nothing breaks until somebody writes one.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Statement:  # finding
              - {Effect: Allow, Action: s3:ListAllMyBuckets, Resource: "*"}
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({  # finding
        Statement = [
          { Effect = "Allow", Action = "s3:ListAllMyBuckets", Resource = "*" },
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
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
    """
    yield from graph.flaws(document, WORDS, remedy=REMEDY)
