from collections.abc import Iterator

from passrole import (
    EVERYWHERE,
    Absent,
    AddKey,
    Category,
    Confidence,
    Graph,
    Listing,
    NamedTuple,
    Origin,
    Pipeline,
    Record,
    Repair,
    ReplaceValue,
    Report,
    Severity,
    Subject,
    Symptom,
    Text,
    Value,
    World,
    cases,
    known,
    rule,
)
from passrole_aws.codepipeline.resources.layouts import is_mentioned


class Feature(NamedTuple):
    """What only a pipeline of type V2 has. A ``parameter`` makes a pipeline without a type V2."""

    what: str
    origin: Origin
    subject: Subject
    parameter: bool = True
    world: World = EVERYWHERE


@rule(
    "v2-feature-on-v1-pipeline",
    autofix="safe",
    checks=Pipeline,
    severity=Severity.CRITICAL,
    category=Category.STRUCTURE,
    symptoms=(Symptom(("only available for V2 type pipelines",)), Symptom(("V2 type pipelines",))),
)
def v2_feature_on_v1_pipeline(pipeline: Pipeline, graph: Graph) -> Iterator[Report]:
    """A pipeline of type V1 uses what only V2 has.

    Triggers, variables of the pipeline, the execution modes `QUEUED` and `PARALLEL`, what a stage
    decides before it is entered, after it succeeded or failed, and the actions `Commands`, `EKS`,
    `EC2`, `ECRBuildAndPublish`, Lambda deployments and the start of another pipeline need a
    pipeline of type V2. One of type V1 is refused: "Triggers on tag can only be used with V2
    pipelines".

    Terraform makes a pipeline `V1` unless `pipeline_type` says otherwise. In CloudFormation, a
    pipeline without a type becomes V2 by itself where it has triggers, variables or other
    parameters of V2; with nothing but an action of V2 it does not, as far as is known: that
    finding is of medium confidence.

    Set the type to `V2`. It is priced by the minutes that actions run, not by the pipeline.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          PipelineType: V1
          ExecutionMode: QUEUED  # finding
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build  # finding
                  ActionTypeId: {Category: Compute, Owner: AWS, Provider: Commands, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Commands: [make]
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          PipelineType: V2
          ExecutionMode: QUEUED
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Compute, Owner: AWS, Provider: Commands, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Commands: [make]
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      trigger {  # finding
        provider_type = "CodeStarSourceConnection"
        git_configuration {
          source_action_name = "Source"
          push {
            tags {
              includes = ["v*"]
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
            tags {
              includes = ["v*"]
            }
          }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipeline-types-planning.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineDeclaration.html
    Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/codepipeline
    Source: https://github.com/cloudposse/terraform-aws-ecs-codepipeline/issues/145
    """
    for world, type_ in cases(pipeline.type, pipeline.world):
        unset = isinstance(type_, Absent) or known(type_) == ""
        if unset and is_mentioned("pipeline_type", pipeline.resource.origin):
            continue
        if known(type_) != "V1" and not unset:
            continue
        by_format = unset and pipeline.resource.format == "cloudformation"
        features = list(_features(pipeline, graph))
        if by_format and any(feature.parameter for feature in features):
            continue
        for feature in features:
            where = world.joined(feature.world)
            if where is None:
                continue
            yield Report(
                origin=feature.origin,
                message=f"Pipeline {pipeline.label} has {feature.what}, but it"
                f" {'has no type, which makes it V1' if unset else 'is of type V1'}; that needs V2.",
                symptom="The pipeline is refused: this can only be used with V2 pipelines.",
                remedy="Set the type of the pipeline to V2.",
                subject=feature.subject,
                confidence=Confidence.MEDIUM if by_format else Confidence.HIGH,
                world=where,
                defaults=type_.defaults if isinstance(type_, Text) else frozenset(),
                repair=_of_type_v2(pipeline, type_),
            )


def _of_type_v2(pipeline: Pipeline, type_: Value) -> Repair | None:
    resource = pipeline.resource
    origin = getattr(type_, "origin", None)
    if isinstance(type_, Text) and known(type_) == "V1":
        return Repair((ReplaceValue(origin, "V2"),)) if origin is not None else None
    place = getattr(resource.properties, "origin", None)
    key = "PipelineType" if resource.format == "cloudformation" else "pipeline_type"
    return Repair((AddKey(place, key, "V2"),)) if place is not None else None


def _features(pipeline: Pipeline, graph: Graph) -> Iterator[Feature]:
    label, resource = pipeline.label, pipeline.resource
    for trigger in pipeline.triggers[:1]:
        yield Feature("triggers", trigger.origin, Subject(label, resource="triggers"))
    variables = pipeline.variables
    if isinstance(variables, Record) or (isinstance(variables, Listing) and variables.values):
        place = resource.place("variables")
        yield Feature("variables", place, Subject(label, resource="variables"))
    mode = known(pipeline.execution_mode)
    if mode in ("QUEUED", "PARALLEL"):
        place = resource.place("execution mode")
        yield Feature(f"execution mode {mode}", place, Subject(label, resource="execution mode"))
    for stage in pipeline.stages:
        if stage.points:
            what = f"{' and '.join(stage.points)} in stage {stage.name}"
            yield Feature(what, stage.origin, Subject(label, stage.name), world=stage.world)
        for action in stage.actions:
            provider = graph.provider_of(action)
            if provider is not None and provider.v2_only and provider.category != "Rule":
                subject = Subject(label, stage.name, action.name)
                what = f"action {action.label} of {provider}"
                yield Feature(what, action.origin, subject, False, action.world)
