from collections.abc import Iterator

from passrole import (
    Action,
    Category,
    FirstOf,
    Graph,
    RemoveKey,
    Repair,
    Report,
    Severity,
    Subject,
    Symptom,
    known,
    rule,
)

WITH_COMMANDS = frozenset({"Compute", "Rule"})


@rule(
    "commands-on-non-compute-action",
    autofix="unsafe",
    checks=Action,
    severity=Severity.CRITICAL,
    category=Category.STRUCTURE,
    symptoms=(Symptom(("action cannot contain a commands field",)),),
)
def commands_on_non_compute_action(action: Action, _: Graph) -> Iterator[Report]:
    """An action that computes nothing has commands, or names the files of its output artifact.

    Only actions of category `Compute` have `Commands`, and only they choose the files that go into an
    output artifact (`OutputArtifacts[].Files`). A pipeline that gives either to another action
    is refused: "The following action cannot contain a commands field".

    Take the field away: the files of a build belong in its buildspec, as `artifacts`. Or make it an
    action of `Commands`.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          PipelineType: V2
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build  # finding
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  OutputArtifacts: [{Name: App}]
                  Configuration: {ProjectName: shop}
                  Commands: [mvn package]
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          PipelineType: V2
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build  # finding
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  OutputArtifacts: [{Name: App, Files: [target/**]}]
                  Configuration: {ProjectName: shop}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          PipelineType: V2
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Compute, Owner: AWS, Provider: Commands, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Commands: [make]
                  OutputArtifacts: [{Name: App, Files: [target/**]}]
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name          = "shop"
      role_arn      = "arn:aws:iam::111122223333:role/pipeline"
      pipeline_type = "V2"
      stage {
        name = "Build"
        action {  # finding
          name            = "Build"
          category        = "Build"
          owner           = "AWS"
          provider        = "CodeBuild"
          version         = "1"
          input_artifacts = ["source"]
          commands        = ["make"]
          configuration   = { ProjectName = "shop" }
        }
      }
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name          = "shop"
      role_arn      = "arn:aws:iam::111122223333:role/pipeline"
      pipeline_type = "V2"
      stage {
        name = "Build"
        action {
          name            = "Build"
          category        = "Compute"
          owner           = "AWS"
          provider        = "Commands"
          version         = "1"
          input_artifacts = ["source"]
          commands        = ["make"]
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_OutputArtifact.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Commands.html
    Source: https://github.com/aws/aws-cdk/issues/38843
    """
    category = known(action.category)
    if category is None or category in WITH_COMMANDS:
        return
    for what, given in (("commands", action.commands), ("files", action.files)):
        # Where it is not known what there is, there may be nothing.
        if not any(known(each) for each in given):
            continue
        field = "commands" if what == "commands" else "files of an output artifact"
        yield Report(
            origin=action.origin,
            message=f"{action.label} names {field}, but it is of category {category}: only those of"
            " Compute do.",
            symptom="The pipeline is refused: the action cannot contain this field.",
            remedy=f"Take the {what} away, or make it an action of Commands.",
            subject=Subject(action.pipeline, action.stage, action.name, resource=what),
            world=action.world,
            repair=_without(action) if what == "commands" else None,
        )


def _without(action: Action) -> Repair:
    """The action without its commands; they may rather belong to an action of Commands."""
    names = ("Commands", "commands")
    return Repair((FirstOf(tuple(RemoveKey(action.origin, name) for name in names)),), safe=False)
