from collections.abc import Iterator

from passrole import (
    Action,
    Category,
    Graph,
    Range,
    Report,
    Severity,
    Subject,
    Symptom,
    Text,
    Value,
    known,
    rule,
)
from passrole_aws.codepipeline.resources.layouts import is_mentioned


@rule(
    "artifact-count-invalid",
    checks=Action,
    severity=Severity.CRITICAL,
    category=Category.STRUCTURE,
    symptoms=(
        Symptom(("input artifacts which is less than the minimum count",)),
        Symptom(("output artifacts which is less than the minimum count",)),
        Symptom(("artifacts which is greater than the maximum count",)),
        Symptom(("artifacts which is more than the maximum count",)),
    ),
)
def artifact_count_invalid(action: Action, graph: Graph) -> Iterator[Report]:
    """An action takes or puts out more or fewer artifacts than its provider allows.

    A source action takes no artifact and puts out one; a build takes one to five; an approval has
    none; most deployments take exactly one. CodePipeline refuses a pipeline with any other number:
    "Action Build declares 0 input artifacts which is less than the minimum count (1)".

    Name the artifacts that the provider needs, and leave out the others. To deploy several, build
    one artifact of them first.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build  # finding
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  OutputArtifacts: [{Name: App}]
                  Configuration: {ProjectName: shop}
            - Name: Deploy
              Actions:
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeploy, Version: "1"}
                  InputArtifacts: [{Name: App}, {Name: Scripts}]
                  Configuration: {ApplicationName: shop, DeploymentGroupName: web}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  OutputArtifacts: [{Name: App}]
                  Configuration: {ProjectName: shop}
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeploy, Version: "1"}
                  InputArtifacts: [{Name: App}]
                  Configuration: {ApplicationName: shop, DeploymentGroupName: web}
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Source"
        action {  # finding
          name          = "Source"
          category      = "Source"
          owner         = "AWS"
          provider      = "CodeCommit"
          version       = "1"
          configuration = { RepositoryName = "shop", BranchName = "main" }
        }
      }
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
          provider         = "CodeCommit"
          version          = "1"
          output_artifacts = ["source"]
          configuration    = { RepositoryName = "shop", BranchName = "main" }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-action-artifacts.html
    """
    provider = graph.provider_of(action)
    if provider is None:
        return
    for what, names, allowed in (
        ("input", action.inputs, provider.inputs),
        ("output", action.outputs, provider.outputs),
    ):
        if allowed is None or not _is_outside(names, allowed):
            continue
        if not names and is_mentioned(f"{what}_artifacts", action.origin):
            continue
        yield Report(
            origin=action.origin,
            message=f"{action.label} has {len(names)} {what} artifact{'s' * (len(names) != 1)};"
            f" {provider} has {allowed}.",
            symptom=f"The pipeline is refused: the number of {what} artifacts is outside the bounds"
            " of the action type.",
            remedy=f"Let the action have {allowed}.",
            subject=Subject(action.pipeline, action.stage, action.name, resource=f"{what}s"),
            world=action.world,
            defaults=frozenset().union(*(getattr(name, "defaults", ()) for name in names)),
        )


def _is_outside(names: tuple[Value, ...], allowed: Range) -> bool:
    """Whether there are definitely too few or too many; what is no text may be any number."""
    if any(not isinstance(name, Text) or known(name) == "" for name in names):
        return False
    return not allowed.least <= len(names) <= allowed.most
