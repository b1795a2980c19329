from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "JSON_SYNTAX_ERROR": "the document is a text that is no JSON ({reason}).",
    "DATA_TYPE_MISMATCH": "{element} must be {wanted}.",
    "INVALID_POLICY_ELEMENT": "there is no element {element}{hint}.",
    "INVALID_VERSION": (
        "there is no version {version!r} of the policy language, only 2012-10-17 and 2008-10-17."
    ),
    "INVALID_EFFECT": "the effect is {effect!r}; it is Allow or Deny, written so.",
    "UNSUPPORTED_ELEMENT_COMBINATION": "{one} and {other} cannot stand in one statement.",
    "DUPLICATE_KEYS_WITH_DIFFERENT_CASE": (
        "the condition key {key} stands under {operator} as {other} too; case does not count "
        "in keys, so one of them is lost."
    ),
}
REMEDY = "Write it as the grammar of IAM policies has it."
SYMPTOM = "The deployment fails with MalformedPolicyDocument."


@rule(
    "policy-syntax-invalid",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def policy_syntax_invalid(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A policy does not follow the grammar of IAM.

    IAM refuses the document, and CloudFormation or Terraform stops there: an element that is
    misspelt or written in another case, a version that does not exist, an effect that is neither
    Allow nor Deny, two elements that exclude each other, an object where a text belongs, a text
    that is no JSON.

    The name of an element counts letter by letter.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: allow  # finding
                Action: s3:GetObject
                Resource: arn:aws:s3:::artifacts/*
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "allow"  # finding
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

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
