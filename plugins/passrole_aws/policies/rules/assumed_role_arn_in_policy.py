from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, Symptom, rule

WORDS = {
    "assumed-role-arn": (
        "{action_name} is asked for a role, not for a session: write {role}, with the path if "
        "it has one."
    ),
}
REMEDY = "Write the ARN of the role."
SYMPTOM = "It deploys; the statement never matches, and the call is not authorized."


@rule(
    "assumed-role-arn-in-policy",
    autofix="unsafe",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    symptoms=(
        Symptom(("assumed-role", "used as Resource")),
        Symptom(("MalformedPolicyDocument", "assumed-role")),
        Symptom(("Invalid principal in policy", "assumed-role")),
    ),
)
def assumed_role_arn_in_policy(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """The ARN of a session stands where the ARN of a role belongs.

    Error messages name the caller as `arn:aws:sts::…:assumed-role/Name/Session`. That is the
    session; roles are passed and assumed by their own ARN, `arn:aws:iam::…:role/Name`, with its
    path.

    ```yaml
    Resources:
      Example:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: iam:PassRole
                Resource: arn:aws:sts::111122223333:assumed-role/Deploy/AWSCodePipeline  # finding
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "iam:PassRole"
            Resource = "arn:aws:sts::111122223333:assumed-role/Deploy/AWSCodePipeline"  # finding
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
                Action: iam:PassRole
                Resource: arn:aws:iam::111122223333:role/Deploy
    ```

    ```hcl
    resource "aws_iam_policy" "example" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "iam:PassRole"
            Resource = "arn:aws:iam::111122223333:role/Deploy"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
