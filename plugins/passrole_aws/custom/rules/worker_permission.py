from collections.abc import Iterator
from functools import partial

from passrole import (
    Category,
    Confidence,
    Graph,
    Report,
    Role,
    Severity,
    Subject,
    Symptom,
    Verdict,
    literal,
    rule,
)

MARKS = ("codepipeline:PollForJobs", "codepipeline:AcknowledgeJob")
OPERATIONS = ("AcknowledgeJob", "GetJobDetails", "PutJobSuccessResult", "PutJobFailureResult")
ANY = literal("*")


@rule(
    "jenkins-worker-permission",
    checks=Role,
    severity=Severity.MEDIUM,
    category=Category.BREAKS,
    autofix="safe",
    confidence=Confidence.MEDIUM,
    symptoms=(Symptom(("Jenkins", "long time")), Symptom(("Jenkins", "not authorized"))),
)
def worker_permission(role: Role, graph: Graph) -> Iterator[Report]:
    """A job worker may ask for jobs, but not do all that belongs to one.

    The worker of a custom action, such as Jenkins with its plugin, asks CodePipeline for jobs,
    acknowledges one, reads its details and reports its result, with an identity of its own:
    `codepipeline:PollForJobs`, `AcknowledgeJob`, `GetJobDetails`, `PutJobSuccessResult` and
    `PutJobFailureResult`. With some of them alone it takes up jobs that it can never finish: the
    action runs for a long time and then fails.

    Allow all five, or attach the managed policy `AWSCodePipelineCustomActionAccess`, which holds
    them.

    A role counts as a worker's where a statement names `codepipeline:PollForJobs` or
    `codepipeline:AcknowledgeJob`. Workers with an IAM user, or with a role that is not in the
    scanned tree, are not looked at.

    ```yaml
    Resources:
      JenkinsRole:  # finding
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: ec2.amazonaws.com}}
          Policies:
            - PolicyName: worker
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action:
                      - codepipeline:PollForJobs
                      - codepipeline:AcknowledgeJob
                    Resource: "*"
    ```

    ```yaml
    Resources:
      JenkinsRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: ec2.amazonaws.com}}
          Policies:
            - PolicyName: worker
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action:
                      - codepipeline:PollForJobs
                      - codepipeline:AcknowledgeJob
                      - codepipeline:GetJobDetails
                      - codepipeline:PutJobSuccessResult
                      - codepipeline:PutJobFailureResult
                    Resource: "*"
    ```

    ```hcl
    resource "aws_iam_role" "jenkins" {  # finding
      name = "jenkins"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "jenkins" {
      name = "worker"
      role = aws_iam_role.jenkins.name
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = ["codepipeline:PollForJobs", "codepipeline:AcknowledgeJob"], Resource = "*" }]
      })
    }
    ```

    ```hcl
    resource "aws_iam_role" "jenkins" {
      name = "jenkins"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "jenkins" {
      name = "worker"
      role = aws_iam_role.jenkins.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect = "Allow"
          Action = [
            "codepipeline:PollForJobs",
            "codepipeline:AcknowledgeJob",
            "codepipeline:GetJobDetails",
            "codepipeline:PutJobSuccessResult",
            "codepipeline:PutJobFailureResult",
          ]
          Resource = "*"
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-custom-action.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html
    """
    statements = graph.grants_of(role)
    if not any(each.names(mark) for each in statements for mark in MARKS):
        return
    lacking = [
        operation
        for operation in OPERATIONS
        if _surely_not(role, f"codepipeline:{operation}", graph)
        # Allowed on a resource is a mistake of its own, with a rule of its own.
        and not any(each.names(f"codepipeline:{operation}") for each in statements)
    ]
    if lacking:
        yield _report(role, lacking, graph)


def _surely_not(role: Role, operation: str, graph: Graph) -> bool:
    decisions = graph.may(role, operation, ANY)
    return all(each.verdict in (Verdict.MISSING, Verdict.DENIED) for each in decisions)


def _report(role: Role, lacking: list[str], graph: Graph) -> Report:
    operations = ", ".join(f"codepipeline:{each}" for each in lacking)
    return Report(
        origin=role.resource.key or role.resource.origin,
        message=f"Role {role.label} may ask for the jobs of custom actions, and so works on them,"
        f" but is not allowed {operations} on any resource (*).",
        symptom="The custom action runs for a long time and then fails.",
        remedy=f"Allow {operations} on * in the policies of role {role.label}.",
        subject=Subject(
            principal=role.label, iam_action=f"codepipeline:{lacking[0]}", resource="*"
        ),
        world=role.world,
        repair=partial(
            graph.repairs.granting, role, [f"codepipeline:{each}" for each in lacking], ANY
        ),
    )
