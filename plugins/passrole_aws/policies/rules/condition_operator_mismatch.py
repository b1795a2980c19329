from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, Symptom, rule

WORDS = {
    "WILDCARD_WITHOUT_LIKE_OPERATOR": (
        "{operator} compares {key} with {value} letter by letter; wildcards need a Like operator."
    ),
    "MISSING_QUALIFIER": "{key} has many values; {operator} needs ForAnyValue or ForAllValues before it.",
    "FORALLVALUES_WITH_SINGLE_VALUED_KEY": "{key} has one value; {operator} is also true where the request has none.",
    "TYPE_MISMATCH": "{key} is of type {type}; {operator} is for others, {wanted} operators are for it.",
    "NULL_WITH_QUALIFIER": "{operator} is always the same, whatever {key} is; write Null alone.",
}
REMEDY = "Write the operator that suits the key."
SYMPTOM = "The condition never matches, or always."


@rule(
    "condition-operator-mismatch",
    autofix="unsafe",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.MEDIUM,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
    symptoms=(Symptom(("StringEquals with *",)),),
)
def condition_operator_mismatch(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A condition compares in a way that does not suit its key or its value.

    `StringEquals` takes `*` as a letter. A key with many values needs `ForAnyValue` or
    `ForAllValues`; on a key with one value `ForAllValues` is true where the key is absent, which
    makes an Allow wider than it looks. An operator of another type than the key never matches.

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
                    aws:PrincipalArn: arn:aws:iam::111122223333:role/deploy-*  # finding
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
                "aws:PrincipalArn" = "arn:aws:iam::111122223333:role/deploy-*"  # finding
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
                  ArnLike:
                    aws:PrincipalArn: arn:aws:iam::111122223333:role/deploy-*
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
              ArnLike = {
                "aws:PrincipalArn" = "arn:aws:iam::111122223333:role/deploy-*"
              }
            }
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
