from collections import Counter
from collections.abc import Iterator

from passrole import (
    Absent,
    Action,
    Category,
    Confidence,
    Graph,
    Origin,
    Pipeline,
    Record,
    Report,
    Severity,
    Subject,
    Symptom,
    Trigger,
    TriggerFilter,
    Value,
    did_you_mean,
    elements,
    known,
    rule,
)

PROVIDER = "CodeStarSourceConnection"
MOST_FILTERS = 3
NAMES_CAP = 200
PULL_REQUEST_EVENTS = ("OPEN", "UPDATED", "CLOSED")


@rule(
    "trigger-filter-combination-invalid",
    checks=Pipeline,
    severity=Severity.CRITICAL,
    category=Category.STRUCTURE,
    symptoms=(Symptom(("trigger configuration for the source action is not valid",)),),
)
def trigger_filter_combination_invalid(pipeline: Pipeline, _: Graph) -> Iterator[Report]:
    """A trigger combines filters that do not go together, or belongs to no source it could watch.

    A filter for pushes names tags, or branches, or branches with file paths; tags with either of the
    others are refused: "The trigger configuration for the source action is not valid. Make sure to
    choose valid filter combinations". There are at most three filters for pushes and three for pull
    requests, one trigger for a source action, and only actions of `CodeStarSourceConnection` have any.
    File paths without branches are not in the list of valid combinations either; since no page says
    that they are refused, that finding is of low confidence.

    Give each kind of event a filter of its own, in the list of the one trigger.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          PipelineType: V2
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Triggers:
            - ProviderType: CodeStarSourceConnection
              GitConfiguration:
                SourceActionName: Source
                Push:
                  - Branches: {Includes: [dev]}  # finding
                    Tags: {Includes: ["*hotfix*"]}
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    ConnectionArn: arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b
                    FullRepositoryId: example/shop
                    BranchName: main
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          PipelineType: V2
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Triggers:
            - ProviderType: CodeStarSourceConnection
              GitConfiguration:
                SourceActionName: Source
                Push:
                  - Branches: {Includes: [dev]}
                    FilePaths: {Includes: [src/**]}
                  - Tags: {Includes: ["*hotfix*"]}
                PullRequest:
                  - Branches: {Includes: [main]}
                    Events: [OPEN, UPDATED]
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    ConnectionArn: arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b
                    FullRepositoryId: example/shop
                    BranchName: main
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name          = "shop"
      role_arn      = "arn:aws:iam::111122223333:role/pipeline"
      pipeline_type = "V2"
      trigger {
        provider_type = "CodeStarSourceConnection"
        git_configuration {
          source_action_name = "Source"
          push {  # finding
            branches {
              includes = ["dev"]
            }
            tags {
              includes = ["*hotfix*"]
            }
          }
        }
      }
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name          = "shop"
      role_arn      = "arn:aws:iam::111122223333:role/pipeline"
      pipeline_type = "V2"
      trigger {
        provider_type = "CodeStarSourceConnection"
        git_configuration {
          source_action_name = "Source"
          push {
            branches {
              includes = ["dev"]
            }
            file_paths {
              includes = ["src/**"]
            }
          }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-triggers.html
    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-codepipeline-pipeline-gitconfiguration.html
    Source: https://github.com/hashicorp/terraform-provider-aws/issues/43105
    """
    seen: Counter[str] = Counter()
    # Triggers that conditions choose between are not two.
    chosen = any(each.world.literals for each in pipeline.triggers)
    actions = _actions(pipeline) if pipeline.triggers else {}
    for trigger in pipeline.triggers:
        name = known(trigger.source)
        if name is not None:
            seen[name] += 1
            if seen[name] == 2 and not chosen:
                yield _report(
                    pipeline, trigger, trigger.origin,
                    f"There are several triggers for source action {name}",
                    "Put the filters of all into one trigger.",
                )  # fmt: skip
        if name and actions:
            yield from _source(pipeline, trigger, name, actions)
        for event in ("push", "pull request"):
            filters = [each for each in trigger.filters if each.event == event]
            if len(filters) > MOST_FILTERS:
                yield _report(
                    pipeline, trigger, filters[MOST_FILTERS].origin,
                    f"A trigger has {len(filters)} filters for events of kind {event}",
                    f"Leave at most {MOST_FILTERS}.",
                )  # fmt: skip
        for each in trigger.filters:
            yield from _filter(pipeline, trigger, each)


