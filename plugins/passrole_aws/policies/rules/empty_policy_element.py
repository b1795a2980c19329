from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, Symptom, rule

WORDS = {
    "EMPTY_ARRAY_ACTION": "{element} lists nothing.",
    "EMPTY_ARRAY_RESOURCE": "{element} lists nothing.",
    "EMPTY_ARRAY_PRINCIPAL": "{element} lists nobody.",
    "EMPTY_OBJECT_PRINCIPAL": "{element} names nobody.",
    "empty-text": "{element} has an empty text, which matches nothing.",
}
REMEDY = "Fill the element, or leave the statement out."
SYMPTOM = "The deployment fails with MalformedPolicyDocument, or the statement does nothing."


@rule(
    "empty-policy-element",
    autofix="safe",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    aws_checks=tuple(check for check in WORDS if check.isupper()),
    symptoms=(Symptom(("empty string",)),),
)
def empty_policy_element(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """An element of a policy is empty.

    A statement without actions, resources or principals does nothing, and IAM refuses most of them.
    An empty text matches nothing: it is what is left of a value that got lost.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: [s3:GetObject, ""]  # finding
                Resource: arn:aws:s3:::artifacts/*
              - Effect: Allow
                Action: []  # finding
                Resource: arn:aws:s3:::artifacts/*
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = ["s3:GetObject", ""]  # finding
            Resource = "arn:aws:s3:::artifacts/*"
          },
          {
            Effect = "Allow"
            Action = []  # finding
            Resource = "arn:aws:s3:::artifacts/*"
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

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
