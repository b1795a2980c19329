from collections.abc import Iterator

from passrole import Action, Category, Graph, Pipeline, Report, Severity, Symptom, rule


@rule(
    "artifact-key-policy-missing-principal",
    checks=(Action, Pipeline),
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(
            ("assumed-role", "kms:Decrypt"),
            "Across accounts both sides must allow: the policy of the key, and the policies"
            " of the role.",
        ),
        Symptom(
            ("not authorized to perform: kms", "no resource-based policy allows"),
            "The policy of the key has to name the role, or its account; across accounts "
            "the role's own policies as well.",
            add='{"Effect": "Allow", "Principal": {"AWS": "${role}"}, "Action": ["kms:Decrypt",'
            ' "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"], '
            '"Resource": "*"}',
            where="the policy of the artifact key",
        ),
    ),
)
def key_policy_missing_principal(subject: Action | Pipeline, graph: Graph) -> Iterator[Report]:
    """The policy of an artifact key leaves out a role that uses the key.

    A KMS key has the last word: whatever a role's own policies allow, the key policy must let the
    role in, by its ARN, by its account, or by leaving the decision to the identity policies of the
    key's own account. A role of another account needs both: a statement in the key policy and one
    in its own policies. Without the first the action fails: "User:
    arn:aws:sts::444455556666:assumed-role/deploy/… is not authorized to perform: kms:Decrypt on
    resource: arn:aws:kms:…", or only "Access Denied" from S3.

    Name the role, or its account, in the key policy: `kms:Decrypt` to read artifacts,
    `kms:GenerateDataKey` to write them, and `kms:DescribeKey`.

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
      Key:
        Type: AWS::KMS::Key
        Properties:
          KeyPolicy:
            Statement:
              - Effect: Allow
                Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}
                Action: kms:*
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
    resource "aws_s3_bucket_policy" "artifacts" {
      bucket = aws_s3_bucket.artifacts.bucket
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::444455556666:role/deploy" }
          Action    = "s3:GetObject*"
          Resource  = "${aws_s3_bucket.artifacts.arn}/*"
        }]
      })
    }
    resource "aws_kms_key" "artifacts" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect = "Allow"
          Principal = {
            AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"
          }
          Action   = "kms:*"
          Resource = "*"
        }]
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
    resource "aws_s3_bucket_policy" "artifacts" {
      bucket = aws_s3_bucket.artifacts.bucket
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::444455556666:role/deploy" }
          Action    = "s3:GetObject*"
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
            Action    = ["kms:Decrypt", "kms:DescribeKey"]
            Resource  = "*"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
    Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
    Source: https://barkingiguana.com/writing/how-to-share-a-codepipeline-artefact-kms-key-across-accounts/
    """
    yield from graph.unmet(subject, "artifact-key-policy-missing-principal")