def _actions(pipeline: Pipeline) -> dict[str, list[Action]]:
    """The actions by their names; none where there may be others, or others may be meant."""
    found: dict[str, list[Action]] = {}
    for action in pipeline.actions:
        if known(action.category) != "Rule":
            found.setdefault(action.name, []).append(action)
    return {} if pipeline.unresolved or any("$" in name for name in found) else found


def _source(
    pipeline: Pipeline, trigger: Trigger, name: str, actions: dict[str, list[Action]]
) -> Iterator[Report]:
    """A report where no source action of the pipeline is the trigger's, or one of another kind."""
    place = getattr(trigger.source, "origin", None)
    if name not in actions:
        guess = did_you_mean(name, actions) if len(actions) <= NAMES_CAP else ""
        yield _report(
            pipeline, trigger, place,
            f"A trigger is for source action {name}, which the pipeline does not have{guess}",
            "Name a source action of the pipeline.",
        )  # fmt: skip
    elif all(map(_is_of_another_kind, actions[name])):
        yield _report(
            pipeline, trigger, place,
            f"A trigger is for source action {name}, which is of"
            f" {known(actions[name][0].provider)}: only those of {PROVIDER} have triggers",
            "Take the trigger away, or read the source through a connection.",
        )  # fmt: skip


def _is_of_another_kind(action: Action) -> bool:
    return known(action.provider) not in (None, PROVIDER)


def _filter(pipeline: Pipeline, trigger: Trigger, each: TriggerFilter) -> Iterator[Report]:
    others = [what for what, value in (("branches", each.branches), ("file paths", each.paths))
              if _is_there(value)]  # fmt: skip
    if _is_there(each.tags) and others:
        yield _report(
            pipeline, trigger, each.origin,
            f"A filter for events of kind {each.event} has tags together with"
            f" {' and '.join(others)}",
            "Give the tags a filter of their own.",
        )  # fmt: skip
    elif others == ["file paths"] and isinstance(each.branches, Absent):
        yield _report(
            pipeline, trigger, each.origin,
            f"A filter for events of kind {each.event} has file paths without branches",
            "Name the branches too.",
            Confidence.LOW,
        )  # fmt: skip
    for item in elements(each.types):
        text = known(item)
        if text is not None and text not in PULL_REQUEST_EVENTS:
            yield _report(
                pipeline, trigger, getattr(item, "origin", None) or each.origin,
                f"A filter for pull requests has event {text!r}, which must be one of"
                f" {', '.join(PULL_REQUEST_EVENTS)}{did_you_mean(text, PULL_REQUEST_EVENTS)}",
                "Name one of these events.",
            )  # fmt: skip


def _is_there(value: Value) -> bool:
    """Whether a part of a filter is definitely given."""
    return isinstance(value, Record)


def _report(
    pipeline: Pipeline,
    trigger: Trigger,
    origin: Origin | None,
    what: str,
    remedy: str,
    confidence: Confidence = Confidence.HIGH,
) -> Report:
    return Report(
        origin=origin or trigger.origin,
        message=f"{what.removesuffix('?')}{'?' if what.endswith('?') else '.'}",
        symptom="The pipeline is refused: the trigger configuration for the source action is not"
        " valid.",
        remedy=remedy,
        subject=Subject(pipeline.label, action=known(trigger.source), resource="triggers"),
        confidence=confidence,
        world=trigger.world,
    )
