from collections.abc import Iterator
from functools import partial

from passrole import (
    Action,
    Category,
    Confidence,
    EventTarget,
    Graph,
    Key,
    NotificationRule,
    Related,
    Report,
    Severity,
    Subject,
    Symptom,
    Verdict,
    cases,
    known,
    literal,
    rule,
)
from passrole_aws.notifications.entities import Publication, publications

AWS_OWN_KEY = "alias/aws/sns"
NEEDED = ("kms:GenerateDataKey", "kms:Decrypt")
LOST = "No message arrives; SNS counts it as failed (KMSAccessDenied), the target is Unreachable."


BECAUSE = "The topic is encrypted: whoever publishes to it needs its key as well."


@rule(
    "approval-sns-topic-encryption",
    autofix="safe",
    checks=(Action, NotificationRule, EventTarget),
    severity=Severity.HIGH,
    category=Category.BREAKS,
    symptoms=(
        Symptom(("KMSAccessDenied", "Unreachable"), BECAUSE),
        Symptom(("KMSAccessDenied",), BECAUSE),
        Symptom(("No mail arrives",)),
    ),
)
def approval_sns_topic_encryption(
    subject: Action | NotificationRule | EventTarget, graph: Graph
) -> Iterator[Report]:
    """Whoever publishes to an encrypted topic may not use its key.

    A message for an encrypted topic is encrypted on behalf of its publisher, who therefore needs
    `kms:GenerateDataKey` and `kms:Decrypt` on the key: for a manual approval that is the role of the
    pipeline, for notification rules `codestar-notifications.amazonaws.com`, for event rules
    `events.amazonaws.com`. A service gets them from the key policy alone. The key that AWS manages for
    SNS (`alias/aws/sns`) has a policy that nobody can change and that admits no service.

    No message arrives, and no execution shows it: SNS counts a delivery that failed with
    KMSAccessDenied, a notification rule shows its target as "Unreachable".

    Encrypt the topic with a key of your own, and admit the publisher in its key policy.

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
        Properties: {KmsMasterKeyId: alias/aws/sns}
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
        Properties: {KmsMasterKeyId: !Ref Key}
      Key:
        Type: AWS::KMS::Key
        Properties:
          KeyPolicy:
            Statement:
              - Effect: Allow
                Principal: {AWS: arn:aws:iam::111122223333:root}
                Action: kms:*
                Resource: "*"
              - Effect: Allow
                Principal: {Service: codestar-notifications.amazonaws.com}
                Action: [kms:GenerateDataKey*, kms:Decrypt]
                Resource: "*"
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
      name              = "approvals"
      kms_master_key_id = "alias/aws/sns"
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
      name              = "approvals"
      kms_master_key_id = aws_kms_key.approvals.key_id
    }
    resource "aws_kms_key" "approvals" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect    = "Allow"
            Principal = { AWS = "arn:aws:iam::111122223333:root" }
            Action    = "kms:*"
            Resource  = "*"
          },
          {
            Effect    = "Allow"
            Principal = { Service = "codestar-notifications.amazonaws.com" }
            Action    = ["kms:GenerateDataKey*", "kms:Decrypt"]
            Resource  = "*"
          },
        ]
      })
    }
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
              TargetAddress: !Ref Topic  # finding
      Topic:
        Type: AWS::SNS::Topic
        Properties: {KmsMasterKeyId: !Ref Key}
      Key:
        Type: AWS::KMS::Key
        Properties:
          KeyPolicy:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}
                Action: kms:*
                Resource: "*"
    ```

    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    Source: https://docs.aws.amazon.com/dtconsole/latest/userguide/set-up-sns.html
    """
    if isinstance(subject, Action):
        yield from graph.unmet(subject, "approval-sns-topic-encryption")
        return
    for publication in publications(subject, graph):
        for world, value in cases(publication.topic.key, publication.world):
            within = publication._replace(world=world)
            if (known(value) or "").endswith(AWS_OWN_KEY):
                yield _report(within, f"{AWS_OWN_KEY}, which admits no service", None)
                continue
            key = graph.find_key(value, near=publication.topic)
            if key is not None:
                yield from _refusals(within, key, graph)


def _refusals(publication: Publication, key: Key, graph: Graph) -> Iterator[Report]:
    region = publication.topic.resource.target.region.known()
    context = {"kms:viaservice": literal(f"sns.{region}.amazonaws.com")} if region else {}
    for iam_action in NEEDED:
        for decision in graph.admits(
            key, publication.service, iam_action, context=context, world=publication.world
        ):
            if decision.verdict in (Verdict.MISSING, Verdict.DENIED):
                words = f"key {key.label}, whose policy does not let it call {iam_action}"
                within = publication._replace(world=decision.world)
                yield _report(within, words, key, iam_action, graph)
                return


def _report(
    publication: Publication,
    encrypted_with: str,
    key: Key | None,
    iam_action: str = NEEDED[0],
    graph: Graph | None = None,
) -> Report:
    name, service, topic, origin, world = publication
    related = [Related(f"topic {topic.label} is defined here", topic.location)]
    if key is not None:
        related.append(Related(f"key {key.label} is defined here", key.location))
    default = key is not None and graph is not None and graph.policy_of(key) is None
    return Report(
        origin=origin,
        message=f"{name} tells topic {topic.label} as {service}, and the topic is"
        f" encrypted with {encrypted_with}.",
        symptom=LOST,
        remedy=f"Encrypt the topic with a key whose policy allows {' and '.join(NEEDED)} to"
        f" {service}.",
        subject=Subject(principal=service, iam_action=iam_action, resource=str(topic.resource.arn)),
        related=tuple(related),
        confidence=Confidence.MEDIUM if default else Confidence.HIGH,
        world=world,
        repair=partial(graph.repairs.admitting, key, {"Service": service}, NEEDED, key.resource.arn)
        if key is not None and graph is not None
        else None,
    )
