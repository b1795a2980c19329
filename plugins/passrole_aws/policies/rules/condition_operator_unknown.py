from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, rule

WORDS = {
    "INVALID_CONDITION_OPERATOR": "there is no condition operator {operator}{hint}",
    "NULL_WITH_IF_EXISTS": "{operator}: Null takes no IfExists.",
}
REMEDY = "Write an operator that IAM has."
SYMPTOM = "The deployment fails with MalformedPolicyDocument."


@rule(
    "condition-operator-unknown",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
)
def condition_operator_unknown(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A condition has an operator that does not exist.

    IAM refuses the policy. `Null` takes no `IfExists`: it asks whether a key is there.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: s3:GetObject
                Resource: arn:aws:s3:::artifacts/*
                Condition:
                  StringEqual:
                    aws:PrincipalOrgID: o-abcde12345  # finding
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "s3:GetObject"
            Resource = "arn:aws:s3:::artifacts/*"
            Condition = {
              StringEqual = {
                "aws:PrincipalOrgID" = "o-abcde12345"  # finding
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
                Action: s3:GetObject
                Resource: arn:aws:s3:::artifacts/*
                Condition:
                  StringEquals:
                    aws:PrincipalOrgID: o-abcde12345
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "s3:GetObject"
            Resource = "arn:aws:s3:::artifacts/*"
            Condition = {
              StringEquals = {
                "aws:PrincipalOrgID" = "o-abcde12345"
              }
            }
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
