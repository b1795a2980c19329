from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "UNSUPPORTED_PRINCIPAL": "no {element} can stand in a policy of this kind ({kind}).",
    "SCP_SYNTAX_ERROR_PRINCIPAL": "no {element} can stand in a service control policy.",
    "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL": "no NotPrincipal can stand in a trust policy.",
    "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE": "no {element} can stand in a trust policy: it is about its own role.",
}
REMEDY = "Leave the element out."
SYMPTOM = "The deployment fails with MalformedPolicyDocument."


@rule(
    "policy-element-unsupported",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def policy_element_unsupported(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A policy has an element that policies of its kind cannot have.

    The policy of a role or a user says what its holder may do, so it names no principal; nor does a
    service control policy. A trust policy says who may assume the role, so it names no resource,
    and it must say whom it means, not whom it does not mean.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Principal: {Service: codepipeline.amazonaws.com}
                Action: sts:AssumeRole
                Resource: "*"  # finding
    ```

    ```hcl
    resource "aws_iam_role" "example" {
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Principal = { Service = "codepipeline.amazonaws.com" }
            Action = "sts:AssumeRole"
            Resource = "*"  # finding
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
                Principal: {Service: codepipeline.amazonaws.com}
                Action: sts:AssumeRole
    ```

    ```hcl
    resource "aws_iam_role" "example" {
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Principal = { Service = "codepipeline.amazonaws.com" }
            Action = "sts:AssumeRole"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
