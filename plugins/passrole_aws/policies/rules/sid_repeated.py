from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "UNIQUE_SIDS_RECOMMENDED": "another statement of the policy has the Sid {sid} too.",
}
REMEDY = "Give each statement a Sid of its own, or none."


@rule(
    "sid-repeated",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.LOW,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def sid_repeated(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """Two statements of a resource policy have the same Sid.

    Most services take it, yet their calls that change or remove one statement find the wrong one,
    and logs do not tell which statement they mean.

    ```yaml
    Resources:
      Example:
        Type: AWS::S3::BucketPolicy
        Properties:
          Bucket: artifacts
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Sid: Read
                Effect: Allow
                Principal: {AWS: "111122223333"}
                Action: s3:GetObject
                Resource: arn:aws:s3:::artifacts/*
              - Sid: Read  # finding
                Effect: Allow
                Principal: {AWS: "111122223333"}
                Action: s3:ListBucket
                Resource: arn:aws:s3:::artifacts
    ```

    ```hcl
    resource "aws_s3_bucket_policy" "example" {
      bucket = "artifacts"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Sid = "Read"
            Effect = "Allow"
            Principal = { AWS = "111122223333" }
            Action = "s3:GetObject"
            Resource = "arn:aws:s3:::artifacts/*"
          },
          {
            Sid = "Read"  # finding
            Effect = "Allow"
            Principal = { AWS = "111122223333" }
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
        Type: AWS::S3::BucketPolicy
        Properties:
          Bucket: artifacts
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Sid: Read
                Effect: Allow
                Principal: {AWS: "111122223333"}
                Action: s3:GetObject
                Resource: arn:aws:s3:::artifacts/*
              - Effect: Allow
                Principal: {AWS: "111122223333"}
                Action: s3:ListBucket
                Resource: arn:aws:s3:::artifacts
    ```

    ```hcl
    resource "aws_s3_bucket_policy" "example" {
      bucket = "artifacts"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Sid = "Read"
            Effect = "Allow"
            Principal = { AWS = "111122223333" }
            Action = "s3:GetObject"
            Resource = "arn:aws:s3:::artifacts/*"
          },
          {
            Effect = "Allow"
            Principal = { AWS = "111122223333" }
            Action = "s3:ListBucket"
            Resource = "arn:aws:s3:::artifacts"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
    """
    yield from graph.flaws(document, WORDS, remedy=REMEDY)
