from collections.abc import Iterator
from functools import partial

from passrole import (
    Breadth,
    Category,
    EventRule,
    Graph,
    Group,
    Identity,
    PermissionSet,
    Repair,
    Report,
    Severity,
    Symptom,
    User,
    rule,
)
from passrole_aws.access.entities import audience

CREATES = "codepipeline:CreatePipeline"
PUTS = "events:PutRule"
NEEDED = ("events:DescribeRule", PUTS, "events:PutTargets")


@rule(
    "console-user-events-missing",
    autofix="safe",
    checks=Identity,
    severity=Severity.INFO,
    category=Category.ACCESS,
    symptoms=(
        Symptom(("Could not create Amazon CloudWatch Events rule",)),
        Symptom(("events:PutRule",)),
    ),
)
def console_user_events_missing(subject: Identity, graph: Graph) -> Iterator[Report]:
    """Somebody may create pipelines but not the event rules that the console makes for them.

    The console makes an EventBridge rule beside a pipeline, which starts it when its source
    changes. For that the user needs `events:PutRule`, `events:PutTargets` and `events:DescribeRule`.
    The finding is made for users, groups and permission sets all of whose policies are known, where
    the scanned tree makes no event rule itself.

    The console says `Could not create Amazon CloudWatch Events rule`.

    Allow the three actions on `arn:aws:events:*:*:rule/codepipeline-*`, or make the rule in the
    template of the pipeline.

    ```yaml
    Resources:
      Editors:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: create
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: codepipeline:CreatePipeline, Resource: "*"}  # finding
    ```

    ```yaml
    Resources:
      Editors:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: create
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: codepipeline:CreatePipeline, Resource: "*"}
                  - Effect: Allow
                    Action: [events:DescribeRule, events:PutRule, events:PutTargets]
                    Resource: arn:aws:events:*:*:rule/codepipeline-*
    ```

    ```hcl
    resource "aws_iam_user" "editor" {
      name = "editor"
    }
    resource "aws_iam_user_policy" "create" {
      user = aws_iam_user.editor.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{  # finding
          Effect   = "Allow"
          Action   = "codepipeline:*"
          Resource = "*"
        }]
      })
    }
    ```

    ```hcl
    resource "aws_iam_user" "editor" {
      name = "editor"
    }
    resource "aws_iam_user_policy" "create" {
      user = aws_iam_user.editor.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["codepipeline:*", "events:*"]
          Resource = "*"
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/security-iam-id-policies-examples.html
    Source: https://github.com/awslabs/aws-devops-essential/pull/21
    """
    if not isinstance(subject, (User, Group, PermissionSet)):
        return
    if graph.entities_of(EventRule):
        return
    somebody = audience(subject, graph)
    if somebody is None or not somebody.lacks(PUTS):
        return
    for grant in somebody.grants(CREATES):
        if grant.breadth is not Breadth.EVERYTHING:
            yield somebody.report(
                grant.statement,
                f"{somebody.label} may create pipelines ({grant.statement.label}) but not the event"
                " rule that the console makes for them.",
                "Allow events:DescribeRule, events:PutRule and events:PutTargets on"
                " rule/codepipeline-*, or make the rule in a template.",
                symptom="Could not create Amazon CloudWatch Events rule",
                iam_action=PUTS,
                repair=partial(_putting, subject, graph),
            )
            return


def _putting(identity: Identity, graph: Graph) -> Repair | None:
    """What the console calls, on the rules that it makes."""
    template = "arn:{partition}:events:{region}:{account}:rule/codepipeline-*"
    rules = identity.resource.target.filled(template)
    return graph.repairs.granting(identity, NEEDED, rules)
