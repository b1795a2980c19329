from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE": "{services} does not know {key}, so nothing of it is denied.",
    "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE": "services that do not know {key} are not denied by a NotAction.",
}
REMEDY = "Deny the actions of these services in a statement of their own."


@rule(
    "deny-tag-condition-unsupported",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.MEDIUM,
    category=Category.RISK,
    aws_checks=tuple(WORDS),
)
def deny_tag_condition_unsupported(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A Deny rests on a tag that some of its services do not know.

    Where a service does not know the key, the condition is never true, and the statement denies
    nothing there. With NotAction that is so for every service without tags.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Deny
                Action: tax:GetTaxInheritance
                Resource: "*"
                Condition:
                  StringEquals:
                    aws:ResourceTag/team: shop  # finding
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Deny"
            Action = "tax:GetTaxInheritance"
            Resource = "*"
            Condition = {
              StringEquals = {
                "aws:ResourceTag/team" = "shop"  # finding
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
              - Effect: Deny
                Action: s3:DeleteBucket
                Resource: "*"
                Condition:
                  StringEquals:
                    aws:ResourceTag/team: shop
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Deny"
            Action = "s3:DeleteBucket"
            Resource = "*"
            Condition = {
              StringEquals = {
                "aws:ResourceTag/team" = "shop"
              }
            }
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
    """
    yield from graph.flaws(document, WORDS, remedy=REMEDY)
