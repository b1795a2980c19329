from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, Symptom, rule

WORDS = {
    "UNSUPPORTED_ACTION_FOR_CONDITION_KEY": "{key} is not there for {actions}.",
    "MISSING_ACTION_FOR_CONDITION_KEY": "{key} is there for {name} only, which the statement does not have.",
    "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL": "{key} is about accounts and their principals; {services} has none.",
    "IRRELEVANT_CONDITION_KEY_IN_POLICY": "{key} says nothing in the policy of a resource of {attached}: the resource is its own.",
}
REMEDY = "Move the actions into a statement without the key, or name a key that they have."
SYMPTOM = "It deploys; the statement never matches, and the call is not authorized."


@rule(
    "condition-key-unsupported",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.MEDIUM,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
    symptoms=(Symptom(("Condition key that the action does not supply",)),),
)
def condition_key_unsupported(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A condition names a key that the request does not hold.

    A key of a service is there for the actions that document it. For others it is absent: an Allow
    never matches, a Deny never denies. Services that call for themselves have no principal tags and
    no organization. AWS documents keys with gaps, so what rests on a key that is not listed is less
    sure.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: codebuild:StartBuild
                Resource: "*"
                Condition:
                  StringEquals:
                    iam:PassedToService: codebuild.amazonaws.com  # finding
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "codebuild:StartBuild"
            Resource = "*"
            Condition = {
              StringEquals = {
                "iam:PassedToService" = "codebuild.amazonaws.com"  # finding
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
                Action: iam:PassRole
                Resource: arn:aws:iam::111122223333:role/build
                Condition:
                  StringEquals:
                    iam:PassedToService: codebuild.amazonaws.com
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "iam:PassRole"
            Resource = "arn:aws:iam::111122223333:role/build"
            Condition = {
              StringEquals = {
                "iam:PassedToService" = "codebuild.amazonaws.com"
              }
            }
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
