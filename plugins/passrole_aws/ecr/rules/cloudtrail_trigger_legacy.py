from collections.abc import Iterator

from passrole import (
    Category,
    Data,
    EventRule,
    Graph,
    Record,
    Repair,
    ReplaceValue,
    Report,
    Severity,
    Subject,
    Symptom,
    Text,
    cases,
    elements,
    get,
    known,
    rule,
    value_from_json_text,
)

CLOUDTRAIL = "AWS API Call via CloudTrail"
PUSH = "ECR Image Action"
PARAMETERS = {"repositoryName": "repository-name", "imageTag": "image-tag"}
"""What CloudTrail calls what an event of ECR calls otherwise."""


@rule(
    "ecr-cloudtrail-trigger-legacy",
    autofix="unsafe",
    checks=EventRule,
    severity=Severity.MEDIUM,
    category=Category.LIFECYCLE,
    symptoms=(Symptom(("CloudTrail", "PutImage")),),
)
def cloudtrail_trigger_legacy(event_rule: EventRule, _: Graph) -> Iterator[Report]:
    """An event rule waits for CloudTrail to tell of an image that was pushed.

    ECR tells of each push itself, by an event of type `ECR Image Action`. A rule for
    `AWS API Call via CloudTrail` with the operation `PutImage` is what templates had before: it is silent in an
    account and Region without a trail that logs management events, comes later, and fires once more for
    each tag of an image.

    Match `ECR Image Action` with `action-type: [PUSH]` and `result: [SUCCESS]`, and the repository as
    `repository-name`, the tag as `image-tag`.

    ```yaml
    Resources:
      OnPush:
        Type: AWS::Events::Rule
        Properties:
          EventPattern: {source: [aws.ecr], detail-type: [AWS API Call via CloudTrail], detail: {eventName: [PutImage], requestParameters: {repositoryName: [shop]}}}  # finding
          Targets:
            - Id: pipeline
              Arn: arn:aws:codepipeline:eu-west-1:111122223333:shop
              RoleArn: arn:aws:iam::111122223333:role/events
    ```

    ```yaml
    Resources:
      OnPush:
        Type: AWS::Events::Rule
        Properties:
          EventPattern:
            source: [aws.ecr]
            detail-type: [ECR Image Action]
            detail:
              action-type: [PUSH]
              result: [SUCCESS]
              repository-name: [shop]
          Targets:
            - Id: pipeline
              Arn: arn:aws:codepipeline:eu-west-1:111122223333:shop
              RoleArn: arn:aws:iam::111122223333:role/events
    ```

    ```hcl
    resource "aws_cloudwatch_event_rule" "push" {
      event_pattern = jsonencode({
        source      = ["aws.ecr"]
        detail-type = ["AWS API Call via CloudTrail"]  # finding
        detail      = { eventName = ["PutImage"] }
      })
    }
    ```

    ```hcl
    resource "aws_cloudwatch_event_rule" "push" {
      event_pattern = jsonencode({
        source      = ["aws.ecr"]
        detail-type = ["ECR Image Action"]
        detail      = { action-type = ["PUSH"], result = ["SUCCESS"] }
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/create-cwe-ecr-source.html
    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
    Source: https://github.com/aws/aws-cdk/issues/10901
    """
    for world, written in cases(event_rule.pattern, event_rule.world):
        pattern = value_from_json_text(written) if isinstance(written, Text) else written
        if not isinstance(pattern, Record) or "aws.ecr" not in _all(pattern, "source"):
            continue
        kinds = get(pattern, "detail-type")
        if CLOUDTRAIL not in _all(pattern, "detail-type") or PUSH in _all(pattern, "detail-type"):
            continue
        operations = _all(pattern, "detail", "eventName")
        if operations and "PutImage" not in operations:
            continue
        first = next(iter(elements(kinds)))
        place = getattr(first, "origin", None) if pattern is written else None
        yield Report(
            origin=place or event_rule.resource.place("pattern"),
            message=f"Event rule {event_rule.label} waits for CloudTrail to tell of PutImage.",
            symptom="Nothing starts when an image is pushed, unless a trail logs management events.",
            remedy=f"Match {PUSH}, which ECR sends itself, with action-type PUSH.",
            subject=Subject(resource=event_rule.label),
            world=world,
            defaults=first.defaults if isinstance(first, Text) else frozenset(),
            repair=_on_push(pattern),
        )


def _on_push(pattern: Record) -> Repair | None:
    """The same repositories and tags, as ECR itself tells of them."""
    if pattern.origin is None:
        return None
    detail: dict[str, Data] = {"action-type": ("PUSH",), "result": ("SUCCESS",)}
    for old, new in PARAMETERS.items():
        listed = elements(get(pattern, "detail", "requestParameters", old))
        texts = tuple(each for each in listed if isinstance(each, Text))
        if len(texts) < len(listed):
            return None
        if texts:
            detail[new] = texts
    data: dict[str, Data] = {"source": ("aws.ecr",), "detail-type": (PUSH,), "detail": detail}
    return Repair((ReplaceValue(pattern.origin, data),), safe=False)


def _all(pattern: Record, *path: str) -> set[str]:
    """The texts that a field of a pattern lists, those that are known."""
    return {text for each in elements(get(pattern, *path)) if (text := known(each))}
