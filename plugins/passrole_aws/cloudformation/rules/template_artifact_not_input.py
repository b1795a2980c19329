from collections.abc import Iterator

from passrole import (
    Action,
    Category,
    Confidence,
    Graph,
    Listing,
    Origin,
    Record,
    Repair,
    ReplaceValue,
    Report,
    Severity,
    Subject,
    Symptom,
    Text,
    Value,
    defaults_in,
    did_you_mean,
    elements,
    get,
    known,
    literal,
    nearest,
    rule,
    value_from_json_text,
)

FILES = {
    "CloudFormation": ("TemplatePath", "TemplateConfiguration"),
    "CloudFormationStackSet": ("TemplatePath", "Parameters", "DeploymentTargets"),
    "CloudFormationStackInstances": ("DeploymentTargets", "ParameterOverrides"),
}
"""The keys that name a file of an artifact, those first whose text must."""

FUNCTIONS = ("Fn::GetArtifactAtt", "Fn::GetParam")
"""What parameter overrides read out of an artifact: their first argument is its name."""

DEPTH = 8


@rule(
    "cfn-template-artifact-not-input",
    autofix="unsafe",
    checks=Action,
    severity=Severity.HIGH,
    category=Category.STRUCTURE,
    symptoms=(Symptom(("Template not found",)), Symptom(("artifact not available",))),
)
def template_artifact_not_input(action: Action, _: Graph) -> Iterator[Report]:
    """A deployment names a file of an artifact that the action does not take.

    `TemplatePath`, `TemplateConfiguration` and, of a stack set, `Parameters` and
    `DeploymentTargets` are written `Artifact::file`; the artifact has to be one of the input artifacts
    of the action. The same holds for those that `Fn::GetArtifactAtt` and `Fn::GetParam` name in
    `ParameterOverrides`. Otherwise the pipeline is refused or the action fails, since there
    is no such artifact where it looks for the file.

    Take the artifact as an input, or name one that is. cfn-lint has a part of this for
    CloudFormation (E3703); Terraform has the configuration as a map of texts.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: App}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml  # finding
                    RoleArn: arn:aws:iam::111122223333:role/stack
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: App}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: App::shop.yaml
                    RoleArn: arn:aws:iam::111122223333:role/stack
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Deploy"
        action {
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "CloudFormation"
          version         = "1"
          input_artifacts = ["app"]
          configuration = {
            ActionMode   = "CREATE_UPDATE"
            StackName    = "shop"
            TemplatePath = "source::shop.yaml"  # finding
            RoleArn      = "arn:aws:iam::111122223333:role/stack"
          }
        }
      }
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Deploy"
        action {
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "CloudFormation"
          version         = "1"
          input_artifacts = ["app"]
          configuration = {
            ActionMode   = "CREATE_UPDATE"
            StackName    = "shop"
            TemplatePath = "app::shop.yaml"
            RoleArn      = "arn:aws:iam::111122223333:role/stack"
          }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StackSets.html
    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-parameter-override-functions.html
    """
    keys = FILES.get(known(action.provider) or "", ())
    if known(action.category) != "Deploy" or known(action.owner) != "AWS":
        return
    if any(known(name) is None for name in action.inputs):
        return
    for key in keys:
        value = get(action.configuration, key)
        if isinstance(value, Text) and "::" in str(value):
            named = value.split("::", 1)
            if named is not None:
                yield from _unless_input(action, key, named[0], value)
        elif key == "TemplatePath" and isinstance(value, Text) and value.known():
            yield _report(
                action, key, value, f"names no artifact: {value!s} is not of the form Artifact::file",
                Confidence.MEDIUM,
            )  # fmt: skip
    overrides = get(action.configuration, "ParameterOverrides")
    # What Terraform encodes as JSON keeps its structure.
    read = value_from_json_text(overrides) if isinstance(overrides, Text) else overrides
    for artifact in _artifacts_in(read):
        yield from _unless_input(action, "ParameterOverrides", artifact, overrides)


def _artifacts_in(value: Value, depth: int = DEPTH) -> Iterator[Text]:
    """The artifacts that functions in parameter overrides name."""
    if depth and isinstance(value, Record):
        for name, item in value.fields.items():
            if name in FUNCTIONS:
                yield from (each for each in elements(item)[:1] if isinstance(each, Text))
            else:
                yield from _artifacts_in(item, depth - 1)
    elif depth and isinstance(value, Listing):
        for item in value.values:
            yield from _artifacts_in(item, depth - 1)


def _unless_input(action: Action, key: str, artifact: Text, written: Value) -> Iterator[Report]:
    name = artifact.known()
    if not name or literal(name) in action.inputs:
        return
    inputs = [str(each) for each in action.inputs]
    meant = inputs[0] if len(inputs) == 1 else nearest(name, inputs)
    yield _report(
        action, key, written,
        f"names artifact {name}, which is no input artifact of the action (it has"
        f" {', '.join(inputs) or 'none'}){did_you_mean(name, inputs)}",
        repair=_from(written, name, meant),
    )  # fmt: skip


def _from(written: Value, name: str, meant: str) -> Repair | None:
    """The same file of the artifact that the action has, a guess."""
    text = known(written)
    origin = getattr(written, "origin", None)
    if origin is None or not meant or text is None or not text.startswith(f"{name}::"):
        return None
    data = meant + text.removeprefix(name)
    return Repair((ReplaceValue(origin, data),), safe=False)


def _report(
    action: Action,
    key: str,
    written: Value,
    what: str,
    confidence: Confidence = Confidence.HIGH,
    repair: Repair | None = None,
) -> Report:
    return Report(
        origin=_place(action, key, written),
        message=f"{key} of {action.label} {what}{'' if what.endswith('?') else '.'}",
        symptom="The pipeline is refused, or the action fails: it does not find the file.",
        remedy="Name a file of an input artifact, or take the artifact as an input.",
        subject=Subject(action.pipeline, action.stage, action.name, resource=key),
        confidence=confidence,
        world=action.world,
        defaults=defaults_in(written),
        repair=repair,
    )


def _place(action: Action, key: str, written: Value) -> Origin:
    keys = action.configuration.keys if isinstance(action.configuration, Record) else {}
    return keys.get(key) or getattr(written, "origin", None) or action.origin
