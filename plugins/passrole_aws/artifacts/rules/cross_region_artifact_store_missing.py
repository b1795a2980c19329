from collections.abc import Iterator, Sequence
from itertools import combinations

from passrole import (
    Absent,
    Action,
    ArtifactStore,
    Category,
    Graph,
    Origin,
    Pipeline,
    Related,
    Report,
    Severity,
    Subject,
    Symptom,
    Text,
    Value,
    arn_in,
    defaults_in,
    known,
    rule,
)


@rule(
    "cross-region-artifact-store-missing",
    checks=Pipeline,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    symptoms=(
        Symptom(("Replication of artifact", "failed")),
        Symptom(("Failed replicating artifact",)),
        Symptom(("InternalError JobFailed",)),
        Symptom(("Invalid Arn", "artifact")),
    ),
)
def cross_region_artifact_store_missing(pipeline: Pipeline, graph: Graph) -> Iterator[Report]:
    """A Region in which actions run has no artifact store of its own.

    An action in another Region works with a bucket in that Region: CodePipeline copies its input
    artifacts there. So a pipeline needs one artifact store for each Region that its actions name,
    its own included, and in each of them a bucket and a key of that Region. Otherwise the pipeline
    is refused, or the action fails: "Replication of artifact … failed: Failed replicating artifact
    from … Check source and destination artifact buckets exist and … has permission", "Invalid Arn",
    or just "InternalError JobFailed".

    Add a store with a bucket and a key of the Region, and let the pipeline's role use both. Neither
    a bucket nor a key can serve two Regions.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStores:
            - Region: eu-west-1
              ArtifactStore: {Type: S3, Location: artifacts-eu-west-1}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  Region: us-east-1
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
                    RoleArn: arn:aws:iam::111122223333:role/stack
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStores:
            - Region: eu-west-1
              ArtifactStore: {Type: S3, Location: artifacts-eu-west-1}
            - Region: us-east-1
              ArtifactStore: {Type: S3, Location: artifacts-us-east-1}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  Region: us-east-1
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
                    RoleArn: arn:aws:iam::111122223333:role/stack
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStores:
            - Region: eu-west-1
              ArtifactStore:
                Type: S3
                Location: artifacts-eu-west-1
                EncryptionKey: {Type: KMS, Id: arn:aws:kms:eu-west-1:111122223333:key/0a1b}
            - Region: us-east-1  # finding
              ArtifactStore:
                Type: S3
                Location: artifacts-us-east-1
                EncryptionKey: {Type: KMS, Id: arn:aws:kms:eu-west-1:111122223333:key/0a1b}
          Stages: []
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts-eu-west-1"
        region   = "eu-west-1"
      }
      stage {
        name = "Deploy"
        action {  # finding
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "CloudFormation"
          version         = "1"
          region          = "us-east-1"
          input_artifacts = ["Source"]
          configuration = {
            ActionMode   = "CREATE_UPDATE"
            StackName    = "shop"
            TemplatePath = "Source::shop.yaml"
            RoleArn      = "arn:aws:iam::111122223333:role/stack"
          }
        }
      }
    }
    resource "aws_iam_role" "pipeline" {
      name = "pipeline"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts-eu-west-1"
        region   = "eu-west-1"
      }
      artifact_store {
        type     = "S3"
        location = "artifacts-us-east-1"
        region   = "us-east-1"
      }
      stage {
        name = "Deploy"
        action {
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "CloudFormation"
          version         = "1"
          region          = "us-east-1"
          input_artifacts = ["Source"]
          configuration = {
            ActionMode   = "CREATE_UPDATE"
            StackName    = "shop"
            TemplatePath = "Source::shop.yaml"
            RoleArn      = "arn:aws:iam::111122223333:role/stack"
          }
        }
      }
    }
    resource "aws_iam_role" "pipeline" {
      name = "pipeline"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-cross-region.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineDeclaration.html
    Source: https://github.com/aws/aws-cdk/issues/28187
    """
    yield from _without_store(pipeline, graph)
    for store in pipeline.stores:
        key, region = store.key, known(store.region)
        wanted = _region_in(key)
        if region is not None and wanted is not None and wanted != region:
            message = f"the artifact store of {region} has a key of {wanted} ({key})"
            yield _report(pipeline, store, message, f"Name a key of {region}.", str(key))
    for one, other in combinations(pipeline.stores, 2):
        regions = known(one.region), known(other.region)
        if None in regions or regions[0] == regions[1]:
            continue
        if isinstance(one.bucket, Text) and one.bucket.parts and one.bucket == other.bucket:
            yield _twice(pipeline, other, regions, f"one bucket ({one.bucket})")
        if _is_arn(one.key) and _region_in(one.key) is None and one.key == other.key:
            yield _twice(pipeline, other, regions, f"one key ({one.key})")


