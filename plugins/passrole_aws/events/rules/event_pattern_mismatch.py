from collections.abc import Iterator
from typing import NamedTuple

from passrole import (
    Action,
    Category,
    Confidence,
    EventTarget,
    Graph,
    Origin,
    Pipeline,
    Record,
    Related,
    Report,
    Severity,
    Subject,
    Text,
    Value,
    World,
    cases,
    elements,
    get,
    known,
    literal,
    rule,
    value_from_json_text,
)
from passrole_aws.events.entities import label_of, name_in, rule_of, starts_of


class Part(NamedTuple):
    """A field of an event, and the configuration key of the source action that it has to match.

    Without a key the event has to be ``default``.
    """

    path: tuple[str, ...]
    key: str
    what: str
    default: str = ""


PARTS: dict[str, tuple[str, tuple[Part, ...]]] = {
    "aws.codecommit": (
        "CodeCommit",
        (
            Part(("resources",), "RepositoryName", "repository"),
            Part(("detail", "repositoryName"), "RepositoryName", "repository"),
            Part(("detail", "referenceName"), "BranchName", "branch"),
            Part(("detail", "referenceType"), "", "reference type", "branch"),
            Part(("detail", "event"), "", "event", "referenceUpdated"),
        ),
    ),
    "aws.s3": (
        "S3",
        (
            Part(("resources",), "S3Bucket", "bucket"),
            Part(("detail", "bucket", "name"), "S3Bucket", "bucket"),
            Part(("detail", "object", "key"), "S3ObjectKey", "key"),
            Part(("detail", "requestParameters", "bucketName"), "S3Bucket", "bucket"),
            Part(("detail", "requestParameters", "key"), "S3ObjectKey", "key"),
            Part(("detail", "eventName"), "", "operation", "CompleteMultipartUpload"),
        ),
    ),
    "aws.ecr": (
        "ECR",
        (
            Part(("detail", "repository-name"), "RepositoryName", "repository"),
            Part(("detail", "image-tag"), "ImageTag", "image tag", "latest"),
            Part(("detail", "requestParameters", "repositoryName"), "RepositoryName", "repository"),
            Part(("detail", "requestParameters", "imageTag"), "ImageTag", "image tag", "latest"),
            Part(("detail", "action-type"), "", "operation", "PUSH"),
            Part(("detail", "result"), "", "result", "SUCCESS"),
        ),
    ),
}
"""By the source of the events: the provider of the source action, and what must agree."""

DISPUTED = frozenset({"operation"})
"""Small objects are put in one piece: whether uploads in parts occur is not in the template."""


class Mismatch(NamedTuple):
    """A field of a pattern that no event of the source action matches."""

    action: Action
    part: Part
    listed: tuple[Value, ...]
    wanted: Text


@rule(
    "event-pattern-mismatch",
    checks=EventTarget,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    confidence=Confidence.MEDIUM,
)
def event_pattern_mismatch(target: EventTarget, graph: Graph) -> Iterator[Report]:
    """An event rule listens to something else than its pipeline's source.

    The event pattern of a rule and the configuration of a source action name the same thing twice: the
    repository and its branch, the bucket and the key, the image repository and its tag (`latest` where
    the action names none). Where they differ, the rule is there, and the change that the source action
    would fetch starts nothing, or another branch's change starts a run of the same old revision.

    S3 events through CloudTrail have one more trap: a large archive is uploaded in parts, and that is
    the operation `CompleteMultipartUpload`, not `PutObject`.

    Name the same repository, branch, bucket, key or tag in the pattern and in the source action.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
                  Configuration: {RepositoryName: shop, BranchName: main, PollForSourceChanges: "false"}
      OnPush:
        Type: AWS::Events::Rule
        Properties:
          EventPattern:
            source: [aws.codecommit]
            detail-type: [CodeCommit Repository State Change]
            resources: [!Sub "arn:aws:codecommit:${AWS::Region}:${AWS::AccountId}:shop"]
            detail:
              event: [referenceCreated, referenceUpdated]
              referenceType: [branch]
              referenceName: [master]  # finding
          Targets:
            - Id: pipeline
              Arn: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}
              RoleArn: arn:aws:iam::111122223333:role/events
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
                  Configuration: {RepositoryName: shop, BranchName: main, PollForSourceChanges: "false"}
      OnPush:
        Type: AWS::Events::Rule
        Properties:
          EventPattern:
            source: [aws.codecommit]
            detail-type: [CodeCommit Repository State Change]
            resources: [!Sub "arn:aws:codecommit:${AWS::Region}:${AWS::AccountId}:shop"]
            detail:
              event: [referenceCreated, referenceUpdated]
              referenceType: [branch]
              referenceName: [main]
          Targets:
            - Id: pipeline
              Arn: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}
              RoleArn: arn:aws:iam::111122223333:role/events
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/create-cloudtrail-S3-source.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/triggering.html
    """
    for start in starts_of(target, graph):
        pipeline = start.pipeline
        if pipeline is None or pipeline.unresolved:
            continue
        others = [each for each in graph.entities if isinstance(each, EventTarget)]
        patterns = [
            found
            for other in others
            if any(each.pipeline is pipeline for each in starts_of(other, graph))
            for found in _patterns(other, graph, start.world)
        ]
        for world, pattern in _patterns(target, graph, start.world):
            mismatch = _mismatch(pattern, pipeline, world)
            # Where another rule fits, this one is one more reason to run, and meant so.
            if mismatch is not None and all(
                _mismatches(other, mismatch.action) for _, other in patterns
            ):
                yield _report(target, graph, pipeline, mismatch, world)


