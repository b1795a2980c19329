from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "WILDCARD_IN_SERVICE_NAME": "the service in {name} is a wildcard, which reaches services nobody thought of.",
}
REMEDY = "Name each service."


@rule(
    "service-name-wildcard",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.LOW,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def service_name_wildcard(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """An action has a wildcard in the name of its service.

    `s*:Get*` reaches every service whose prefix begins so, those that AWS adds later too. What IAM
    makes of it is hardly documented.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: code*:List*  # finding
                Resource: "*"
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "code*:List*"  # finding
            Resource = "*"
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
                Action: [codebuild:List*, codepipeline:List*]
                Resource: "*"
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = ["codebuild:List*", "codepipeline:List*"]
            Resource = "*"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    """
    yield from graph.flaws(document, WORDS, remedy=REMEDY)
