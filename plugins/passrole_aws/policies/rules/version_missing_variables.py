from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, Symptom, rule

WORDS = {
    "VARIABLE_UNSUPPORTED_IN_VERSION": "{name} is plain text in a policy without Version 2012-10-17.",
}
REMEDY = 'Write Version: "2012-10-17".'
SYMPTOM = "It deploys; the statement never matches, and the call is not authorized."


@rule(
    "version-missing-variables",
    autofix="safe",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.MEDIUM,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
    symptoms=(Symptom(("aws:username",)),),
)
def version_missing_variables(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A policy variable in a policy of the language of 2008.

    Policy variables such as `${aws:username}` exist since version 2012-10-17 of the policy
    language. A policy without a Version is of 2008-10-17: there the text is compared letter by
    letter, and matches nothing.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2008-10-17"
            Statement:
              - Effect: Allow
                Action: s3:GetObject
                Resource: arn:aws:s3:::artifacts/${aws:username}/*  # finding
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2008-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "s3:GetObject"
            Resource = "arn:aws:s3:::artifacts/$${aws:username}/*"  # finding
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
                Resource: arn:aws:s3:::artifacts/${aws:username}/*
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "s3:GetObject"
            Resource = "arn:aws:s3:::artifacts/$${aws:username}/*"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