def _without_store(pipeline: Pipeline, graph: Graph) -> Iterator[Report]:
    """Actions, and the pipeline itself, in a Region that no store is for."""
    given = graph.home_of(pipeline)[1]
    home = known(given) if given is not None else None
    stores = pipeline.stores
    alone = len(stores) == 1 and isinstance(stores[0].region, Absent)
    regions = {home} if alone else {known(store.region) for store in stores}
    away = [each for each in pipeline.actions if _names_region(each)]
    if alone and home is None:
        # It is not known which Region the store is in, but it is in one only.
        named = sorted({str(known(each.region)) for each in away})
        if len(named) > 1:
            listed = " and ".join(named)
            message = f"actions run in {listed}, and there is one artifact store for all"
            yield _report(
                pipeline, stores[0], message, "Add a store for each Region.", listed, away
            )
        return
    if None in regions or not regions:
        return
    for action in away:
        region = str(known(action.region))
        if region not in regions:
            yield Report(
                origin=action.origin,
                message=f"{action.label} runs in {region}, for which pipeline {pipeline.label} has"
                f" no artifact store: it has one for {' and '.join(sorted(filter(None, regions)))}.",
                symptom="The pipeline is refused, or the action fails: Replication of artifact"
                " failed.",
                remedy=f"Add an artifact store with a bucket and a key of {region}.",
                subject=Subject(
                    pipeline=action.pipeline,
                    stage=action.stage,
                    action=action.name,
                    resource=region,
                ),
                related=tuple(_places(stores)),
                world=action.world,
                defaults=defaults_in(action.region).union(*map(_defaults_of, stores)),
            )
    if home is not None and home not in regions:
        message = f"the pipeline is in {home}, for which it has no artifact store"
        yield _report(pipeline, stores[0], message, f"Add a store of {home}.", home)


def _names_region(action: Action) -> bool:
    """Whether an action names a Region; a source cannot run in another, a rule of its own says."""
    return known(action.region) is not None and known(action.category) != "Source"


def _twice(
    pipeline: Pipeline, store: ArtifactStore, regions: tuple[str | None, ...], what: str
) -> Report:
    message = f"the artifact stores of {' and '.join(filter(None, regions))} name {what}"
    return _report(pipeline, store, message, "Give each Region its own.", what)


def _report(
    pipeline: Pipeline,
    store: ArtifactStore,
    message: str,
    remedy: str,
    resource: str,
    actions: Sequence[Action] = (),
) -> Report:
    origin: Origin = store.origin or pipeline.resource.origin
    return Report(
        origin=origin,
        message=f"In pipeline {pipeline.label} {message}.",
        symptom="The pipeline is refused, or an action fails: Replication of artifact failed.",
        remedy=remedy,
        subject=Subject(pipeline=pipeline.label, resource=resource),
        related=tuple(
            Related(f"{each.label} runs in {known(each.region)}", each.location) for each in actions
        ),
        world=pipeline.world,
        defaults=frozenset().union(
            *map(_defaults_of, pipeline.stores), *(defaults_in(each.region) for each in actions)
        ),
    )


def _places(stores: tuple[ArtifactStore, ...]) -> Iterator[Related]:
    for store in stores:
        if store.origin is not None:
            document, node = store.origin
            region = known(store.region) or "the pipeline's own Region"
            yield Related(f"the artifact store of {region}", document.location(node))


def _defaults_of(store: ArtifactStore) -> frozenset[str]:
    return defaults_in(store.region) | defaults_in(store.key) | defaults_in(store.bucket)


def _is_arn(value: Value) -> bool:
    return isinstance(value, Text) and str(value).startswith("arn:")


def _region_in(key: Value) -> str | None:
    """The region in the ARN of a key, where it is known."""
    arn = arn_in(key)
    return arn.region.known() or None if arn is not None else None
