from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED": "{subject} lets in more than one repository and branch.",
}
REMEDY = "Name the owner, the repository and the branch or environment."


@rule(
    "github-trust-too-wide",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.MEDIUM,
    category=Category.RISK,
    aws_checks=tuple(WORDS),
)
def github_trust_too_wide(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A wildcard lets more of GitHub assume the role than was meant.

    The `sub` of a token of GitHub Actions is `repo:owner/name:ref:refs/heads/branch`. A wildcard in
    the owner or the name lets in repositories that others create. A wildcard behind the name lets
    in every branch and pull request; that is shown by `strict`.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Principal: {Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}
                Action: sts:AssumeRoleWithWebIdentity
                Condition:
                  StringLike:
                    token.actions.githubusercontent.com:sub: repo:shop/*  # finding
    ```

    ```hcl
    resource "aws_iam_role" "example" {
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
            Action = "sts:AssumeRoleWithWebIdentity"
            Condition = {
              StringLike = {
                "token.actions.githubusercontent.com:sub" = "repo:shop/*"  # finding
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
                Principal: {Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}
                Action: sts:AssumeRoleWithWebIdentity
                Condition:
                  StringLike:
                    token.actions.githubusercontent.com:sub: repo:shop/app:ref:refs/heads/main
    ```

    ```hcl
    resource "aws_iam_role" "example" {
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
            Action = "sts:AssumeRoleWithWebIdentity"
            Condition = {
              StringLike = {
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
