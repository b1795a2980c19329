from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "UNIQUE_SIDS_REQUIRED": "another statement of the policy has the Sid {sid} too.",
}
REMEDY = "Give each statement a Sid of its own, or none."
SYMPTOM = "The deployment fails: statement IDs (SID) in a single policy must be unique."


@rule(
    "sid-not-unique",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def sid_not_unique(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """Two statements of one policy have the same Sid.

    IAM wants each Sid once in a document and refuses the policy otherwise. It happens when a
    statement is copied. Statements that never exist together, because of conditions of the
    template, may share one.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Sid: Read
                Effect: Allow
                Action: s3:GetObject
                Resource: arn:aws:s3:::artifacts/*
              - Sid: Read  # finding
                Effect: Allow
                Action: s3:ListBucket
                Resource: arn:aws:s3:::artifacts
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Sid = "Read"
            Effect = "Allow"
            Action = "s3:GetObject"
            Resource = "arn:aws:s3:::artifacts/*"
          },
          {
            Sid = "Read"  # finding
            Effect = "Allow"
            Action = "s3:ListBucket"
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
              - Sid: Read
                Effect: Allow
                Action: s3:GetObject
                Resource: arn:aws:s3:::artifacts/*
              - Sid: List
                Effect: Allow
                Action: s3:ListBucket
                Resource: arn:aws:s3:::artifacts
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Sid = "Read"
            Effect = "Allow"
            Action = "s3:GetObject"
            Resource = "arn:aws:s3:::artifacts/*"
          },
          {
            Sid = "List"
            Effect = "Allow"
            Action = "s3:ListBucket"
            Resource = "arn:aws:s3:::artifacts"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
