from collections.abc import Iterator

from passrole import (
    Category,
    Graph,
    PolicyDocument,
    PolicyKind,
    Report,
    Severity,
    Subject,
    Symptom,
    known,
    rule,
    without_actions,
)


@rule(
    "partner-only-operations",
    autofix="unsafe",
    checks=PolicyDocument,
    severity=Severity.INFO,
    category=Category.ACCESS,
    symptoms=(Symptom(("third-party job",)),),
)
def partner_only_operations(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A policy grants operations that only AWS partners use.

    The five `…ThirdPartyJob…` operations of CodePipeline are for companies that offer an action to
    all of AWS's customers. Nobody who runs pipelines needs them. Wildcards such as `codepipeline:*`
    are not reported for it.

    Take the actions out.

    ```yaml
    Resources:
      Worker:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action:
                  - codepipeline:PollForJobs
                  - codepipeline:PollForThirdPartyJobs  # finding
                Resource: "*"
    ```

    ```yaml
    Resources:
      Worker:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: codepipeline:PollForJobs, Resource: "*"}
    ```

    ```hcl
    resource "aws_iam_policy" "worker" {
      name = "worker"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action = [
            "codepipeline:AcknowledgeJob",
            "codepipeline:AcknowledgeThirdPartyJob",  # finding
          ]
          Resource = "*"
        }]
      })
    }
    ```

    ```hcl
    resource "aws_iam_policy" "worker" {
      name = "worker"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["codepipeline:AcknowledgeJob"]
          Resource = "*"
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/permissions-reference.html
    """
    del graph
    if document.policy.kind is not PolicyKind.IDENTITY:
        return
    for statement in document.policy.statements:
        if statement.effect != "Allow":
            continue
        for item in statement.actions:
            name = known(item) or ""
            service, _, operation = name.partition(":")
            if service.lower() == "codepipeline" and "thirdpartyjob" in operation.lower():
                yield Report(
                    origin=item.origin or document.origin,
                    message=f"{statement.label} allows {name}, which only AWS partners call.",
                    remedy="Take it out of the policy.",
                    subject=Subject(iam_action=name),
                    world=statement.world,
                    defaults=statement.defaults,
                    repair=without_actions(statement, (name,)),
                )
