from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL": "no condition on {provider} limits whose token may assume the role.",
    "MISSING_GITHUB_REPO_CONDITION_KEY": "no condition on {provider}:sub says which repository may assume the role.",
}
REMEDY = "Add conditions on the provider's aud and sub."


@rule(
    "oidc-trust-unrestricted",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.RISK,
    aws_checks=tuple(WORDS),
)
def oidc_trust_unrestricted(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """Anyone with a token of the identity provider can assume the role.

    A provider of OpenID Connect serves more people than you. Without a condition on the claims of
    its token, the whole world can assume the role; for GitHub Actions it is the `sub` claim that
    says which repository asks.

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
                  Federated: arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com  # finding
                Action: sts:AssumeRoleWithWebIdentity
                Condition:
                  StringEquals:
                    token.actions.githubusercontent.com:aud: sts.amazonaws.com
    ```

    ```hcl
    resource "aws_iam_role" "example" {
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Principal = {
              Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"  # finding
            }
            Action = "sts:AssumeRoleWithWebIdentity"
            Condition = {
              StringEquals = {
                "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
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
                Principal:
                  Federated: arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com
                Action: sts:AssumeRoleWithWebIdentity
                Condition:
                  StringEquals:
                    token.actions.githubusercontent.com:aud: sts.amazonaws.com
                    token.actions.githubusercontent.com:sub: repo:shop/app:ref:refs/heads/main
    ```

    ```hcl
    resource "aws_iam_role" "example" {
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Principal = {
              Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
            }
            Action = "sts:AssumeRoleWithWebIdentity"
            Condition = {
              StringEquals = {
                "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
                "token.actions.githubusercontent.com:sub" = "repo:shop/app:ref:refs/heads/main"
              }
            }
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
    """
    yield from graph.flaws(document, WORDS, remedy=REMEDY)
