from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "MISMATCHED_ACTION_FOR_PRINCIPAL": "{name} does not go with {principals}.",
    "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY": "IAM Roles Anywhere also needs {actions}.",
    "FEDERATED_PRINCIPAL_NOT_SUPPORTED": "the federated principal {name} can stand in trust policies only.",
    "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY": "{name} is neither the ARN of an identity provider nor a domain.",
}
REMEDY = "Write the action that goes with the principal."
SYMPTOM = "The role cannot be assumed."


@rule(
    "trust-principal-mismatch",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def trust_principal_mismatch(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """An action of a trust policy does not go with its principal.

    `sts:AssumeRoleWithWebIdentity` is for providers of OpenID Connect, `sts:AssumeRoleWithSAML` for
    SAML providers, `sts:AssumeRole` for accounts, roles and services. IAM Roles Anywhere needs
    three actions. Other policies than trust policies take no federated principal.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Principal: {Federated: "arn:aws:iam::111122223333:saml-provider/Corp"}
                Action: sts:AssumeRole  # finding
    ```

    ```hcl
    resource "aws_iam_role" "example" {
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Principal = { Federated = "arn:aws:iam::111122223333:saml-provider/Corp" }
            Action = "sts:AssumeRole"  # finding
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
                Principal: {Federated: "arn:aws:iam::111122223333:saml-provider/Corp"}
                Action: sts:AssumeRoleWithSAML
                Condition:
                  StringEquals:
                    SAML:aud: https://signin.aws.amazon.com/saml
    ```

    ```hcl
    resource "aws_iam_role" "example" {
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Principal = { Federated = "arn:aws:iam::111122223333:saml-provider/Corp" }
            Action = "sts:AssumeRoleWithSAML"
            Condition = {
              StringEquals = {
                "SAML:aud" = "https://signin.aws.amazon.com/saml"
              }
            }
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    Source: https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
