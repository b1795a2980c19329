from collections.abc import Iterator

from passrole import (
    Absent,
    Action,
    ArtifactStore,
    Bucket,
    Category,
    Confidence,
    Graph,
    Related,
    Report,
    Severity,
    Subject,
    Symptom,
    Text,
    Value,
    cases,
    known,
    rule,
)


@rule(
    "cross-account-default-key",
    checks=Action,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    symptoms=(
        Symptom(
            ("cannot decrypt", "target account"),
            "The key that AWS manages for S3 cannot be shared with another account; "
            "artifacts that cross accounts need a customer managed key.",
        ),
        Symptom(("Artifact Bucket must have a KMS Key to add cross-account action",)),
    ),
)
def cross_account_default_key(action: Action, graph: Graph) -> Iterator[Report]:
    """An action in another account, and artifacts under a key that no other account can use.

    Without a key of its own a pipeline encrypts artifacts with the AWS managed key for Amazon S3.
    Its key policy cannot be changed, so it is of no use to roles of other accounts: an action that
    runs as one can neither read its input artifacts nor write its output artifacts, whatever its
    policies say. It fails with an access denied; the AWS CDK refuses to build such a pipeline:
    "Artifact Bucket must have a KMS Key to add cross-account action".

    Give the artifact store a customer managed key by its ARN, and let the other account use it in
    the key policy, the bucket policy and the policies of its role.

    Of low confidence where the bucket itself has a customer managed key by default, and where all
    input artifacts come from CodeBuild, which may use a key of its own.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore:
            Type: S3
            Location: !Ref Bucket
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  RoleArn: arn:aws:iam::444455556666:role/deploy
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
                    RoleArn: arn:aws:iam::444455556666:role/stack
      Bucket:
        Type: AWS::S3::Bucket
      BucketPolicy:
        Type: AWS::S3::BucketPolicy
        Properties:
          Bucket: !Ref Bucket
          PolicyDocument:
            Statement:
              - Effect: Allow
                Principal: {AWS: arn:aws:iam::444455556666:role/deploy}
                Action: s3:GetObject*
                Resource: !Sub ${Bucket.Arn}/*
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore:
            Type: S3
            Location: !Ref Bucket
            EncryptionKey: {Type: KMS, Id: !GetAtt Key.Arn}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  RoleArn: arn:aws:iam::444455556666:role/deploy
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
                    RoleArn: arn:aws:iam::444455556666:role/stack
      Bucket:
        Type: AWS::S3::Bucket
      BucketPolicy:
        Type: AWS::S3::BucketPolicy
        Properties:
          Bucket: !Ref Bucket
          PolicyDocument:
            Statement:
              - Effect: Allow
                Principal: {AWS: arn:aws:iam::444455556666:role/deploy}
                Action: s3:GetObject*
                Resource: !Sub ${Bucket.Arn}/*
      Key:
        Type: AWS::KMS::Key
        Properties:
          KeyPolicy:
            Statement:
              - Effect: Allow
                Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}
                Action: kms:*
                Resource: "*"
              - Effect: Allow
                Principal: {AWS: arn:aws:iam::444455556666:role/deploy}
                Action: [kms:Decrypt, kms:DescribeKey]
                Resource: "*"
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      artifact_store {
        type     = "S3"
        location = aws_s3_bucket.artifacts.bucket
      }
      stage {
        name = "Deploy"
        action {  # finding
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "CloudFormation"
          version         = "1"
          role_arn        = "arn:aws:iam::444455556666:role/deploy"
          input_artifacts = ["Source"]
          configuration = {
            ActionMode   = "CREATE_UPDATE"
            StackName    = "shop"
            TemplatePath = "Source::shop.yaml"
            RoleArn      = "arn:aws:iam::444455556666:role/stack"
          }
        }
      }
    }
    resource "aws_s3_bucket" "artifacts" {}
    data "aws_iam_policy_document" "artifacts_bucket" {
      statement {
        actions   = ["s3:GetObject*"]
        resources = ["${aws_s3_bucket.artifacts.arn}/*"]
        principals {
          type        = "AWS"
          identifiers = ["arn:aws:iam::444455556666:role/deploy"]
        }
      }
    }
    resource "aws_s3_bucket_policy" "artifacts" {
      bucket = aws_s3_bucket.artifacts.bucket
      policy = data.aws_iam_policy_document.artifacts_bucket.json
    }
    ```

    ```hcl
    data "aws_caller_identity" "current" {}
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      artifact_store {
        type     = "S3"
        location = aws_s3_bucket.artifacts.bucket
        encryption_key {
          id   = aws_kms_key.artifacts.arn
          type = "KMS"
        }
      }
      stage {
        name = "Deploy"
        action {
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "CloudFormation"
          version         = "1"
          role_arn        = "arn:aws:iam::444455556666:role/deploy"
          input_artifacts = ["Source"]
          configuration = {
            ActionMode   = "CREATE_UPDATE"
            StackName    = "shop"
            TemplatePath = "Source::shop.yaml"
            RoleArn      = "arn:aws:iam::444455556666:role/stack"
          }
        }
      }
    }
    resource "aws_s3_bucket" "artifacts" {}
    data "aws_iam_policy_document" "artifacts_bucket" {
      statement {
        actions   = ["s3:GetObject*"]
        resources = ["${aws_s3_bucket.artifacts.arn}/*"]
        principals {
          type        = "AWS"
          identifiers = ["arn:aws:iam::444455556666:role/deploy"]
        }
      }
    }
    resource "aws_s3_bucket_policy" "artifacts" {
      bucket = aws_s3_bucket.artifacts.bucket
      policy = data.aws_iam_policy_document.artifacts_bucket.json
    }
    data "aws_iam_policy_document" "artifacts_key" {
      statement {
        actions   = ["kms:*"]
        resources = ["*"]
        principals {
          type        = "AWS"
          identifiers = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"]
        }
      }
      statement {
        actions   = ["kms:Decrypt", "kms:DescribeKey"]
        resources = ["*"]
        principals {
          type        = "AWS"
          identifiers = ["arn:aws:iam::444455556666:role/deploy"]
        }
      }
    }
    resource "aws_kms_key" "artifacts" {
      policy = data.aws_iam_policy_document.artifacts_key.json
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
    Source: https://github.com/aws/aws-cdk/issues/10846
    Source: https://github.com/aws/aws-cdk/issues/13027
    """
    accounts, store = graph.other_account(action), graph.store_of(action)
    moved = any(isinstance(name, Text) for name in (*action.inputs, *action.outputs))
    if accounts is None or store is None or not moved:
        return
    home, account = accounts
    for world, key in cases(store.key, action.world):
        if not _is_default(key):
            continue
        yield Report(
            origin=action.origin,
            message=f"{action.label} uses role {action.role}, which is of account {account}, and"
            f" moves artifacts that the pipeline encrypts with the AWS managed key for Amazon S3 of"
            f" account {home}: no role of another account can use that key.",
            symptom="The action fails with an AccessDenied that names S3, or kms:Decrypt.",
            remedy="Name a customer managed key in the artifact store, by its ARN, and allow"
            f" account {account} to use it in the key policy.",
            subject=Subject(
                pipeline=action.pipeline,
                stage=action.stage,
                action=action.name,
                principal=str(action.role),
                iam_action="kms:Decrypt",
            ),
            related=_store(store),
            confidence=_confidence(action, store, graph),
            world=world,
            defaults=home.defaults | account.defaults,
        )


def _is_default(key: Value) -> bool:
    """Whether there is no key, or the one that AWS manages."""
    return isinstance(key, Absent) or "alias/aws/" in (known(key) or "")


def _store(store: ArtifactStore) -> tuple[Related, ...]:
    if store.origin is None:
        return ()
    document, node = store.origin
    return (Related("the artifact store has no key of its own", document.location(node)),)


def _confidence(action: Action, store: ArtifactStore, graph: Graph) -> Confidence:
    pipeline = graph.pipeline_of(action)
    bucket = graph.find(store.bucket, Bucket, near=pipeline)
    makers = [
        known(each.provider)
        for each in pipeline.actions
        if any(name in action.inputs for name in each.outputs)
    ]
    built = bool(makers) and all(maker == "CodeBuild" for maker in makers)
    own_key = bucket is not None and not isinstance(graph.setting_of(bucket, "key"), Absent)
    return Confidence.LOW if built or own_key else Confidence.HIGH
