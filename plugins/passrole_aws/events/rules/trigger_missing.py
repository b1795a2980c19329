from collections.abc import Iterator

from passrole import (
    Absent,
    Action,
    Category,
    Confidence,
    EventTarget,
    Graph,
    Pipeline,
    Report,
    Repository,
    Severity,
    Subject,
    Symptom,
    Text,
    Webhook,
    cases,
    get,
    known,
    rule,
)
from passrole_aws.events.entities import is_on, rule_of, service_of, starts_of

CAN_POLL = frozenset({("AWS", "CodeCommit"), ("AWS", "S3"), ("ThirdParty", "GitHub")})
CANNOT_POLL = frozenset({("AWS", "ECR")})
NEVER_STARTS = frozenset({"sns", "sqs", "logs", "codebuild", "kinesis", "firehose", "ecs", "ec2"})
"""Services whose resources, as the target of a rule, start no pipeline by themselves."""


@rule(
    "trigger-missing",
    checks=Pipeline,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    confidence=Confidence.MEDIUM,
    symptoms=(
        Symptom(("never triggered",)),
        Symptom(("not triggered",)),
        Symptom(("pipeline does not start",)),
    ),
)
def trigger_missing(pipeline: Pipeline, graph: Graph) -> Iterator[Report]:
    """No change of the source starts the pipeline.

    A source action with `PollForSourceChanges: false` does not look for changes by itself, and one that
    watches an image repository (ECR) never does: an event rule has to start the pipeline, or with a
    GitHub source of the old kind a webhook. In the scanned tree there is none for this pipeline. It runs once, when it is created, and then
    only when somebody starts it by hand; nothing shows an error.

    Add a rule for the events of the source with the pipeline as its target, or let the action poll.
    The rule may be in a template of its own: the finding is of medium confidence where the repository stands
    in the same template as the pipeline, and of low confidence elsewhere.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          Stages:
            - Name: Source
              Actions:
                - Name: Source  # finding
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
                  Configuration: {RepositoryName: shop, BranchName: main, PollForSourceChanges: false}
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
                  Configuration: {RepositoryName: shop, BranchName: main, PollForSourceChanges: false}
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
          name     = "Source"
          category = "Source"
          owner    = "AWS"
          provider = "CodeCommit"
          version  = "1"
          configuration = {
            RepositoryName       = "shop"
            BranchName           = "main"
            PollForSourceChanges = false
          }
        }
      }
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
            PollForSourceChanges = false
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
      })
    }
    resource "aws_cloudwatch_event_target" "on_push" {
      rule     = aws_cloudwatch_event_rule.on_push.name
      arn      = aws_codepipeline.shop.arn
      role_arn = "arn:aws:iam::111122223333:role/events"
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/triggering.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-about-starting.html
    """
    sources = [each for each in pipeline.actions if known(each.category) == "Source"]
    if not sources or pipeline.unresolved or not all(map(_is_silent, sources)):
        return
    if _may_be_started(pipeline, graph):
        return
    first = sources[0]
    yield Report(
        origin=first.origin,
        message=f"Source action {first.label} {_why(first)}, and no event rule or webhook in the"
        f" scanned tree starts pipeline {pipeline.label}.",
        symptom="Changes of the source never start the pipeline; nothing shows an error.",
        remedy="Add an event rule for the source with the pipeline as target, or let it poll.",
        subject=Subject(pipeline.label, first.stage, first.name),
        confidence=Confidence.MEDIUM if _is_at_home(first, pipeline, graph) else Confidence.LOW,
        world=first.world,
        defaults=_defaults(first),
    )


def _is_silent(action: Action) -> bool:
    """Whether a source action definitely does not start its pipeline by itself."""
    provider = _provider(action)
    polls = known(get(action.configuration, "PollForSourceChanges")) or ""
    return provider in CANNOT_POLL or (provider in CAN_POLL and polls.lower() == "false")


def _provider(action: Action) -> tuple[str | None, str | None]:
    return known(action.owner), known(action.provider)


def _why(action: Action) -> str:
    return "cannot poll" if _provider(action) in CANNOT_POLL else "does not poll"


def _is_at_home(action: Action, pipeline: Pipeline, graph: Graph) -> bool:
    """Whether the repository is in the tree: its rule would stand beside it."""
    repository = get(action.configuration, "RepositoryName")
    return graph.find(repository, Repository, near=pipeline) is not None


def _defaults(action: Action) -> frozenset[str]:
    polls = get(action.configuration, "PollForSourceChanges")
    return polls.defaults if isinstance(polls, Text) else frozenset()


def _may_be_started(pipeline: Pipeline, graph: Graph) -> bool:
    """Whether something in the tree starts the pipeline, or may."""
    if any(_may_start(each, pipeline, graph) for each in graph.entities_of(EventTarget)):
        return True
    if any(_may_announce(each, pipeline, graph) for each in graph.entities_of(Webhook)):
        return True
    invoking = (
        action
        for each in graph.pipelines
        for action in each.actions
        if (known(action.category), known(action.provider)) == ("Invoke", "CodePipeline")
    )
    return any(invoking)


def _may_announce(webhook: Webhook, pipeline: Pipeline, graph: Graph) -> bool:
    for _, named in cases(webhook.pipeline, webhook.world):
        found = graph.find(named, Pipeline, near=webhook)
        if found is pipeline or (found is None and not isinstance(named, Absent)):
            return True
    return False


def _may_start(target: EventTarget, pipeline: Pipeline, graph: Graph) -> bool:
    event_rule = rule_of(target, graph)
    if event_rule is not None and not is_on(event_rule):
        return False
    starts = list(starts_of(target, graph))
    if starts:
        # A pipeline that is not in the tree by its ARN may be this one.
        return any(each.pipeline in (None, pipeline) for each in starts)
    return any(
        not isinstance(arn, Absent)
        and not (isinstance(arn, Text) and service_of(arn) in NEVER_STARTS)
        for _, arn in cases(target.arn, target.world)
    )
