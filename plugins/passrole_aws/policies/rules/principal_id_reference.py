from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "INVALID_ROLE_REFERENCE": "{name} is the id of a role; name the role by its ARN.",
    "INVALID_USER_REFERENCE": "{name} is the id of a user; name the user by its ARN.",
}
REMEDY = "Write the ARN."
SYMPTOM = "It deploys or fails with invalid principal; the role it meant cannot get in."


@rule(
    "principal-id-reference",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.MEDIUM,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def principal_id_reference(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A principal is named by its unique id.

    `AROA…` and `AIDA…` are ids that IAM itself writes in place of a role or a user that was
    deleted. A new role of the same name has another id, so the statement names nobody.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Principal:
                  AWS: AROAIIAV48CME38CS8XYZ  # finding
                Action: sts:AssumeRole
    ```

    ```hcl
    resource "aws_iam_role" "example" {
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Principal = {
              AWS = "AROAIIAV48CME38CS8XYZ"  # finding
            }
            Action = "sts:AssumeRole"
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
                Principal:
                  AWS: arn:aws:iam::111122223333:role/deploy
                Action: sts:AssumeRole
    ```

    ```hcl
    resource "aws_iam_role" "example" {
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Principal = {
              AWS = "arn:aws:iam::111122223333:role/deploy"
            }
            Action = "sts:AssumeRole"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
