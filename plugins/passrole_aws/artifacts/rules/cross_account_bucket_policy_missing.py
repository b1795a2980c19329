from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "cross-account-bucket-policy-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(
            ("S3", "AccessDenied", "target account"),
            "Across accounts both sides must allow: the policy of the artifact bucket has "
            "to name the role or its account.",
            add='{"Effect": "Allow", "Principal": {"AWS": "${role}"}, "Action": '
            '["s3:GetObject*", "s3:PutObject"], "Resource": "${artifacts.bucket}/*"}',
            where="the policy of the artifact bucket",
        ),
        Symptom(
            ("not authorized to perform: s3", "no resource-based policy allows"),
            "Across accounts both sides must allow: the policy of the bucket has to name "
            "the role or its account.",
            where="the policy of the artifact bucket",
        ),
    ),
)
def cross_account_bucket_policy_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """The policy of the artifact bucket does not let in a role of another account.

    An action that runs as a role of another account reads its input artifacts and writes its output
    artifacts as that role. The role's own policies are not enough: the policy of the bucket has to
    name the role or its account as well. Otherwise the action fails with an Access Denied of S3.

    Allow `s3:GetObject` to the role, or to its account, in the bucket policy where the action has
    input artifacts, and `s3:PutObject` where it has output artifacts.

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
                Principal: {AWS: arn:aws:iam::777788889999:root}
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
                Principal: {AWS: arn:aws:iam::444455556666:root}
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
    data "aws_iam_policy_document" "artifacts_bucket" {
      statement {
        actions   = ["s3:GetObject*"]
        resources = ["${aws_s3_bucket.artifacts.arn}/*"]
        principals {
          type        = "AWS"
          identifiers = ["arn:aws:iam::777788889999:root"]
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
          identifiers = ["arn:aws:iam::444455556666:root"]
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
    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-walkthroughs-managing-access-example2.html
    Source: https://github.com/awslabs/aws-refarch-cross-account-pipeline/issues/1
    """
    yield from graph.unmet(action, "cross-account-bucket-policy-missing")
