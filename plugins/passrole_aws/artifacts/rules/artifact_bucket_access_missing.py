from collections.abc import Iterator

from passrole import Action, Category, Graph, Pipeline, Report, Severity, Symptom, rule


@rule(
    "artifact-bucket-access-missing",
    checks=(Action, Pipeline),
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(("CodePipeline service role", "S3 access denied", "S3 bucket")),
        Symptom(
            (
                (
                    "The service role or action role doesn't have the permissions required to "
                    "access the Amazon S3 bucket named"
                ),
            )
        ),
        Symptom(
            ("Unable to access the artifact with Amazon S3 object key",),
            "The role that runs the action reads the artifact from the bucket. Where the "
            "bucket is allowed and has a key of its own, kms:Decrypt is what is missing.",
        ),
        Symptom(
            (
                "Failed replicating artifact",
                "artifact buckets exist",
                "has permission to access it",
            ),
            "The role of the pipeline copies artifacts from the bucket of its Region to that of "
            "the action's, whatever role the action has. Their keys are the next to look at: "
            "kms:Decrypt on the one, kms:GenerateDataKey on the other.",
        ),
        Symptom(("getting S3 access denied",)),
        Symptom(("Access Denied",)),
        Symptom(("AccessDenied",)),
    ),
)
def artifact_bucket_access_missing(subject: Action | Pipeline, graph: Graph) -> Iterator[Report]:
    """A role may not reach the artifacts in their bucket.

    Stages hand artifacts over in an S3 bucket. The role that runs an action reads its input artifacts
    with `s3:GetObject` and writes its output artifacts with `s3:PutObject`; that is the pipeline's role,
    unless the action names one of its own. Bucket and objects are two resources: a statement on
    `arn:aws:s3:::bucket` allows nothing on `arn:aws:s3:::bucket/*`. The action fails with "Unable to
    access the artifact with Amazon S3 object key", or says that the service role is getting S3 access
    denied for the bucket.

    The pipeline's role is asked for what the actions that it runs do: to read where one has inputs, to
    write where one has outputs. It only assumes the roles that other actions name, and builds move their
    artifacts as the role of their project. Copies to the stores of other Regions are its own, whoever
    runs the actions. The documented minimum policy reads and writes in any case; what it has besides is
    told with `strict` only.

    Allow object actions on the objects and bucket actions on the bucket. What the pipeline's role lacks
    is told at the artifact store, what the role of one action lacks at that action.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}  # finding
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
                  - Effect: Allow
                    Action: [s3:GetBucketVersioning, s3:GetBucketAcl, s3:GetBucketLocation, s3:ListBucket]
                    Resource: arn:aws:s3:::artifacts
                  - Effect: Allow
                    Action:
                      - s3:GetObject
                      - s3:GetObjectVersion
                      - s3:GetObjectTagging
                      - s3:GetObjectVersionTagging
                      - s3:PutObject
                      - s3:PutObjectAcl
                      - s3:PutObjectTagging
                    Resource: arn:aws:s3:::artifacts
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Notify
              Actions:
                - Name: Notify  # finding
                  ActionTypeId: {Category: Invoke, Owner: AWS, Provider: Lambda, Version: "1"}
                  Configuration: {FunctionName: notify}
                  InputArtifacts: [{Name: Source}]
                  RoleArn: !GetAtt NotifyRole.Arn
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
      NotifyRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: !GetAtt Role.Arn}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: lambda:*, Resource: "*"}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
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
                  - Effect: Allow
                    Action: [s3:GetBucketVersioning, s3:GetBucketAcl, s3:GetBucketLocation, s3:ListBucket]
                    Resource: arn:aws:s3:::artifacts
                  - Effect: Allow
                    Action:
                      - s3:GetObject
                      - s3:GetObjectVersion
                      - s3:GetObjectTagging
                      - s3:GetObjectVersionTagging
                      - s3:PutObject
                      - s3:PutObjectAcl
                      - s3:PutObjectTagging
                    Resource: arn:aws:s3:::artifacts/*
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {  # finding
        type     = "S3"
        location = aws_s3_bucket.artifacts.bucket
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
    resource "aws_s3_bucket" "artifacts" {
      bucket = "artifacts"
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
          {
            Effect = "Allow"
            Action = [
              "s3:GetBucketVersioning",
              "s3:GetBucketAcl",
              "s3:GetBucketLocation",
              "s3:ListBucket",
            ]
            Resource = aws_s3_bucket.artifacts.arn
          },
          {
            Effect = "Allow"
            Action = [
              "s3:GetObject",
              "s3:GetObjectVersion",
              "s3:GetObjectTagging",
              "s3:GetObjectVersionTagging",
              "s3:PutObject",
              "s3:PutObjectAcl",
              "s3:PutObjectTagging",
            ]
            Resource = aws_s3_bucket.artifacts.arn
          },
        ]
      })
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = aws_s3_bucket.artifacts.bucket
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
    resource "aws_s3_bucket" "artifacts" {
      bucket = "artifacts"
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
          {
            Effect = "Allow"
            Action = [
              "s3:GetBucketVersioning",
              "s3:GetBucketAcl",
              "s3:GetBucketLocation",
              "s3:ListBucket",
            ]
            Resource = aws_s3_bucket.artifacts.arn
          },
          {
            Effect = "Allow"
            Action = [
              "s3:GetObject",
              "s3:GetObjectVersion",
              "s3:GetObjectTagging",
              "s3:GetObjectVersionTagging",
              "s3:PutObject",
              "s3:PutObjectAcl",
              "s3:PutObjectTagging",
            ]
            Resource = "${aws_s3_bucket.artifacts.arn}/*"
          },
        ]
      })
    }
    ```

    Source: https://github.com/awslabs/aws-deployment-framework/issues/756
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html
    """
    yield from graph.unmet(subject, "artifact-bucket-access-missing")
