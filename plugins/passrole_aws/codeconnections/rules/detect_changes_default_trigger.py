from collections.abc import Iterator

from passrole import (
    Action,
    AddKey,
    Category,
    Confidence,
    EventTarget,
    Graph,
    Pipeline,
    Record,
    Repair,
    Report,
    Severity,
    Subject,
    Symptom,
    cases,
    get,
    known,
    rule,
)


@rule(
    "detect-changes-default-trigger",
    autofix="unsafe",
    checks=Pipeline,
    severity=Severity.MEDIUM,
    category=Category.STRUCTURE,
    # Whether every push is meant to start the pipeline as well, no template says.
    confidence=Confidence.LOW,
    symptoms=(Symptom(("unwanted pushes start the pipeline",)), Symptom(("perpetual diff",))),
)
def detect_changes_default_trigger(pipeline: Pipeline, graph: Graph) -> Iterator[Report]:
    """Every push starts a pipeline that something else is there to start.

    A source action with a connection looks out for pushes to its branch unless `DetectChanges` is
    `false`; where the key is missing it is `true`. CodePipeline makes a trigger for that, which no template
    shows and which older versions of Terraform's provider want to remove in every plan. A pipeline that
    runs by a schedule, by an event rule or when another pipeline starts it then runs for each push
    as well.

    Set `DetectChanges` to `false`, or to `true` to say that it is meant. With a trigger of its own
    for the source, pushes that it does not name start nothing, and the key need not be there.

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
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    ConnectionArn: arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b
                    FullRepositoryId: example/shop
                    BranchName: main
      Nightly:
        Type: AWS::Events::Rule
        Properties:
          ScheduleExpression: cron(0 2 * * ? *)
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
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    ConnectionArn: arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b
                    FullRepositoryId: example/shop
                    BranchName: main
                    DetectChanges: "false"
      Nightly:
        Type: AWS::Events::Rule
        Properties:
          ScheduleExpression: cron(0 2 * * ? *)
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
          owner            = "AWS"
          provider         = "CodeStarSourceConnection"
          version          = "1"
          output_artifacts = ["source"]
          configuration = {
            ConnectionArn    = "arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b"
            FullRepositoryId = "example/shop"
            BranchName       = "main"
          }
        }
      }
    }

    resource "aws_cloudwatch_event_rule" "nightly" {
      schedule_expression = "cron(0 2 * * ? *)"
    }

    resource "aws_cloudwatch_event_target" "nightly" {
      rule     = aws_cloudwatch_event_rule.nightly.name
      arn      = aws_codepipeline.shop.arn
      role_arn = "arn:aws:iam::111122223333:role/events"
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
          owner            = "AWS"
          provider         = "CodeStarSourceConnection"
          version          = "1"
          output_artifacts = ["source"]
          configuration = {
            ConnectionArn    = "arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b"
            FullRepositoryId = "example/shop"
            BranchName       = "main"
          }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineTriggerDeclaration.html
    Source: https://github.com/hashicorp/terraform-provider-aws/issues/38409
    """
    # Any trigger at all may be the one of the source: then it has the say.
    watching = [action for action in pipeline.actions if _watches(action)]
    if not watching or pipeline.triggers:
        return
    starter = _starter(pipeline, graph)
    if starter is None:
        return
    for action in watching:
        yield Report(
            origin=action.origin,
            message=f"{action.label} does not set DetectChanges, so every push starts pipeline"
            f" {pipeline.label}, which {starter} starts as well.",
            symptom="The pipeline runs for pushes that were not meant to start it.",
            remedy='Set DetectChanges of the source action to "false", or to "true" if it is meant.',
            subject=Subject(action.pipeline, action.stage, action.name, resource="DetectChanges"),
            world=action.world,
            repair=_told_by_others(action),
        )


def _told_by_others(action: Action) -> Repair | None:
    """The source leaves it to what else starts the pipeline: a guess at what is meant."""
    place = getattr(action.configuration, "origin", None)
    if place is None:
        return None
    return Repair((AddKey(place, "DetectChanges", "false"),), safe=False)


def _watches(action: Action) -> bool:
    """Whether a source action with a connection leaves open what it watches."""
    written = action.configuration
    if known(action.provider) != "CodeStarSourceConnection" or not isinstance(written, Record):
        return False
    return "DetectChanges" not in written.fields and "DetectChanges" not in written.keys


def _starter(pipeline: Pipeline, graph: Graph) -> str | None:
    """What else in the tree starts the pipeline, in words."""
    for target in graph.entities_of(EventTarget):
        for _, arn in cases(target.arn, target.world):
            if graph.find(arn, Pipeline, near=target) is pipeline:
                return f"event rule {target.label}"
    for other in graph.pipelines:
        for action in other.actions:
            name = get(action.configuration, "PipelineName")
            if known(action.provider) == "CodePipeline" and (
                graph.find(name, Pipeline, near=other) is pipeline
            ):
                return f"{action.label} of pipeline {other.label}"
    return None
