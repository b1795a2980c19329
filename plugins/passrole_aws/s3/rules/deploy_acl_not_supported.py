from collections.abc import Iterator

from passrole import (
    Absent,
    Action,
    Bucket,
    Category,
    Confidence,
    Graph,
    Related,
    Report,
    Severity,
    Subject,
    Symptom,
    Value,
    get,
    known,
    rule,
)
from passrole_aws.s3.entities import BucketAcls

PUBLIC = ("public-read", "public-read-write", "authenticated-read")
REFUSED = (*PUBLIC, "private", "aws-exec-read", "bucket-owner-read")
ENFORCED = "BucketOwnerEnforced"


@rule(
    "s3-deploy-acl-not-supported",
    checks=Action,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    confidence=Confidence.MEDIUM,
    symptoms=(
        Symptom(("AccessControlListNotSupported",)),
        Symptom(("The bucket does not allow ACLs",)),
    ),
)
def deploy_acl_not_supported(action: Action, graph: Graph) -> Iterator[Report]:
    """A canned ACL is set for a bucket that takes none.

    `CannedACL` puts an ACL on every object that the action uploads. A bucket whose object ownership
    is `BucketOwnerEnforced` refuses such uploads, whatever the role may do:
    "AccessControlListNotSupported: The bucket does not allow ACLs". So is every bucket made since
    April 2023 that says nothing else. The one ACL that it takes is `bucket-owner-full-control`. A
    bucket that blocks public ACLs refuses the public ones with "Access Denied".

    Leave `CannedACL` out, and let a bucket policy or CloudFront give access; or set the object
    ownership of the bucket to `BucketOwnerPreferred` or `ObjectWriter`.

    Where the bucket says nothing of its object ownership the finding is of low confidence: a bucket
    that was made before April 2023 still takes ACLs.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: S3, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {BucketName: !Ref Site, Extract: "true", CannedACL: public-read}
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
      Site:
        Type: AWS::S3::Bucket
        Properties:
          OwnershipControls:
            Rules: [{ObjectOwnership: BucketOwnerEnforced}]
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: S3, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {BucketName: !Ref Site, Extract: "true", CannedACL: public-read}
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
      Site:
        Type: AWS::S3::Bucket
        Properties:
          OwnershipControls:
            Rules: [{ObjectOwnership: ObjectWriter}]
          PublicAccessBlockConfiguration: {BlockPublicAcls: true}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: S3, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {BucketName: !Ref Site, Extract: "true", CannedACL: public-read}
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
      Site:
        Type: AWS::S3::Bucket
        Properties:
          OwnershipControls:
            Rules: [{ObjectOwnership: ObjectWriter}]
          PublicAccessBlockConfiguration: {BlockPublicAcls: false}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: S3, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {BucketName: !Ref Site, Extract: "true", CannedACL: bucket-owner-full-control}
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
      Site:
        Type: AWS::S3::Bucket
        Properties:
          OwnershipControls:
            Rules: [{ObjectOwnership: BucketOwnerEnforced}]
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Deploy"
        action {  # finding
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "S3"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            BucketName = aws_s3_bucket.site.bucket
            Extract    = "true"
            CannedACL  = "public-read"
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
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions   = ["s3:*"]
        resources = ["*"]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    resource "aws_s3_bucket" "site" {}
    resource "aws_s3_bucket_ownership_controls" "site" {
      bucket = aws_s3_bucket.site.id
      rule {
        object_ownership = "BucketOwnerEnforced"
      }
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Deploy"
        action {
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "S3"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            BucketName = aws_s3_bucket.site.bucket
            Extract    = "true"
            CannedACL  = "public-read"
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
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions   = ["s3:*"]
        resources = ["*"]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    resource "aws_s3_bucket" "site" {}
    resource "aws_s3_bucket_ownership_controls" "site" {
      bucket = aws_s3_bucket.site.id
      rule {
        object_ownership = "ObjectWriter"
      }
    }
    resource "aws_s3_bucket_public_access_block" "site" {
      bucket            = aws_s3_bucket.site.id
      block_public_acls = false
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html
    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html
    """
    acl = known(get(action.configuration, "CannedACL"))
    if known(action.provider) != "S3" or known(action.category) != "Deploy" or acl not in REFUSED:
        return
    named = get(action.configuration, "BucketName")
    bucket = graph.find(named, Bucket, graph.pipeline_of(action))
    if bucket is None:
        return
    ownership, blocks = _settings(bucket, graph)
    if isinstance(ownership, Absent):
        reason = (
            "says nothing of its object ownership: a bucket made since April 2023 takes no ACLs"
        )
        yield _report(action, bucket, acl, reason, Confidence.LOW)
    elif known(ownership) == ENFORCED:
        reason = f"takes no ACLs: its object ownership is {ENFORCED}"
        yield _report(action, bucket, acl, reason, Confidence.MEDIUM)
    elif acl in PUBLIC and (known(blocks) or "").lower() == "true":
        yield _report(action, bucket, acl, "blocks public ACLs", Confidence.MEDIUM)


def _settings(bucket: Bucket, graph: Graph) -> tuple[Value, Value]:
    """The object ownership of a bucket and its block on public ACLs, absent where nothing says."""
    ownership, blocks = bucket.ownership, bucket.blocks_public_acls
    for each in graph.entities_of(BucketAcls):
        if graph.find(each.of, Bucket, each) is bucket:
            ownership = each.ownership if isinstance(ownership, Absent) else ownership
            blocks = each.blocks_public_acls if isinstance(blocks, Absent) else blocks
    return ownership, blocks


def _report(
    action: Action, bucket: Bucket, acl: str, reason: str, confidence: Confidence
) -> Report:
    return Report(
        origin=action.origin,
        message=f"{action.label} uploads with the canned ACL {acl} to bucket {bucket.label}, which"
        f" {reason}.",
        symptom='The action fails: "AccessControlListNotSupported: The bucket does not allow ACLs",'
        " or Access Denied.",
        remedy=f"Leave CannedACL out, or let bucket {bucket.label} take ACLs.",
        subject=Subject(action.pipeline, action.stage, action.name, resource=bucket.label),
        related=(Related(f"bucket {bucket.label} is defined here", bucket.location),),
        confidence=confidence,
        world=action.world,
    )
