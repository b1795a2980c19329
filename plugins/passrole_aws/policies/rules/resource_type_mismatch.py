from collections.abc import Iterator
from dataclasses import replace

from passrole import Category, Graph, PolicyDocument, Report, Severity, Symptom, rule

WORDS = {
    "resource-type-mismatch": "{names} cannot be asked for on {resources}, only on {types}.",
}
REMEDY = "Name a resource of the type that the action works on."
SYMPTOM = "It deploys, and the statement allows none of these calls."


@rule(
    "resource-type-mismatch",
    autofix="safe",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    yields_to=("approval-arn-wrong-level", "stage-level-arn-missing"),
    symptoms=(Symptom(("ARN type", "never")),),
)
def resource_type_mismatch(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """None of the listed resources is of a type that the action works on.

    `s3:GetObject` works on objects, `s3:ListBucket` on buckets: a statement that names the other
    kind never matches. The rule speaks only where no resource of the statement fits, so a list that
    serves several actions is fine.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: s3:GetObject  # finding
                Resource: arn:aws:s3:::artifacts
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "s3:GetObject"  # finding
            Resource = "arn:aws:s3:::artifacts"
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

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """
    for report in graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY):
        yield replace(report, causes=(report.origin,))
