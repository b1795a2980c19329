from collections.abc import Iterator

from passrole import (
    Action,
    Category,
    Confidence,
    Graph,
    Pipeline,
    Related,
    Report,
    Severity,
    Subject,
    Symptom,
    Text,
    did_you_mean,
    known,
    rule,
)
from passrole_aws.custom.entities import ActionType

PARTS = ("category", "provider", "version")
TYPES_CAP = 200


@rule(
    "custom-action-type-undefined",
    checks=Pipeline,
    severity=Severity.HIGH,
    category=Category.STRUCTURE,
    # A type of that name may have been made elsewhere.
    confidence=Confidence.MEDIUM,
    symptoms=(Symptom(("ActionType", "is not available in region")),),
)
def action_type_undefined(pipeline: Pipeline, graph: Graph) -> Iterator[Report]:
    """A custom action is of a type that differs from the one in the tree.

    A custom action names the category, the provider and the version of a type that the account has made
    in that Region. Where no such type is there, the pipeline is refused: "ActionType (Category …,
    Provider …, Owner: 'Custom', Version …) … is not available in region".

    Reported is an action for which the scanned tree has a type of nearly the same name, or of the same
    name with another category or version. Where it has none, the type may be another template's.

    Name the type as it is defined, or define the one that is named. A new version of a type is a new
    type.

    ```yaml
    Resources:
      Worker:
        Type: AWS::CodePipeline::CustomActionType
        Properties:
          Category: Build
          Provider: Worker
          Version: "2"
          InputArtifactDetails: {MinimumCount: 0, MaximumCount: 1}
          OutputArtifactDetails: {MinimumCount: 0, MaximumCount: 1}
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build  # finding
                  ActionTypeId: {Category: Build, Owner: Custom, Provider: Worker, Version: "1"}
                  InputArtifacts: [{Name: Source}]
    ```

    ```yaml
    Resources:
      Worker:
        Type: AWS::CodePipeline::CustomActionType
        Properties:
          Category: Build
          Provider: Worker
          Version: "2"
          InputArtifactDetails: {MinimumCount: 0, MaximumCount: 1}
          OutputArtifactDetails: {MinimumCount: 0, MaximumCount: 1}
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Build, Owner: Custom, Provider: Worker, Version: "2"}
                  InputArtifacts: [{Name: Source}]
    ```

    ```hcl
    resource "aws_codepipeline_custom_action_type" "worker" {
      category      = "Build"
      provider_name = "Worker"
      version       = "1"
      input_artifact_details {
        minimum_count = 0
        maximum_count = 1
      }
      output_artifact_details {
        minimum_count = 0
        maximum_count = 1
      }
    }

    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Build"
        action {  # finding
          name            = "Build"
          category        = "Build"
          owner           = "Custom"
          provider        = "Workers"
          version         = "1"
          input_artifacts = ["source"]
        }
      }
    }
    ```

    ```hcl
    resource "aws_codepipeline_custom_action_type" "worker" {
      category      = "Build"
      provider_name = "Worker"
      version       = "1"
      input_artifact_details {
        minimum_count = 0
        maximum_count = 1
      }
      output_artifact_details {
        minimum_count = 0
        maximum_count = 1
      }
    }

    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Build"
        action {
          name            = "Build"
          category        = "Build"
          owner           = "Custom"
          provider        = "Worker"
          version         = "1"
          input_artifacts = ["source"]
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-custom-action.html
    Source: https://github.com/aws-samples/aws-codepipeline-third-party-git-repositories/issues/3
    """
    types = graph.entities_of(ActionType)[:TYPES_CAP]
    if types:
        for action in pipeline.actions:
            if known(action.owner) == "Custom":
                yield from _of_no_type(action, types)


def _of_no_type(action: Action, types: tuple[ActionType, ...]) -> Iterator[Report]:
    wanted = (action.category, action.provider, action.version)
    if not all(isinstance(each, Text) for each in wanted) or any(
        _may_be(each, action) for each in types
    ):
        return
    names = [name for each in types if (name := known(each.provider))]
    guess = did_you_mean(str(action.provider), names)
    near = [each for each in types if each.provider == action.provider]
    near = near or [each for each in types if repr(known(each.provider)) in guess]
    if not near:
        return
    words = "category {}, provider {}, version {}"
    yield Report(
        origin=action.origin,
        message=f"{action.label} is of a custom type of {words.format(*wanted)}, which the tree does"
        f" not define: it has {words.format(*(getattr(near[0], part) for part in PARTS))}.",
        symptom="The pipeline is refused: the ActionType is not available in the region.",
        remedy="Name the type as it is defined, or define the one that is named.",
        subject=Subject(action.pipeline, action.stage, action.name, resource=str(action.provider)),
        related=(Related("the type that is defined", near[0].location),),
        world=action.world,
    )


def _may_be(type_: ActionType, action: Action) -> bool:
    """Whether the action is, or may be, of the type."""
    return all(
        own == wanted or known(own) is None or known(wanted) is None
        for own, wanted in (
            (type_.category, action.category),
            (type_.provider, action.provider),
            (type_.version, action.version),
        )
    )
