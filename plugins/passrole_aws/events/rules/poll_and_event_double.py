from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from passrole import (
    Absent,
    Action,
    AddKey,
    Category,
    EventRule,
    EventTarget,
    Graph,
    Location,
    NamedTuple,
    Pipeline,
    Record,
    Related,
    Repair,
    Report,
    Severity,
    Subject,
    Symptom,
    Text,
    Webhook,
    World,
    cases,
    get,
    known,
    rule,
)
from passrole_aws.events.entities import is_on, label_of, rule_of, starts_of
from passrole_aws.events.patterns import mismatches, patterns_of, provider_of, source_provider

KEY = "PollForSourceChanges"
CAN_POLL = ("CodeCommit", "S3")
STARTERS_CAP = 100


class Starter(NamedTuple):
    """What starts a pipeline, and whether it does so when the source of an action changes."""

    what: str
    place: Location
    world: World
    tells_of: Callable[[Action], bool]


@rule(
    "poll-and-event-double",
    autofix="safe",
    checks=Pipeline,
    severity=Severity.MEDIUM,
    category=Category.LIFECYCLE,
    symptoms=(Symptom(("starts two executions",)), Symptom(("two executions",))),
)
def poll_and_event_double(pipeline: Pipeline, graph: Graph) -> Iterator[Report]:
    """A source action polls, and an event rule or a webhook starts the pipeline as well.

    A source action of CodeCommit, S3 or GitHub's first version looks for changes by itself unless
    `PollForSourceChanges` is `false`; outside of the console, a missing key means `true`. With
    an event rule or a webhook for the same source, every change runs the pipeline twice: at once,
    and a few minutes later when the poll finds it.

    Set `PollForSourceChanges` to `false`.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Source
              Actions:
                - Name: Source  # finding
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {RepositoryName: shop, BranchName: main}
      OnPush:
        Type: AWS::Events::Rule
        Properties:
          EventPattern:
            source: [aws.codecommit]
            detail-type: [CodeCommit Repository State Change]
            resources: [!Sub "arn:aws:codecommit:${AWS::Region}:${AWS::AccountId}:shop"]
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
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {RepositoryName: shop, BranchName: main, PollForSourceChanges: "false"}
      OnPush:
        Type: AWS::Events::Rule
        Properties:
          EventPattern:
            source: [aws.codecommit]
            detail-type: [CodeCommit Repository State Change]
            resources: [!Sub "arn:aws:codecommit:${AWS::Region}:${AWS::AccountId}:shop"]
          Targets:
            - Id: pipeline
              Arn: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}
              RoleArn: arn:aws:iam::111122223333:role/events
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Source"
        action {  # finding
          name             = "Source"
          category         = "Source"
          owner            = "ThirdParty"
          provider         = "GitHub"
          version          = "1"
          output_artifacts = ["source"]
          configuration = {
            Owner      = "example"
            Repo       = "shop"
            Branch     = "main"
            OAuthToken = var.token
          }
        }
      }
    }

    resource "aws_codepipeline_webhook" "shop" {
      name            = "shop"
      authentication  = "GITHUB_HMAC"
      target_action   = "Source"
      target_pipeline = aws_codepipeline.shop.name
      filter {
        json_path    = "$.ref"
        match_equals = "refs/heads/{Branch}"
      }
    }

    variable "token" {
      type = string
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Source"
        action {
          name             = "Source"
          category         = "Source"
          owner            = "ThirdParty"
          provider         = "GitHub"
          version          = "1"
          output_artifacts = ["source"]
          configuration = {
            Owner                = "example"
            Repo                 = "shop"
            Branch               = "main"
            OAuthToken           = var.token
            PollForSourceChanges = false
          }
        }
      }
    }

    resource "aws_codepipeline_webhook" "shop" {
      name            = "shop"
      authentication  = "GITHUB_HMAC"
      target_action   = "Source"
      target_pipeline = aws_codepipeline.shop.name
      filter {
        json_path    = "$.ref"
        match_equals = "refs/heads/{Branch}"
      }
    }

    variable "token" {
      type = string
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/update-change-detection.html
    Source: https://github.com/awsdocs/aws-codepipeline-user-guide/issues/8
    """
    polling = [
        action
        for action in pipeline.actions
        if known(action.category) == "Source" and _polls(action)
    ]
    starters = list(islice(_starters(pipeline, graph), STARTERS_CAP)) if polling else []
    for action in polling:
        for what, place, world, tells_of in starters:
            if not tells_of(action):
                continue
            both = action.world.joined(world)
            if both is None:
                continue
            value = get(action.configuration, KEY)
            yield Report(
                origin=action.origin,
                message=f"{action.label} polls for changes"
                f"{'' if isinstance(value, Text) else f', since it does not set {KEY},'} and"
                f" {what} starts pipeline {pipeline.label} for them as well.",
                symptom="Every change of the source runs the pipeline twice.",
                remedy=f'Set {KEY} of the source action to "false".',
                subject=Subject(pipeline.label, action.stage, action.name),
                related=(Related("starts the pipeline too", place),),
                world=both,
                defaults=value.defaults if isinstance(value, Text) else frozenset(),
                repair=_not_polling(action),
            )
            break


def _not_polling(action: Action) -> Repair | None:
    place = getattr(action.configuration, "origin", None)
    return Repair((AddKey(place, KEY, "false"),)) if place is not None else None


def _polls(action: Action) -> bool:
    """Whether a source action definitely looks for changes by itself."""
    if not isinstance(action.configuration, Record):
        return False
    by_token = (known(action.owner), known(action.provider)) == ("ThirdParty", "GitHub")
    if not by_token and source_provider(action) not in CAN_POLL:
        return False
    value = get(action.configuration, KEY)
    if isinstance(value, Absent):
        # A key that only has no value yet says nothing.
        return KEY not in action.configuration.keys
    return (known(value) or "").lower() == "true"


def _starters(pipeline: Pipeline, graph: Graph) -> Iterator[Starter]:
    """What starts the pipeline when something changes."""
    for entity in graph.entities_of(Webhook, EventTarget):
        if isinstance(entity, Webhook):
            for world, named in cases(entity.pipeline, entity.world):
                if graph.find(named, Pipeline, near=entity) is pipeline:
                    tells_of = partial(_announces, entity)
                    yield Starter(f"webhook {entity.label}", entity.location, world, tells_of)
        elif isinstance(entity, EventTarget) and _is_on(rule_of(entity, graph)):
            for start in starts_of(entity, graph):
                if start.pipeline is not pipeline:
                    continue
                what = f"event rule {label_of(entity, graph)}"
                for world, pattern in patterns_of(entity, graph, start.world):
                    yield Starter(what, entity.location, world, partial(_lets_through, pattern))


def _announces(webhook: Webhook, action: Action) -> bool:
    wanted = known(webhook.action)
    return known(action.provider) == "GitHub" and wanted in (None, action.name)


def _lets_through(pattern: Record, action: Action) -> bool:
    return provider_of(pattern) == source_provider(action) and not mismatches(pattern, action)


def _is_on(event_rule: EventRule | None) -> bool:
    return event_rule is not None and is_on(event_rule)
