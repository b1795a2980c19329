from collections.abc import Iterator

from passrole import (
    Absent,
    Action,
    Category,
    Graph,
    Location,
    NamedTuple,
    Origin,
    Pipeline,
    Related,
    Report,
    Severity,
    Subject,
    Symptom,
    Text,
    Value,
    did_you_mean,
    known,
    rule,
)
from passrole_aws.codepipeline.resources.layouts import is_mentioned

NAMES_CAP = 200


class Step(NamedTuple):
    """An action with its place in the pipeline; no ``order`` where that is not known."""

    action: Action
    stage: int
    order: int | None


class Output(NamedTuple):
    """An artifact that an action puts out."""

    name: Value
    step: Step


@rule(
    "artifact-name-undefined",
    checks=Pipeline,
    severity=Severity.CRITICAL,
    category=Category.STRUCTURE,
    symptoms=(
        Symptom(("InvalidActionDeclarationException",)),
        Symptom(("used as input before being used as output",)),
    ),
)
def artifact_name_undefined(pipeline: Pipeline, _: Graph) -> Iterator[Report]:
    """An input artifact is no output of an earlier action.

    Artifacts are passed on by their names: what an action takes must have been put out by an action of
    an earlier stage, or by one of the same stage with a lower run order. CodePipeline checks that
    when the pipeline is created or changed, and refuses it. It also refuses two actions that put
    out an artifact of one name.

    Nobody says that an artifact is missing where the name is misspelt only; the permissions that
    passrole works out follow the same names. cfn-lint has the same checks for CloudFormation
    (E3701), by the order in which actions are written and not by their run order.

    Correct the name, move the action behind the one that makes the artifact, or raise its run order.

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
                  OutputArtifacts: [{Name: SourceCode}]
                  Configuration: {RepositoryName: shop, BranchName: main}
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  InputArtifacts: [{Name: Sourcecode}]  # finding
                  OutputArtifacts: [{Name: App}]
                  Configuration: {ProjectName: shop}
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: S3, Version: "1"}
                  InputArtifacts: [{Name: App}]  # finding
                  Configuration: {BucketName: site, Extract: "true"}
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
                  OutputArtifacts: [{Name: SourceCode}]
                  Configuration: {RepositoryName: shop, BranchName: main}
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  InputArtifacts: [{Name: SourceCode}]
                  OutputArtifacts: [{Name: App}]
                  Configuration: {ProjectName: shop}
                - Name: Deploy
                  RunOrder: 2
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: S3, Version: "1"}
                  InputArtifacts: [{Name: App}]
                  Configuration: {BucketName: site, Extract: "true"}
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Source"
        action {
          name             = "Source"
          category         = "Source"
          owner            = "AWS"
          provider         = "CodeCommit"
          version          = "1"
          output_artifacts = ["source"]
          configuration    = { RepositoryName = "shop", BranchName = "main" }
        }
      }
      stage {
        name = "Build"
        action {
          name            = "Build"
          category        = "Build"
          owner           = "AWS"
          provider        = "CodeBuild"
          version         = "1"
          input_artifacts = ["src"]  # finding
          configuration   = { ProjectName = "shop" }
        }
      }
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Source"
        action {
          name             = "Source"
          category         = "Source"
          owner            = "AWS"
          provider         = "CodeCommit"
          version          = "1"
          output_artifacts = ["source"]
          configuration    = { RepositoryName = "shop", BranchName = "main" }
        }
      }
      stage {
        name = "Build"
        action {
          name            = "Build"
          category        = "Build"
          owner           = "AWS"
          provider        = "CodeBuild"
          version         = "1"
          input_artifacts = ["source"]
          configuration   = { ProjectName = "shop" }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/welcome-introducing-artifacts.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_OutputArtifact.html
    """
    steps = list(_steps(pipeline))
    outputs = _Outputs(steps)
    yield from _put_out_twice(pipeline, outputs)
    if pipeline.unresolved or _may_have_more(pipeline, steps):
        return
    for step in steps:
        for name in step.action.inputs:
            if isinstance(name, Text) and name.parts:
                yield from _not_there(pipeline, step, name, outputs)


