from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "CONFIRM_AUDIENCE_CLAIM_TYPE": (
        "{operator} compares {key} as a set; make sure that the provider sends several audiences."
    ),
}
REMEDY = "Write StringEquals, unless the provider sends several audiences."


@rule(
    "audience-claim-qualifier",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.LOW,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def audience_claim_qualifier(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """The audience of a token is compared as a set.

    `ForAllValues` and `ForAnyValue` are for keys with many values. Most providers send one
    audience; `ForAllValues` is also true of a token without any.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Principal: {Federated: accounts.google.com}
                Action: sts:AssumeRoleWithWebIdentity
                Condition:
                  ForAnyValue:StringEquals:
                    accounts.google.com:aud: my-app  # finding
    ```

    ```hcl
    resource "aws_iam_role" "example" {
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Principal = { Federated = "accounts.google.com" }
            Action = "sts:AssumeRoleWithWebIdentity"
            Condition = {
              "ForAnyValue:StringEquals" = {
                "accounts.google.com:aud" = "my-app"  # finding
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
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Principal: {Federated: accounts.google.com}
                Action: sts:AssumeRoleWithWebIdentity
                Condition:
                  StringEquals:
                    accounts.google.com:aud: my-app
    ```

    ```hcl
    resource "aws_iam_role" "example" {
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Principal = { Federated = "accounts.google.com" }
            Action = "sts:AssumeRoleWithWebIdentity"
            Condition = {
              StringEquals = {
                "accounts.google.com:aud" = "my-app"
              }
            }
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    """
    yield from graph.flaws(document, WORDS, remedy=REMEDY)
