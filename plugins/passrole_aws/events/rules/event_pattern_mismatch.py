from collections.abc import Iterator

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
    Repair,
    ReplaceValue,
    Report,
    Severity,
    Subject,
    Symptom,
    Text,
    Value,
    World,
    get,
    known,
    rule,
)
from passrole_aws.events.entities import label_of, name_in, rule_of, starts_of
from passrole_aws.events.patterns import (
    Mismatch,
    mismatches,
    patterns_of,
    provider_of,
    source_provider,
)

DISPUTED = frozenset({"operation"})
"""Small objects are put in one piece: whether uploads in parts occur is not in the template."""


@rule(
    "event-pattern-mismatch",
    checks=EventTarget,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    autofix="unsafe",
    confidence=Confidence.MEDIUM,
    symptoms=(
        Symptom(("Rule exists", "pipeline does not start")),
        Symptom(("starts on every tag",)),
    ),
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

    ```hcl
    data "aws_region" "current" {}
    data "aws_caller_identity" "current" {}
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Source"
        action {
          name     = "Source"
          category = "Source"
          owner    = "AWS"
          provider = "CodeCommit"
          version  = "1"
          configuration = {
            RepositoryName       = "shop"
            BranchName           = "main"
            PollForSourceChanges = "false"
          }
        }
      }
    }
    resource "aws_cloudwatch_event_rule" "on_push" {
      name = "on-push"
      event_pattern = jsonencode({
        source      = ["aws.codecommit"]
        detail-type = ["CodeCommit Repository State Change"]
        resources = [
          "arn:aws:codecommit:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:shop",
        ]
        detail = {
          event         = ["referenceCreated", "referenceUpdated"]
          referenceType = ["branch"]
          referenceName = ["master"]  # finding
        }
      })
    }
    resource "aws_cloudwatch_event_target" "on_push" {
      rule     = aws_cloudwatch_event_rule.on_push.name
      arn      = aws_codepipeline.shop.arn
      role_arn = "arn:aws:iam::111122223333:role/events"
    }
    ```

    ```hcl
    data "aws_region" "current" {}
    data "aws_caller_identity" "current" {}
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Source"
        action {
          name     = "Source"
          category = "Source"
          owner    = "AWS"
          provider = "CodeCommit"
          version  = "1"
          configuration = {
            RepositoryName       = "shop"
            BranchName           = "main"
            PollForSourceChanges = "false"
          }
        }
      }
    }
    resource "aws_cloudwatch_event_rule" "on_push" {
      name = "on-push"
      event_pattern = jsonencode({
        source      = ["aws.codecommit"]
        detail-type = ["CodeCommit Repository State Change"]
        resources = [
          "arn:aws:codecommit:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:shop",
        ]
        detail = {
          event         = ["referenceCreated", "referenceUpdated"]
          referenceType = ["branch"]
          referenceName = ["main"]
        }
      })
    }
    resource "aws_cloudwatch_event_target" "on_push" {
      rule     = aws_cloudwatch_event_rule.on_push.name
      arn      = aws_codepipeline.shop.arn
      role_arn = "arn:aws:iam::111122223333:role/events"
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/create-cloudtrail-S3-source.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/triggering.html
    """
    for start in starts_of(target, graph):
        pipeline = start.pipeline
        if pipeline is None or pipeline.unresolved:
            continue
        for world, pattern in patterns_of(target, graph, start.world):
            mismatch = _mismatch(pattern, pipeline, world)
            # Where another rule fits, this one is one more reason to run, and meant so.
            if mismatch is not None and not graph.once(_Patterns).fit(
                pipeline, mismatch.action, start.world
            ):
                yield _report(target, graph, pipeline, mismatch, world)


class _Patterns:
    """The patterns of all rules that start a pipeline; each of its rules asks for all of them."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._targets: dict[Pipeline, dict[EventTarget, None]] = {}
        for target in graph.entities_of(EventTarget):
            for start in starts_of(target, graph):
                if start.pipeline is not None:
                    self._targets.setdefault(start.pipeline, {})[target] = None
        self._fitting: dict[tuple[Action, World], bool] = {}

    def fit(self, pipeline: Pipeline, action: Action, world: World) -> bool:
        """Whether one of them fits, or may fit, a source action of the pipeline."""
        found = self._fitting.get((action, world))
        if found is None:
            found = self._fitting[action, world] = any(
                not mismatches(pattern, action)
                for target in self._targets.get(pipeline, ())
                for _, pattern in patterns_of(target, self._graph, world)
            )
        return found


def _mismatch(pattern: Record, pipeline: Pipeline, world: World) -> Mismatch | None:
    """Why no source action of its kind fits; None where one fits or may fit, or there is none."""
    found = []
    for action in pipeline.actions:
        if provider_of(pattern) != source_provider(action) or action.world.joined(world) is None:
            continue
        wrong = mismatches(pattern, action)
        if not wrong:
            return None
        found.append(wrong[0])
    return found[0] if found else None


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
        repair=_named(listed, wanted),
    )


def _named(listed: tuple[Value, ...], wanted: Value) -> Repair | None:
    """The one name that does not match, as the pipeline has it: it may have been meant so."""
    origin = listed[0].origin if len(listed) == 1 and isinstance(listed[0], Text) else None
    if origin is None or not isinstance(wanted, Text):
        return None
    return Repair((ReplaceValue(origin, wanted),), safe=False)


def _said(item: Value) -> str:
    if isinstance(item, Record):
        return f"{known(get(item, 'prefix'))}…"
    return str(name_in(item) or item)


def _place(target: EventTarget, graph: Graph, listed: tuple[Value, ...]) -> Origin:
    """The value that does not match, else the pattern."""
    event_rule = rule_of(target, graph)
    resource = event_rule.resource if event_rule else target.resource
    return listed[0].origin or resource.place("pattern")
