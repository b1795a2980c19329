from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, Symptom, rule

WORDS = {
    "INVALID_PRINCIPAL_FORMAT": "{name} is no principal: {reason}.",
    "account-read-as-octal": "YAML reads {name} without quotes as a number to the base of eight; put it in quotes.",
    "INVALID_PRINCIPAL_KEY": "there is no kind of principal {kind}; it is AWS, Service, Federated or CanonicalUser.",
    "UNSUPPORTED_WILDCARD_IN_PRINCIPAL": "{name} has a wildcard, which no principal under {kind} may have.",
    "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL": 'a trust policy cannot have the principal "*".',
}
REMEDY = "Name the account, the role, the user or the service."
SYMPTOM = "The deployment fails: invalid principal in policy."


@rule(
    "invalid-principal-format",
    autofix="unsafe",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    aws_checks=tuple(check for check in WORDS if check.isupper()),
    symptoms=(Symptom(("Invalid principal in policy",)), Symptom(("principal", "AROA"))),
)
def invalid_principal_format(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A principal is written in a way that IAM refuses.

    A principal is `"*"`, or stands under `AWS`, `Service`, `Federated` or `CanonicalUser`: an
    account of twelve digits, the ARN of a role, a user or a session, the name of a service.
    Wildcards inside of an ARN are refused; whom a pattern of ARNs may name, a condition on
    `aws:PrincipalArn` says.

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
                  AWS: arn:aws:iam::111122223333:role/deploy-*  # finding
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
              AWS = "arn:aws:iam::111122223333:role/deploy-*"  # finding
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
