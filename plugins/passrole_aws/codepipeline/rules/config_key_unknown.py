from collections.abc import Iterable, Iterator

from passrole import (
    Absent,
    Action,
    Category,
    ConfigurationKey,
    Graph,
    Record,
    RenameKey,
    Repair,
    Repairing,
    ReplaceValue,
    Report,
    Setting,
    Severity,
    Subject,
    Symptom,
    Text,
    Value,
    did_you_mean,
    get,
    known,
    nearest,
    rule,
)

VARIABLE = "#{"
"""What begins the name of a variable, which is known when the pipeline runs."""

UNKNOWN_CAP = 50
"""Of more unknown keys than this, the rest are the same mistake."""


@rule(
    "config-key-unknown",
    autofix="unsafe",
    checks=Action,
    severity=Severity.HIGH,
    category=Category.STRUCTURE,
    symptoms=(Symptom(("configuration key",)), Symptom(("contains unknown configuration",))),
)
def config_key_unknown(action: Action, graph: Graph) -> Iterator[Report]:
    """The configuration of an action has an unknown key, lacks one, or has a value that cannot be.

    What an action can be told depends on its provider; CloudFormation takes any JSON and Terraform
    any map of texts. CodePipeline refuses the pipeline for a key that the provider does not have
    and for one that it must have. A source in S3 has `S3ObjectKey` and a deployment to S3 `ObjectKey`,
    a deployment to ECS has `ClusterName` and not `Cluster`.

    Also reported are a value that is none of those a key may have, and a key that must name an input
    artifact of the action and does not. Providers whose page lists no keys, custom actions and
    values with a variable (`#{…}`) in them are not looked at.

    Write the keys as the action's reference has them.

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
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    S3Bucket: sources
                    ObjectKey: shop.zip  # finding
            - Name: Deploy
              Actions:
                - Name: Stack
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_OR_UPDATE  # finding
                    StackName: shop
                    TemplatePath: Source::shop.yaml
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
            - Name: Source
              Actions:
                - Name: Source  # finding
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    S3ObjectKey: shop.zip
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
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    S3Bucket: sources
                    S3ObjectKey: shop.zip
            - Name: Deploy
              Actions:
                - Name: Stack
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
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
          provider        = "ECS"
          version         = "1"
          input_artifacts = ["image"]
          configuration = {
            Cluster     = "shop"  # finding
            ServiceName = "web"
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
          provider        = "ECS"
          version         = "1"
          input_artifacts = ["image"]
          configuration = {
            ClusterName = "shop"
            ServiceName = "web"
          }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html
    Source: https://github.com/awsdocs/aws-cloudformation-user-guide/issues/380
    """
    provider = graph.provider_of(action)
    written = action.configuration
    if provider is None or provider.configuration is None or not isinstance(written, Record):
        return
    if known(action.version) != provider.version:
        return
    keys = {key.name: key for key in provider.configuration}
    absent = [name for name in keys if name not in written.fields]
    unknown = [name for name in written.fields if name not in keys][:UNKNOWN_CAP]
    guesses = {name: did_you_mean(name, absent) for name in unknown}
    for name, guess in guesses.items():
        yield _report(
            action,
            name,
            f"{action.label} has configuration key {name!r}, which actions of {provider} do not"
            f" have{guess or '.'}",
            "The pipeline is refused: its action configuration contains an unknown key.",
            f"The keys are {', '.join(keys)}.",
            repair=_renamed(written, name, absent),
        )
    for key in keys.values():
        value = get(written, key.name)
        if not isinstance(value, Absent):
            yield from _wrong(action, key, value)
        elif _must_be_there(key, action) and not _is_told(key.name, written, guesses.values()):
            yield _report(
                action,
                key.name,
                f"{action.label} lacks configuration key {key.name}, which an action of {provider}"
                " must have as it is set up here.",
                "The pipeline is refused: its action configuration lacks a required key.",
                f"Set {key.name} in the configuration of the action.",
            )


def _is_told(name: str, written: Record, guesses: Iterable[str]) -> bool:
    """Whether a key is there by another name, or is written and only as yet without a value."""
    return name in written.keys or any(repr(name) in guess for guess in guesses)


def _must_be_there(key: ConfigurationKey, action: Action) -> bool:
    if isinstance(key.required, Setting):
        setting = known(get(action.configuration, key.required.key)) or ""
        return setting.lower() in {value.lower() for value in key.required.values}
    if key.with_inputs:
        return all(known(name) for name in action.inputs) and (
            len(action.inputs) >= key.with_inputs
        )
    return key.required


def _wrong(action: Action, key: ConfigurationKey, value: Value) -> Iterator[Report]:
    text = known(value)
    if not text or VARIABLE in text or not isinstance(value, Text):
        return
    if key.values and text.lower() not in {each.lower() for each in key.values}:
        yield _report(
            action,
            key.name,
            f"{action.label} has {key.name} {text!r}, which must be one of"
            f" {', '.join(key.values)}{did_you_mean(text, key.values) or '.'}",
            "The pipeline is refused, or the action fails.",
            f"Set {key.name} to one of these values.",
            value.defaults,
            _replaced(value, nearest(text, key.values)),
        )
    inputs = [known(name) for name in action.inputs]
    # Of an action with one input artifact, templates that run name another as the primary source.
    counts = key.artifact and len(inputs) >= key.with_inputs
    if counts and None not in inputs and text not in inputs:
        named = [str(each) for each in inputs]
        yield _report(
            action,
            key.name,
            f"{action.label} has {key.name} {text!r}, which is no input artifact of the action"
            f" (it has {', '.join(named) or 'none'}){did_you_mean(text, named) or '.'}",
            "The pipeline is refused, or the action fails.",
            f"Let {key.name} name an input artifact of the action.",
            value.defaults,
            _replaced(value, named[0] if len(named) == 1 else nearest(text, named)),
        )


def _renamed(written: Record, name: str, absent: list[str]) -> Repair | None:
    """The key that is like it, a guess."""
    meant = nearest(name, absent)
    if written.origin is None or not meant:
        return None
    return Repair((RenameKey(written.origin, name, meant),), safe=False)


def _replaced(value: Text, meant: str) -> Repair | None:
    if value.origin is None or not meant:
        return None
    return Repair((ReplaceValue(value.origin, meant),), safe=False)


def _report(
    action: Action,
    name: str,
    message: str,
    symptom: str,
    remedy: str,
    defaults: frozenset[str] = frozenset(),
    repair: Repairing = None,
) -> Report:
    written = action.configuration
    keys = written.keys if isinstance(written, Record) else {}
    return Report(
        origin=keys.get(name) or action.origin,
        message=message,
        symptom=symptom,
        remedy=remedy,
        subject=Subject(action.pipeline, action.stage, action.name, resource=name),
        world=action.world,
        defaults=defaults,
        repair=repair,
    )
