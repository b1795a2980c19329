from collections.abc import Iterator

from passrole import Category, Confidence, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL": "{services} may come on behalf of any account.",
    "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL": "{key} does not say for whom {services} comes; aws:SourceArn and aws:SourceAccount do.",
}
REMEDY = "Add a condition on aws:SourceArn or aws:SourceAccount."


@rule(
    "service-principal-unrestricted",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.MEDIUM,
    category=Category.RISK,
    confidence=Confidence.MEDIUM,
    aws_checks=tuple(WORDS),
)
def service_principal_unrestricted(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A service may use the resource on behalf of anybody.

    A service acts for all its customers. Unless the policy asks for `aws:SourceArn` or
    `aws:SourceAccount`, somebody else may have the service do it for them: the confused deputy. Not
    every service sends these keys; AWS does not list which do.

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
                Principal: {Service: cloudtrail.amazonaws.com}  # finding
                Action: s3:PutObject
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
            Principal = {
              Service = "cloudtrail.amazonaws.com"  # finding
            }
            Action = "s3:PutObject"
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
                Principal: {Service: cloudtrail.amazonaws.com}
                Action: s3:PutObject
                Resource: arn:aws:s3:::artifacts/*
                Condition:
                  StringEquals:
                    aws:SourceAccount: "111122223333"
    ```

    ```hcl
    resource "aws_s3_bucket_policy" "example" {
      bucket = "artifacts"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Principal = { Service = "cloudtrail.amazonaws.com" }
            Action = "s3:PutObject"
            Resource = "arn:aws:s3:::artifacts/*"
            Condition = {
              StringEquals = {
                "aws:SourceAccount" = "111122223333"
              }
            }
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    yield from graph.flaws(document, WORDS, remedy=REMEDY)
