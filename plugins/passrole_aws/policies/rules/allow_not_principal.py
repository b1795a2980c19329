from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "ALLOW_WITH_NOT_PRINCIPAL": "NotPrincipal with Allow grants to everybody else, anonymous callers too.",
}
REMEDY = "Name with Principal who may."


@rule(
    "allow-not-principal",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.RISK,
    aws_checks=tuple(WORDS),
)
def allow_not_principal(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A resource policy allows everyone but those it names.

    `NotPrincipal` with `Allow` grants to all others, whoever they are and without any login.

    ```yaml
    Resources:
      Example:
        Type: AWS::S3::BucketPolicy
        Properties:
          Bucket: artifacts
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                NotPrincipal: {AWS: "111122223333"}  # finding
                Action: s3:GetObject
                Resource: arn:aws:s3:::artifacts/*
    ```

    ```hcl
    resource "aws_s3_bucket_policy" "example" {
      bucket = "artifacts"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            NotPrincipal = { AWS = "111122223333" }  # finding
            Action = "s3:GetObject"
            Resource = "arn:aws:s3:::artifacts/*"
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
              - Effect: Allow
                Principal: {AWS: "111122223333"}
                Action: s3:GetObject
                Resource: arn:aws:s3:::artifacts/*
    ```

    ```hcl
    resource "aws_s3_bucket_policy" "example" {
      bucket = "artifacts"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Principal = { AWS = "111122223333" }
            Action = "s3:GetObject"
            Resource = "arn:aws:s3:::artifacts/*"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    yield from graph.flaws(document, WORDS, remedy=REMEDY)
