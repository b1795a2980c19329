from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "INVALID_ARN_RESOURCE": "no resource of {service} looks like {arn}; its forms are {forms}.",
    "ARN_REGION_NOT_ALLOWED": "an ARN of {service} ({type}) has no region: {arn}.",
    "MISSING_ARN_REGION": "an ARN of {service} ({type}) needs a region: {arn}.",
    "ARN_ACCOUNT_NOT_ALLOWED": "an ARN of {service} ({type}) has no account: {arn}.",
}
REMEDY = "Write the ARN as the service authorization reference has it."
SYMPTOM = "It deploys; the statement never matches, and the call is not authorized."


@rule(
    "arn-form-unknown",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def arn_form_unknown(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A resource has not the form of any ARN of its service.

    The service has no resource whose ARN looks like that: the type is misspelt, or a region or an
    account stands where the service has none, or is missing. The statement matches nothing.

    The forms are those of the service authorization reference, which leaves a few out.

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
                Resource: arn:aws:s3:eu-west-1::artifacts/*  # finding
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "s3:GetObject"
            Resource = "arn:aws:s3:eu-west-1::artifacts/*"  # finding
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
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
