from collections.abc import Iterator

from passrole import (
    Action,
    Category,
    Confidence,
    Graph,
    Related,
    Report,
    Severity,
    Subject,
    Symptom,
    rule,
)


@rule(
    "cross-account-artifact-chain",
    checks=Action,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    confidence=Confidence.MEDIUM,
    symptoms=(Symptom(("artifact produced in account",)),),
)
def cross_account_artifact_chain(action: Action, graph: Graph) -> Iterator[Report]:
    """An artifact made in one foreign account is used in another.

    What an action in another account puts out may be used in that account and in the account of the
    pipeline, and nowhere else: S3 makes the account that wrote an object its owner, and the policy
    of the bucket, which belongs to the pipeline's account, says nothing about it. An action in a
    third account fails when it reads its input artifact, with an access denied.

    Make the artifact with a role of the pipeline's account, or let an action there pass it on.

    Documented; a bucket that enforces the ownership of its owner may do without, so the confidence
    is medium.

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
                  RoleArn: arn:aws:iam::777788889999:role/source
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {RepositoryName: shop, BranchName: main}
            - Name: Deploy
              Actions:
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: S3, Version: "1"}
                  RoleArn: arn:aws:iam::444455556666:role/deploy
                  InputArtifacts: [{Name: Source}]
                  Configuration: {BucketName: shop, Extract: "true"}
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
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {RepositoryName: shop, BranchName: main}
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: S3, Version: "1"}
                  RoleArn: arn:aws:iam::444455556666:role/deploy
                  InputArtifacts: [{Name: Source}]
                  Configuration: {BucketName: shop, Extract: "true"}
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
          role_arn         = "arn:aws:iam::777788889999:role/source"
          output_artifacts = ["Source"]
          configuration    = { RepositoryName = "shop", BranchName = "main" }
        }
      }
      stage {
        name = "Deploy"
        action {  # finding
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "S3"
          version         = "1"
          role_arn        = "arn:aws:iam::444455556666:role/deploy"
          input_artifacts = ["Source"]
          configuration   = { BucketName = "shop", Extract = "true" }
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
          output_artifacts = ["Source"]
          configuration    = { RepositoryName = "shop", BranchName = "main" }
        }
      }
      stage {
        name = "Deploy"
        action {
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "S3"
          version         = "1"
          role_arn        = "arn:aws:iam::444455556666:role/deploy"
          input_artifacts = ["Source"]
          configuration   = { BucketName = "shop", Extract = "true" }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
    """
    mine = graph.other_account(action)
    if mine is None:
        return
    home, account = mine
    for maker in graph.pipeline_of(action).actions:
        theirs = graph.other_account(maker)
        shared = [name for name in maker.outputs if name in action.inputs]
        world = action.world.joined(maker.world)
        if theirs is None or theirs[1] == account or not shared or world is None:
            continue
        artifacts = ", ".join(map(str, shared))
        yield Report(
            origin=action.origin,
            message=f"{action.label} runs in account {account} and reads artifact {artifacts}, which"
            f" {maker.label} makes in account {theirs[1]}: it may be used there and in account"
            f" {home}, which is the pipeline's, and nowhere else.",
            symptom="The action fails with an access denied for its input artifact.",
            remedy=f"Run {maker.label} as a role of account {home}, or pass the artifact on there.",
            subject=Subject(
                pipeline=action.pipeline,
                stage=action.stage,
                action=action.name,
                principal=str(action.role),
                resource=artifacts,
            ),
            related=(Related(f"{maker.label} makes it", maker.location),),
            world=world,
            defaults=home.defaults | account.defaults | theirs[1].defaults,
        )