def _patterns(target: EventTarget, graph: Graph, world: World) -> Iterator[tuple[World, Record]]:
    event_rule = rule_of(target, graph)
    if event_rule is None:
        return
    for each, pattern in cases(event_rule.pattern, world):
        document = value_from_json_text(pattern) if isinstance(pattern, Text) else pattern
        if isinstance(document, Record):
            yield each, document


def _mismatch(pattern: Record, pipeline: Pipeline, world: World) -> Mismatch | None:
    """Why no source action of its kind fits; None where one fits or may fit, or there is none."""
    found = []
    for action in pipeline.actions:
        if _provider(pattern) != _source_provider(action) or action.world.joined(world) is None:
            continue
        wrong = _mismatches(pattern, action)
        if not wrong:
            return None
        found.append(wrong[0])
    return found[0] if found else None


def _provider(pattern: Record) -> str:
    sources = [known(each) for each in elements(get(pattern, "source"))]
    named = PARTS.get(sources[0] or "") if len(sources) == 1 else None
    return named[0] if named else "none"


def _source_provider(action: Action) -> str | None:
    owned = known(action.category) == "Source" and known(action.owner) == "AWS"
    return known(action.provider) if owned else None


def _mismatches(pattern: Record, action: Action) -> list[Mismatch]:
    """The fields that definitely do not match; empty for a pattern of another kind of source."""
    parts = [parts for provider, parts in PARTS.values() if provider == _provider(pattern)]
    found = []
    for part in parts[0] if parts else ():
        listed = elements(get(pattern, *part.path))
        wanted = get(action.configuration, part.key) if part.key else literal(part.default)
        if not wanted and part.default:
            wanted = literal(part.default)
        if isinstance(wanted, Text) and listed and all(_differs(each, wanted) for each in listed):
            found.append(Mismatch(action, part, listed, wanted))
    return found


def _differs(item: Value, wanted: Text) -> bool:
    """Whether one alternative of a pattern definitely does not match; unknown is no."""
    text = wanted.known()
    if text is None:
        return False
    if isinstance(item, Record):
        prefix = known(get(item, "prefix"))
        return prefix is not None and not text.startswith(prefix)
    resource = name_in(item)
    named = known(item)
    if resource is not None:
        # An event of CloudTrail names objects: arn:aws:s3:::bucket/key.
        named = (resource.known() or "").partition("/")[0] or None
    return named is not None and named != text


def _report(
    target: EventTarget, graph: Graph, pipeline: Pipeline, mismatch: Mismatch, world: World
) -> Report:
    action, part, listed, wanted = mismatch
    name = label_of(target, graph)
    said = ", ".join(_said(each) for each in listed)
    relies_on = wanted.defaults.union(*(each.defaults for each in listed if isinstance(each, Text)))
    if part.key:
        works_on = f"source action {action.label} works on {part.what} {wanted}"
    else:
        works_on = f"a change for source action {action.label} is {part.what} {wanted}"
    return Report(
        origin=_place(target, graph, listed),
        message=f"{name} starts pipeline {pipeline.label} on events of {part.what} {said},"
        f" but {works_on}.",
        symptom="The rule is there, but a change of the source does not start the pipeline.",
        remedy=f"Name {part.what} {wanted} in the event pattern.",
        subject=Subject(pipeline.label, action.stage, action.name, resource=name),
        related=(Related(f"source action {action.label} is defined here", action.location),),
        confidence=Confidence.LOW if part.what in DISPUTED else Confidence.MEDIUM,
        world=world,
        defaults=relies_on,
    )


def _said(item: Value) -> str:
    if isinstance(item, Record):
        return f"{known(get(item, 'prefix'))}…"
    return str(name_in(item) or item)


def _place(target: EventTarget, graph: Graph, listed: tuple[Value, ...]) -> Origin:
    """The value that does not match, else the pattern."""
    event_rule = rule_of(target, graph)
    resource = event_rule.resource if event_rule else target.resource
    return listed[0].origin or resource.place("pattern")
