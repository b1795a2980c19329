from collections.abc import Iterator

from passrole import Action, Category, Graph, Pipeline, Report, Severity, Symptom, rule

BECAUSE = (
    "S3 also says this where the object may be read but not the key that encrypts "
    "it. If the statement for the bucket is there, look for kms:Decrypt and "
    "kms:GenerateDataKey."
)


@rule(
    "artifact-kms-permission-missing",
    checks=(Action, Pipeline),
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(("kms", "because no identity-based policy allows")),
        Symptom(
            ("AccessDenied", "S3", "kms:Decrypt"),
            "S3 answers for the key: who may read the object but not decrypt it is told "
            "that S3 denies access. CloudTrail names the KMS action.",
        ),
        Symptom(
            ("AccessDenied", "S3", "kms:GenerateDataKey"),
            "S3 answers for the key: who may write the object but not encrypt it is told "
            "that S3 denies access. CloudTrail names the KMS action.",
        ),
        Symptom(
            ("Failed replicating artifact", "has permission to access it"),
            "The role of the pipeline decrypts with the key of its Region's store and encrypts "
            "with that of the other Region's.",
        ),
        Symptom(("AccessDenied", "S3"), BECAUSE),
        Symptom(("Access Denied", "S3"), BECAUSE),
        Symptom(
            ("process to upload the contents of the AWS CodeCommit repository failed",),
            "The source is read; writing it to the artifact bucket fails, as a rule at the "
            "key: kms:GenerateDataKey and kms:Decrypt.",
        ),
        Symptom(
            ("The ciphertext refers to a customer master key that does not exist",),
            "KMS says so as well of a key that the role may not use.",
        ),
    ),
)
def artifact_kms_permission_missing(subject: Action | Pipeline, graph: Graph) -> Iterator[Report]:
    """A role may reach the artifacts, but not the key that encrypts them.

    With a key of your own in the artifact store, S3 decrypts and encrypts artifacts with it on behalf of
    the role: who reads needs `kms:Decrypt` on the key, who writes `kms:GenerateDataKey`. Without it the
    action fails with an AccessDenied that names S3, or "The process to upload the contents of the
    repository failed"; only CloudTrail shows the call to KMS. The key policy has a say as well: it allows
    the role itself, or it leaves the decision to IAM by allowing the account. The pipeline's role is asked
    for what the actions that it runs itself do, and for both where artifacts go to other Regions.

    Allow both on the key, in a policy of the role or in the key policy.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore:  # finding
            Type: S3
            Location: artifacts
            EncryptionKey: {Type: KMS, Id: !GetAtt Key.Arn}
          Stages:
            - Name: Notify
              Actions:
                - Name: Notify
                  ActionTypeId: {Category: Invoke, Owner: AWS, Provider: Lambda, Version: "1"}
                  Configuration: {FunctionName: notify}
                  InputArtifacts: [{Name: Source}]
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: s3:*, Resource: "*"}
      Key:
        Type: AWS::KMS::Key
        Properties:
          KeyPolicy:
            Statement:
              - Effect: Allow
                Action: kms:*
                Resource: "*"
                Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore:
            Type: S3
            Location: artifacts
            EncryptionKey: {Type: KMS, Id: !GetAtt Key.Arn}
          Stages:
            - Name: Notify
              Actions:
                - Name: Notify
                  ActionTypeId: {Category: Invoke, Owner: AWS, Provider: Lambda, Version: "1"}
                  Configuration: {FunctionName: notify}
                  InputArtifacts: [{Name: Source}]
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: s3:*, Resource: "*"}
                  - {Effect: Allow, Action: [kms:Decrypt, kms:DescribeKey, kms:Encrypt, kms:ReEncrypt*, kms:GenerateDataKey*], Resource: !GetAtt Key.Arn}
      Key:
        Type: AWS::KMS::Key
        Properties:
          KeyPolicy:
            Statement:
              - Effect: Allow
                Action: kms:*
                Resource: "*"
                Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}
    ```

    ```hcl
    data "aws_caller_identity" "current" {}
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {  # finding
        type     = "S3"
        location = "artifacts"
        encryption_key {
          id   = aws_kms_key.artifacts.arn
          type = "KMS"
        }
      }
      stage {
        name = "Notify"
        action {
          name            = "Notify"
          category        = "Invoke"
          owner           = "AWS"
          provider        = "Lambda"
          version         = "1"
          input_artifacts = ["Source"]
          configuration   = { FunctionName = "notify" }
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
    resource "aws_iam_role_policy" "pipeline" {
      name = "pipeline"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }]
      })
    }
    resource "aws_kms_key" "artifacts" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = "kms:*"
          Resource = "*"
          Principal = {
            AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"
          }
        }]
      })
    }
    ```

    ```hcl
    data "aws_caller_identity" "current" {}
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
        encryption_key {
          id   = aws_kms_key.artifacts.arn
          type = "KMS"
        }
      }
      stage {
        name = "Notify"
        action {
          name            = "Notify"
          category        = "Invoke"
          owner           = "AWS"
          provider        = "Lambda"
          version         = "1"
          input_artifacts = ["Source"]
          configuration   = { FunctionName = "notify" }
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
    resource "aws_iam_role_policy" "pipeline" {
      name = "pipeline"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          { Effect = "Allow", Action = "s3:*", Resource = "*" },
          {
            Effect = "Allow"
            Action = [
              "kms:Decrypt",
              "kms:DescribeKey",
              "kms:Encrypt",
              "kms:ReEncrypt*",
              "kms:GenerateDataKey*",
            ]
            Resource = aws_kms_key.artifacts.arn
          },
        ]
      })
    }
    resource "aws_kms_key" "artifacts" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = "kms:*"
          Resource = "*"
          Principal = {
            AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"
          }
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/S3-artifact-encryption.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
    """
    yield from graph.unmet(subject, "artifact-kms-permission-missing")
