from collections.abc import Iterator
from functools import partial

from passrole import (
    Category,
    Confidence,
    EventTarget,
    Graph,
    NotificationRule,
    Related,
    Report,
    ResourcePolicy,
    Severity,
    Subject,
    Symptom,
    Text,
    Verdict,
    rule,
)
from passrole_aws.notifications.entities import Publication, publications

PUBLISH = "sns:Publish"


@rule(
    "notification-target-unreachable",
    checks=(NotificationRule, EventTarget),
    severity=Severity.MEDIUM,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(Symptom(("notification", "Unreachable")), Symptom(("Unreachable",))),
)
def notification_target_unreachable(
    subject: NotificationRule | EventTarget, graph: Graph
) -> Iterator[Report]:
    """A topic does not let the service publish what happens to the pipeline.

    Notification rules publish to a topic as `codestar-notifications.amazonaws.com`, event rules as
    `events.amazonaws.com`: not with a role. Only the topic's own policy can let them in, and the policy
    that SNS writes by itself admits the account and no service. Nothing fails: the notification rule
    shows its target as "Unreachable", and no mail is ever sent.

    Allow `sns:Publish` to the service in the policy of the topic.

    ```yaml
    Resources:
      Rule:
        Type: AWS::CodeStarNotifications::NotificationRule
        Properties:
          Name: failed
          DetailType: FULL
          EventTypeIds: [codepipeline-pipeline-pipeline-execution-failed]
          Resource: arn:aws:codepipeline:eu-west-1:111122223333:shop
          Targets:
            - TargetType: SNS
              TargetAddress: !Ref Topic  # finding
      Topic:
        Type: AWS::SNS::Topic
      TopicPolicy:
        Type: AWS::SNS::TopicPolicy
        Properties:
          Topics: [!Ref Topic]
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: sns:Publish, Resource: "*", Principal: {Service: events.amazonaws.com}}
    ```

    ```yaml
    Resources:
      Rule:
        Type: AWS::CodeStarNotifications::NotificationRule
        Properties:
          Name: failed
          DetailType: FULL
          EventTypeIds: [codepipeline-pipeline-pipeline-execution-failed]
          Resource: arn:aws:codepipeline:eu-west-1:111122223333:shop
          Targets:
            - TargetType: SNS
              TargetAddress: !Ref Topic
      Topic:
        Type: AWS::SNS::Topic
      TopicPolicy:
        Type: AWS::SNS::TopicPolicy
        Properties:
          Topics: [!Ref Topic]
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: sns:Publish
                Resource: !Ref Topic
                Principal: {Service: codestar-notifications.amazonaws.com}
    ```

    ```hcl
    resource "aws_codestarnotifications_notification_rule" "failed" {
      name           = "failed"
      detail_type    = "FULL"
      event_type_ids = ["codepipeline-pipeline-pipeline-execution-failed"]
      resource       = "arn:aws:codepipeline:eu-west-1:111122223333:shop"
      target {
        type    = "SNS"
        address = aws_sns_topic.approvals.arn  # finding
      }
    }
    resource "aws_sns_topic" "approvals" {
      name = "approvals"
    }
    data "aws_iam_policy_document" "approvals" {
      statement {
        actions   = ["sns:Publish"]
        resources = ["*"]
        principals {
          type        = "Service"
          identifiers = ["events.amazonaws.com"]
        }
      }
    }
    resource "aws_sns_topic_policy" "approvals" {
      arn    = aws_sns_topic.approvals.arn
      policy = data.aws_iam_policy_document.approvals.json
    }
    ```

    ```hcl
    resource "aws_codestarnotifications_notification_rule" "failed" {
      name           = "failed"
      detail_type    = "FULL"
      event_type_ids = ["codepipeline-pipeline-pipeline-execution-failed"]
      resource       = "arn:aws:codepipeline:eu-west-1:111122223333:shop"
      target {
        type    = "SNS"
        address = aws_sns_topic.approvals.arn
      }
    }
    resource "aws_sns_topic" "approvals" {
      name = "approvals"
    }
    data "aws_iam_policy_document" "approvals" {
      statement {
        actions   = ["sns:Publish"]
        resources = [aws_sns_topic.approvals.arn]
        principals {
          type        = "Service"
          identifiers = ["codestar-notifications.amazonaws.com"]
        }
      }
    }
    resource "aws_sns_topic_policy" "approvals" {
      arn    = aws_sns_topic.approvals.arn
      policy = data.aws_iam_policy_document.approvals.json
    }
    ```

    Source: https://docs.aws.amazon.com/dtconsole/latest/userguide/set-up-sns.html
    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    for publication in publications(subject, graph):
        topic = publication.topic
        written = graph.policy_of(topic)
        if written is None and _may_have_policy(graph):
            continue
        for decision in graph.admits(topic, publication.service, PUBLISH, world=publication.world):
            if decision.verdict in (Verdict.MISSING, Verdict.DENIED):
                sure = Confidence.MEDIUM if written is None else Confidence.HIGH
                yield _report(publication, sure, graph)


def _may_have_policy(graph: Graph) -> bool:
    """Whether some policy stands apart from a resource that nobody can name."""
    return any(not isinstance(each.of, Text) for each in graph.entities_of(ResourcePolicy))


def _report(publication: Publication, confidence: Confidence, graph: Graph) -> Report:
    name, service, topic, origin, world = publication
    return Report(
        origin=origin,
        message=f"{name} tells topic {topic.label} as {service}, but the policy of the"
        f" topic does not let {service} call {PUBLISH}.",
        symptom="Nothing fails, and no message arrives; the target is shown as Unreachable.",
        remedy=f"Allow {PUBLISH} to {service} in the policy of topic {topic.label}.",
        subject=Subject(principal=service, iam_action=PUBLISH, resource=str(topic.resource.arn)),
        related=(Related(f"topic {topic.label} is defined here", topic.location),),
        confidence=confidence,
        world=world,
        repair=partial(
            graph.repairs.admitting, topic, {"Service": service}, (PUBLISH,), topic.resource.arn
        ),
    )
