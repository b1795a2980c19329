from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "INVALID_ARN_PREFIX": "{arn} does not begin with arn:.",
    "MISSING_ARN_FIELD": "{arn} has fewer than six parts.",
    "INVALID_PARTITION": "{reason} in {arn}.",
    "INVALID_ARN_SERVICE_CASE": "the service {service} in {arn} is written in lower case.",
    "INVALID_ARN_ACCOUNT": "{account!r} in {arn} is no account of twelve digits.",
    "INVALID_ARN_REGION": "there is no region {region} ({arn}).",
    "arn-in-arn": "{arn} has a whole ARN in place of a resource.",
}
REMEDY = "Write the ARN as the service has it."
SYMPTOM = "The deployment fails with MalformedPolicyDocument."


@rule(
    "arn-malformed",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    aws_checks=tuple(check for check in WORDS if check.isupper()),
)
def arn_malformed(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A resource is no ARN, or has a part that cannot be.

    An ARN has six parts: `arn:partition:service:region:account:resource`. The first is `arn`, the
    service is written in lower case, a region exists, belongs to the partition, and an account has
    twelve digits. A resource that is not so is refused, or matches nothing.

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
                Resource: aws:s3:::artifacts/*  # finding
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "s3:GetObject"
            Resource = "aws:s3:::artifacts/*"  # finding
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

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
