from collections.abc import Iterator

from passrole import Action, Category, Graph, Pipeline, Report, Severity, rule


@rule(
    "artifact-bucket-access-missing",
    checks=(Action, Pipeline),
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
)
def artifact_bucket_access_missing(subject: Action | Pipeline, graph: Graph) -> Iterator[Report]:
    """A role may not reach the artifacts in their bucket.

    Stages hand artifacts over in an S3 bucket. The role that runs an action reads its input artifacts
    (`s3:GetObject`, `s3:GetObjectVersion`) and writes its output artifacts (`s3:PutObject`), and the
    pipeline's role asks whether the bucket is versioned. Objects and bucket are two resources: a
    statement on `arn:aws:s3:::bucket` gives nothing on `arn:aws:s3:::bucket/*`. The action fails with
    "Unable to access the artifact with Amazon S3 object key", or says that the service role is getting
    S3 access denied for the bucket.

    Allow object actions on the bucket's objects and bucket actions on the bucket.

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
                  - {Effect: Allow, Action: s3:GetBucketVersioning, Resource: "arn:aws:s3:::artifacts"}
                  - Effect: Allow
                    Action: [s3:GetObject, s3:GetObjectVersion]
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
                  - {Effect: Allow, Action: s3:GetBucketVersioning, Resource: "arn:aws:s3:::artifacts"}
                  - Effect: Allow
                    Action: [s3:GetObject, s3:GetObjectVersion]
                    Resource: arn:aws:s3:::artifacts/*
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html
    """
    yield from graph.unmet(subject, "artifact-bucket-access-missing")
