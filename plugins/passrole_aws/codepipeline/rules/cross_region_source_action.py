from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Subject, Symptom, known, rule

BECAUSE = "A source is always read in the Region of the pipeline, whatever the action says."


@rule(
    "cross-region-source-action",
    checks=Action,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    symptoms=(
        Symptom(("codecommit:GetBranch", "Region"), BECAUSE),
        Symptom(("GetBranch denied", "pipeline Region"), BECAUSE),
    ),
)
def cross_region_source_action(action: Action, graph: Graph) -> Iterator[Report]:
    """A source is to be read in another Region than the pipeline's.

    Actions of other kinds may run in another Region; a source action may not. Its `Region` does not
    lead there: the source is looked for in the Region of the pipeline, and the action fails, with a
    permission denied on an ARN of a Region that nobody named (`codecommit:GetBranch`, say).

    Keep the repository, the bucket or the image in the pipeline's Region, or put the pipeline where
    the source is and let other actions run elsewhere. A CodeCommit repository or a bucket can be
    replicated.

    The Region of a pipeline is taken from the command line, from the key of its only artifact
    store, or known to be another where no artifact store is for the Region that the source names.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore:
            Type: S3
            Location: artifacts
            EncryptionKey: {Type: KMS, Id: arn:aws:kms:eu-west-1:111122223333:key/0a1b}
          Stages:
            - Name: Source
              Actions:
                - Name: Source  # finding
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
                  Region: us-east-1
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {RepositoryName: shop, BranchName: main}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore:
            Type: S3
            Location: artifacts
            EncryptionKey: {Type: KMS, Id: arn:aws:kms:eu-west-1:111122223333:key/0a1b}
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
                  Region: eu-west-1
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {RepositoryName: shop, BranchName: main}
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      artifact_store {
        type     = "S3"
        location = "artifacts"
        encryption_key {
          id   = "arn:aws:kms:eu-west-1:111122223333:key/0a1b"
          type = "KMS"
        }
      }
      stage {
        name = "Source"
        action {  # finding
          name             = "Source"
          category         = "Source"
          owner            = "AWS"
          provider         = "CodeCommit"
          version          = "1"
          region           = "us-east-1"
          output_artifacts = ["Source"]
          configuration    = { RepositoryName = "shop", BranchName = "main" }
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
        encryption_key {
          id   = "arn:aws:kms:eu-west-1:111122223333:key/0a1b"
          type = "KMS"
        }
      }
      stage {
        name = "Source"
        action {
          name             = "Source"
          category         = "Source"
          owner            = "AWS"
          provider         = "CodeCommit"
          version          = "1"
          region           = "eu-west-1"
          output_artifacts = ["Source"]
          configuration    = { RepositoryName = "shop", BranchName = "main" }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-cross-region.html
    """
    region = known(action.region)
    if known(action.category) != "Source" or region is None:
        return
    pipeline = graph.pipeline_of(action)
    home = graph.home_of(pipeline)[1]
    # The pipeline has a store in its own Region, whichever that is.
    stores = {known(store.region) for store in pipeline.stores}
    if home is not None:
        where = f"the pipeline is in {home}"
        elsewhere = home.known() != region
    else:
        where = f"the pipeline, whose artifact stores are in {' and '.join(sorted(map(str, stores)))}, is not"
        elsewhere = bool(stores) and None not in stores and region not in stores
    if not elsewhere:
        return
    yield Report(
        origin=action.origin,
        message=f"{action.label} is a source action in {region}, but {where}: a source is read in the"
        " Region of its pipeline only.",
        symptom="The source action fails: it is denied access to a resource in the pipeline's Region.",
        remedy="Move the source or the pipeline, so that both are in one Region.",
        subject=Subject(
            pipeline=action.pipeline, stage=action.stage, action=action.name, resource=region
        ),
        world=action.world,
        defaults=frozenset().union(
            *(getattr(each, "defaults", ()) for each in (action.region, home)),
            *(getattr(store.region, "defaults", ()) for store in pipeline.stores),
        ),
    )
