from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, Symptom, rule

WORDS = {
    "action-requires-star": (
        '{names} can only be asked for with the resource "*", which {resources} does not match.'
    ),
}
REMEDY = 'Put the action into a statement of its own with Resource "*".'
SYMPTOM = "It deploys; the statement never matches, and the call is not authorized."


@rule(
    "action-requires-star-resource",
    autofix="safe",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    symptoms=(
        Symptom(("RegisterTaskDefinition", "ListPipelines")),
        Symptom(
            ("not authorized to perform: ecr:GetAuthorizationToken on resource: *",),
            "The action knows no resource but `*`: a statement that names an ARN does not "
            "grant it.",
        ),
    ),
)
def action_requires_star_resource(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """An action without resource-level permissions is granted on named resources.

    Some actions work on no resource: IAM asks for them with the resource `*` alone, and a statement
    that lists ARNs grants them nothing. `ecr:GetAuthorizationToken` and most `List` actions are
    such.

    In a statement with several actions only these are lost; they need a statement of their own.

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
                  - ecr:BatchGetImage
                  - ecr:GetAuthorizationToken  # finding
                Resource: arn:aws:ecr:eu-west-1:111122223333:repository/shop
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = [
              "ecr:BatchGetImage",
              "ecr:GetAuthorizationToken",  # finding
            ]
            Resource = "arn:aws:ecr:eu-west-1:111122223333:repository/shop"
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
                Action: ecr:BatchGetImage
                Resource: arn:aws:ecr:eu-west-1:111122223333:repository/shop
              - Effect: Allow
                Action: ecr:GetAuthorizationToken
                Resource: "*"
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "ecr:BatchGetImage"
            Resource = "arn:aws:ecr:eu-west-1:111122223333:repository/shop"
          },
          {
            Effect = "Allow"
            Action = "ecr:GetAuthorizationToken"
            Resource = "*"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