class _Outputs:
    """The artifacts that the steps of a pipeline put out, by their names."""

    def __init__(self, steps: list[Step]) -> None:
        self.by_name: dict[Text, list[Output]] = {}
        self.open: list[Output] = []
        for step in steps:
            for name in step.action.outputs:
                output = Output(name, step)
                if isinstance(name, Text):
                    self.by_name.setdefault(name, []).append(output)
                if known(name) is None:
                    self.open.append(output)
        known_names = {text for name in self.by_name if (text := name.known())}
        # So many names are no mistake of spelling, and to compare all of them takes long.
        self.names = sorted(known_names) if len(known_names) <= NAMES_CAP else []


def _steps(pipeline: Pipeline) -> Iterator[Step]:
    for index, stage in enumerate(pipeline.stages):
        for action in stage.actions:
            # The rules of conditions take artifacts too, but no page says of which stages.
            if known(action.category) != "Rule":
                yield Step(action, index, _order(action.run_order))


def _may_have_more(pipeline: Pipeline, steps: list[Step]) -> bool:
    """Whether Terraform may give the pipeline stages, actions or outputs that it lacks by default."""
    resource = pipeline.resource
    return any(
        is_mentioned(f'dynamic "{block}"', resource.origin) for block in ("stage", "action")
    ) or any(
        not step.action.outputs and is_mentioned("output_artifacts", step.action.origin)
        for step in steps
    )


def _order(value: Value) -> int | None:
    if isinstance(value, Absent):
        return 1
    text = known(value) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def _put_out_twice(pipeline: Pipeline, outputs: _Outputs) -> Iterator[Report]:
    for name, same in outputs.by_name.items():
        for index, second in enumerate(same):
            action = second.step.action
            for first in same[: min(index, NAMES_CAP)]:
                world = first.step.action.world.joined(action.world)
                if world is None:
                    continue
                yield Report(
                    origin=_place(second.name, action),
                    message=f"{action.label} puts out artifact {name}, and so does"
                    f" {first.step.action.label}.",
                    symptom="The pipeline is refused: the names of output artifacts must be unique"
                    " in it.",
                    remedy="Give one of them another name.",
                    subject=Subject(pipeline.label, action.stage, action.name, resource=str(name)),
                    related=(Related("put out here too", _location(first)),),
                    world=world,
                    defaults=name.defaults,
                )
                break


def _not_there(pipeline: Pipeline, step: Step, name: Text, outputs: _Outputs) -> Iterator[Report]:
    """A report, unless the artifact is, or may be, put out before the step."""
    action = step.action
    same = [
        each
        for each in outputs.by_name.get(name, ())
        if each.step.action.world.joined(action.world)
    ]
    if any(_may_precede(each.step, step) for each in same):
        return
    candidates = outputs.open if name.known() is not None else outputs.by_name
    if not same and candidates:
        return
    if same:
        why = f"but {same[0].step.action.label}, which puts it out, does not run before it."
    else:
        why = f"but no action puts that out{did_you_mean(str(name), outputs.names) or '.'}"
    yield Report(
        origin=_place(name, action),
        message=f"{action.label} takes artifact {name}, {why}",
        symptom="The pipeline is refused: an input artifact must be the output of an earlier action.",
        remedy="Put the action into a later stage, or raise its run order."
        if same
        else "Name an artifact that an earlier action puts out.",
        subject=Subject(pipeline.label, action.stage, action.name, resource=str(name)),
        related=tuple(Related("put out here", _location(each)) for each in same[:1]),
        world=action.world,
        defaults=name.defaults,
    )


def _may_precede(earlier: Step, later: Step) -> bool:
    if earlier.stage != later.stage:
        return earlier.stage < later.stage
    return earlier.order is None or later.order is None or earlier.order < later.order


def _place(name: Value, action: Action) -> Origin:
    return getattr(name, "origin", None) or action.origin


def _location(output: Output) -> Location:
    document, node = _place(output.name, output.step.action)
    return document.location(node)
