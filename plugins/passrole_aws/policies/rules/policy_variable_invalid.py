from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "MISSING_BRACE_IN_VARIABLE": "the variable {name} is not closed.",
    "MISSING_QUOTE_IN_VARIABLE": "the default in {name} needs single quotes.",
    "UNSUPPORTED_SPACE_IN_VARIABLE": "{name} has a space in the name of its key.",
    "EMPTY_VARIABLE": "{name} names no key.",
    "VARIABLE_UNSUPPORTED_IN_ELEMENT": "{name} is not read in {element}.",
    "INVALID_VARIABLE_FOR_OPERATOR": "{name} is not read under {operator}.",
    "template-reference-as-text": "{name} is no policy variable, and nothing replaces it before the policy is deployed.",
}
REMEDY = "Write the variable as ${key}; for a value of the template use Fn::Sub."
SYMPTOM = "It deploys; the statement never matches, and the call is not authorized."


@rule(
    "policy-variable-invalid",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    aws_checks=tuple(check for check in WORDS if check.isupper()),
)
def policy_variable_invalid(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A policy variable is malformed, or stands where none is read.

    A variable is `${key}` or `${key, 'default'}`. It is read in the resource part of ARNs and in
    values under String and Arn operators, nowhere else. What is written otherwise is plain text, or
    refused.

    `${AWS::AccountId}` and the like are no policy variables: they are CloudFormation's and are
    replaced only inside `Fn::Sub`.

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
                Resource: arn:aws:s3:::artifacts/${aws:username/*  # finding
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "s3:GetObject"
            Resource = "arn:aws:s3:::artifacts/$${aws:username/*"  # finding
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
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
