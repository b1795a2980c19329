from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, Symptom, rule

WORDS = {
    "INVALID_ACTION": "there is no action {name} ({reason}).",
    "INVALID_SERVICE_IN_ACTION": "{name} names no service ({reason}).",
}
REMEDY = "Write the name as the service authorization reference has it."
SYMPTOM = "It deploys; later the call is not authorized."


@rule(
    "action-unknown",
    autofix="unsafe",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
    symptoms=(
        Symptom(
            ("codestar-connections:UseConnections",),
            "IAM accepts names of actions that do not exist, and grants nothing by them: "
            "the action is UseConnection.",
        ),
        Symptom(
            ("policy deploys silently", "not authorized"),
            "IAM accepts names of actions that do not exist, and grants nothing by them.",
        ),
    ),
)
def action_unknown(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A policy names an action that does not exist.

    IAM takes any name, so a misspelt action deploys without a word; what it was meant to allow is
    denied when it is needed, and what it was meant to deny is not. A wildcard that matches no
    action is as empty.

    The names are held against a dated copy of the service authorization reference; an action that
    AWS added since then is not in it.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action:
                  - codestar-connections:UseConnections  # finding
                  - dyanmodb:PutItem  # finding
                Resource: "*"
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = [
              "codestar-connections:UseConnections",  # finding
              "dyanmodb:PutItem",  # finding
            ]
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
                Action:
                  - codestar-connections:UseConnection
                  - dynamodb:PutItem
                Resource: "*"
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = [
              "codestar-connections:UseConnection",
              "dynamodb:PutItem",
            ]
            Resource = "*"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
