from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "UNSUPPORTED_ACTION_IN_POLICY": "{name} is no action of {attached}, whose resource carries the policy.",
    "UNSUPPORTED_RESOURCE_ARN_IN_POLICY": "{arn} is of {service}, and the policy is carried by a resource of {attached}.",
}
REMEDY = "Move the statement into the policy of a role, or of the resource that it is about."
SYMPTOM = "The deployment fails: policy has invalid action, or invalid resource."


@rule(
    "resource-policy-foreign",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def resource_policy_foreign(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """The policy of a resource speaks of another service.

    The policy of a bucket decides about S3 actions on this bucket, and nothing else. An action or a
    resource of another service is refused, or never asked for.

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
                Action: kms:Decrypt  # finding
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
            Action = "kms:Decrypt"  # finding
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

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
