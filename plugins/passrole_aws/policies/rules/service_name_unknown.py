from collections.abc import Iterator

from passrole import Category, Graph, PolicyDocument, Report, Severity, Symptom, rule

WORDS = {
    "INVALID_SERVICE_PRINCIPAL_FORMAT": "{name} is not the name of a service{hint}",
    "service-principal-unknown": "no service {name} is known{hint}",
}
REMEDY = "Write the service's principal as its guide has it."
SYMPTOM = (
    "The deployment fails: invalid principal in policy; or the service cannot assume the role."
)


@rule(
    "service-name-unknown",
    autofix="unsafe",
    checks=PolicyDocument,
    flaws=WORDS,
    severity=Severity.HIGH,
    category=Category.POLICY,
    aws_checks=tuple(check for check in WORDS if check.isupper()),
    symptoms=(
        Symptom(("MalformedPolicyDocument", "Invalid principal in policy", "SERVICE")),
        Symptom(("codepipeline.aws.com",)),
    ),
)
def service_name_unknown(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """No service of this name calls AWS.

    Services are principals by names such as `codepipeline.amazonaws.com`, in trust and resource
    policies and under `iam:PassedToService`. A name of another form is refused; one that differs by
    a letter from a known service is flagged with medium confidence, as AWS lists its service
    principals nowhere.

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
                  Service: codepipeline.aws.com  # finding
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
              Service = "codepipeline.aws.com"  # finding
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
    """
    yield from graph.flaws(document, WORDS, symptom=SYMPTOM, remedy=REMEDY)
