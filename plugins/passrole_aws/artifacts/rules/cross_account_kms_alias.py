from collections.abc import Iterator

from passrole import (
    Action,
    Category,
    Confidence,
    Graph,
    Key,
    KeyAlias,
    Pipeline,
    Report,
    Severity,
    Subject,
    Symptom,
    Text,
    cases,
    known,
    rule,
)


@rule(
    "cross-account-kms-alias",
    checks=Action,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    symptoms=(
        Symptom(
            ("KMS", "NotFound"),
            "An alias or a bare key id is looked up in the account of the action, where the"
            " key is not. Name the key by its ARN.",
        ),
        Symptom(
            ("NotFoundException", "alias"),
            "An alias is looked up in the account of the action, where the key is not. Name"
            " the key by its ARN.",
        ),
    ),
)
def cross_account_kms_alias(action: Action, graph: Graph) -> Iterator[Report]:
    """An action in another account, and an artifact key that is not named by its ARN.

    A key id and an alias are looked up in the account of whoever uses them. An action that runs as
    a role of another account and writes artifacts therefore looks for the artifact key where it is
    not: the action or the replication of its artifacts fails, as KMS cannot find the key or finds
    another.

    Name the key by its ARN. In a template the reference to a key gives its id: take its ARN
    attribute.

    Two cases are reported with low confidence. An action that only reads artifacts may do without,
    as S3 itself knows the key of an object. And the ARN of an alias: the documentation asks for the
    key's, the AWS CDK uses the alias's for artifact stores in other Regions.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore:
            Type: S3
            Location: !Ref Bucket
            EncryptionKey: {Type: KMS, Id: !Ref Key}
          Stages:
            - Name: Source
              Actions:
                - Name: Source  # finding
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
                  RoleArn: arn:aws:iam::444455556666:role/deploy
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {RepositoryName: shop, BranchName: main}
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
                Action: s3:PutObject*
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
                Action: [kms:GenerateDataKey, kms:Decrypt]
                Resource: "*"
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
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
                  RoleArn: arn:aws:iam::444455556666:role/deploy
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {RepositoryName: shop, BranchName: main}
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
                Action: s3:PutObject*
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
                Action: [kms:GenerateDataKey, kms:Decrypt]
                Resource: "*"
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
          id   = aws_kms_key.artifacts.key_id
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
          role_arn         = "arn:aws:iam::444455556666:role/deploy"
          output_artifacts = ["Source"]
          configuration    = { RepositoryName = "shop", BranchName = "main" }
        }
      }
    }
    resource "aws_s3_bucket" "artifacts" {}
    resource "aws_s3_bucket_policy" "artifacts" {
      bucket = aws_s3_bucket.artifacts.bucket
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::444455556666:role/deploy" }
          Action    = "s3:PutObject*"
          Resource  = "${aws_s3_bucket.artifacts.arn}/*"
        }]
      })
    }
    resource "aws_kms_key" "artifacts" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Principal = {
              AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"
            }
            Action   = "kms:*"
            Resource = "*"
          },
          {
            Effect    = "Allow"
            Principal = { AWS = "arn:aws:iam::444455556666:role/deploy" }
            Action    = ["kms:GenerateDataKey", "kms:Decrypt"]
            Resource  = "*"
          },
        ]
      })
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
        name = "Source"
        action {
          name             = "Source"
          category         = "Source"
          owner            = "AWS"
          provider         = "CodeCommit"
          version          = "1"
          role_arn         = "arn:aws:iam::444455556666:role/deploy"
          output_artifacts = ["Source"]
          configuration    = { RepositoryName = "shop", BranchName = "main" }
        }
      }
    }
    resource "aws_s3_bucket" "artifacts" {}
    resource "aws_s3_bucket_policy" "artifacts" {
      bucket = aws_s3_bucket.artifacts.bucket
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::444455556666:role/deploy" }
          Action    = "s3:PutObject*"
          Resource  = "${aws_s3_bucket.artifacts.arn}/*"
        }]
      })
    }
    resource "aws_kms_key" "artifacts" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Principal = {
              AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"
            }
            Action   = "kms:*"
            Resource = "*"
          },
          {
            Effect    = "Allow"
            Principal = { AWS = "arn:aws:iam::444455556666:role/deploy" }
            Action    = ["kms:GenerateDataKey", "kms:Decrypt"]
            Resource  = "*"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_EncryptionKey.html
    """
    accounts, store = graph.other_account(action), graph.store_of(action)
    moved = any(isinstance(name, Text) for name in (*action.inputs, *action.outputs))
    if accounts is None or store is None or not moved:
        return
    home, account = accounts
    writes = any(isinstance(name, Text) for name in action.outputs)
    for world, key in cases(store.key, action.world):
        form = _form(key, graph.pipeline_of(action), graph) if isinstance(key, Text) else None
        if form is None or not isinstance(key, Text):
            continue
        yield Report(
            origin=action.origin,
            message=f"{action.label} uses role {action.role}, which is of account {account}, but the"
            f" artifact store names its encryption key by {form} ({key}), which leads to the key"
            f" only from within account {home}.",
            symptom="The action fails: KMS cannot find the key, or uses another one.",
            remedy="Name the key by its ARN.",
            subject=Subject(
                pipeline=action.pipeline,
                stage=action.stage,
                action=action.name,
                principal=str(action.role),
                resource=str(key),
            ),
            confidence=Confidence.HIGH if writes and form != AN_ARN else Confidence.LOW,
            world=world,
            defaults=key.defaults | home.defaults | account.defaults,
        )


AN_ARN = "the ARN of an alias"


def _form(key: Text, pipeline: Pipeline, graph: Graph) -> str | None:
    """How the key is named, where it is not by its ARN."""
    text = known(key) or ""
    alias = graph.find(key, KeyAlias, near=pipeline)
    if alias is not None:
        return AN_ARN if key == alias.resource.arn else "an alias"
    if ":alias/" in str(key):
        return AN_ARN
    if "alias/aws/" in text:
        return None
    if text.startswith("alias/"):
        return "an alias"
    entity = graph.find(key, Key, near=pipeline)
    if entity is not None:
        return None if key == entity.resource.arn else "its id"
    return "its id" if text and not text.startswith("arn:") else None
