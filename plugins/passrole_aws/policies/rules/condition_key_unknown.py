from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "INVALID_CONDITION_KEY_FORMAT": "{key} is no condition key, which is written service:Name.",
    "INVALID_GLOBAL_CONDITION_KEY": "there is no condition key {key}{hint}",
    "INVALID_SERVICE_CONDITION_KEY": "{service} has no condition key {key}{hint}",
    "INVALID_SERVICE": "{key} is of no service that is known{hint}",
    "MISSING_TAG_KEY_IN_CONDITION": "{key} needs the name of a tag: {key}/name.",
}
REMEDY = "Write the key as the service authorization reference has it."
SYMPTOM = "It deploys; the statement never matches, and the call is not authorized."


@rule(
    "condition-key-unknown",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def condition_key_unknown(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A condition names a key that does not exist.

    No request holds the key: a positive operator never matches, a negated one always does. Keys of
    tags need the name of the tag behind the slash.

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
                Condition:
                  StringEquals:
                    aws:PrincipalOrgId2: o-abcde12345  # finding
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
            Condition = {
              StringEquals = {
                "aws:PrincipalOrgId2" = "o-abcde12345"  # finding
              }
            }
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
                Condition:
                  StringEquals:
                    aws:PrincipalOrgID: o-abcde12345
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
            Condition = {
              StringEquals = {
                "aws:PrincipalOrgID" = "o-abcde12345"
              }
            }
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
