from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "MISSING_STATEMENT": "it has no Statement.",
    "MISSING_EFFECT": "it has no Effect.",
    "MISSING_ACTION": "it has neither Action nor NotAction.",
    "MISSING_RESOURCE": "it has neither Resource nor NotResource.",
    "MISSING_PRINCIPAL": "it has no Principal, which every statement of a {kind} policy needs.",
}
REMEDY = "Add the element."
SYMPTOM = "The deployment fails with MalformedPolicyDocument."


@rule(
    "policy-element-missing",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def policy_element_missing(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A policy lacks an element that it needs.

    Every policy has statements, every statement an effect and an action. A policy of an identity
    needs a resource in each statement, the policy of a resource and the trust policy of a role need
    a principal.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow  # finding
                Action: s3:ListAllMyBuckets
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {  # finding
            Effect = "Allow"
            Action = "s3:ListAllMyBuckets"
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
                Action: s3:ListAllMyBuckets
                Resource: "*"
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "s3:ListAllMyBuckets"
            Resource = "*"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
