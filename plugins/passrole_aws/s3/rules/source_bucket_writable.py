from collections.abc import Iterator

from passrole import (
    Action,
    Admission,
    Bucket,
    Category,
    Circle,
    Confidence,
    Graph,
    Origin,
    Related,
    Report,
    Severity,
    Statement,
    Subject,
    Text,
    Verdict,
    admissions,
    get,
    join,
    known,
    rule,
)

PUT = "s3:PutObject"


@rule(
    "source-bucket-writable",
    checks=Action,
    severity=Severity.HIGH,
    category=Category.RISK,
)
def source_bucket_writable(action: Action, graph: Graph) -> Iterator[Report]:
    """More than the release process may write what a pipeline deploys.

    With an S3 source an object is the release: whoever may write it releases, without a review and
    without a trace in a repository. Reported is a bucket policy that lets everybody or a whole other
    account write it and, with medium confidence, a role of the same stack that may write to every
    bucket and so to this one. A role that is granted this bucket by name is taken for who releases.

    Let one role write the object, and no other.

    ```yaml
    Resources:
      Sources: {Type: AWS::S3::Bucket}
      Policy:
        Type: AWS::S3::BucketPolicy
        Properties:
          Bucket: !Ref Sources
          PolicyDocument:
            Statement:
              - Effect: Allow  # finding
                Principal: {AWS: "*"}
                Action: [s3:GetObject, s3:PutObject]
                Resource: !Sub ${Sources.Arn}/*
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {S3Bucket: !Ref Sources, S3ObjectKey: shop.zip}
    ```

    ```yaml
    Resources:
      Sources: {Type: AWS::S3::Bucket}
      Policy:
        Type: AWS::S3::BucketPolicy
        Properties:
          Bucket: !Ref Sources
          PolicyDocument:
            Statement:
              - Effect: Allow
                Principal: {AWS: arn:aws:iam::111122223333:role/release}
                Action: [s3:GetObject, s3:PutObject]
                Resource: !Sub ${Sources.Arn}/*
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {S3Bucket: !Ref Sources, S3ObjectKey: shop.zip}
    ```

    ```hcl
    resource "aws_s3_bucket" "sources" {
      bucket = "sources"
    }
    resource "aws_iam_role" "reports" {
      name = "reports"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "reports" {
      role   = aws_iam_role.reports.id
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:Put*", Resource = "*" }] })  # finding
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Source"
        action {
          name             = "Source"
          category         = "Source"
          owner            = "AWS"
          provider         = "S3"
          version          = "1"
          output_artifacts = ["source"]
          configuration    = { S3Bucket = aws_s3_bucket.sources.bucket, S3ObjectKey = "shop.zip" }
        }
      }
    }
    ```

    ```hcl
    resource "aws_s3_bucket" "sources" {
      bucket = "sources"
    }
    resource "aws_iam_role" "release" {
      name = "release"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "release" {
      role = aws_iam_role.release.id
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "${aws_s3_bucket.sources.arn}/*" }]
      })
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Source"
        action {
          name             = "Source"
          category         = "Source"
          owner            = "AWS"
          provider         = "S3"
          version          = "1"
          output_artifacts = ["source"]
          configuration    = { S3Bucket = aws_s3_bucket.sources.bucket, S3ObjectKey = "shop.zip" }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html
    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    if known(action.provider) != "S3" or known(action.category) != "Source":
        return
    pipeline = graph.pipeline_of(action)
    bucket = graph.find(get(action.configuration, "S3Bucket"), Bucket, near=pipeline)
    key = get(action.configuration, "S3ObjectKey")
    if bucket is None or not isinstance(key, Text):
        return
    released = join((bucket.resource.arn, "/", key))
    policy = graph.policy_of(bucket)
    for admission in admissions(policy, PUT, released) if policy is not None else ():
        who = _outsider(admission, action, graph)
        if who:
            yield _report(action, bucket, admission.statement, who, Confidence.HIGH)
    if policy is not None and any(each.effect != "Allow" for each in policy.statements):
        return
    for role in graph.roles:
        if role.resource.stack != bucket.resource.stack:
            continue  # where another stack goes, nobody knows
        if graph.uses.of(role) or graph.administrator(role):
            continue
        for decision in graph.may(role, PUT, released, world=role.world):
            written = next(filter(_is_every_bucket, decision.decided_by), None)
            if decision.verdict is Verdict.ALLOWED and written is not None:
                who = f"Role {role.label}"
                place = graph.place_of(written, role)
                yield _report(action, bucket, written, who, Confidence.MEDIUM, place)
                break


def _is_every_bucket(statement: Statement) -> bool:
    return any(known(item) in ("*", "arn:aws:s3:::*") for item in statement.resources)


def _outsider(admission: Admission, action: Action, graph: Graph) -> str:
    """Whom a bucket policy lets in that is no single principal of its own account."""
    if admission.circle is Circle.EVERYBODY:
        return "Everybody"
    account = known(admission.principal.account or Text())
    home = graph.home_of(graph.pipeline_of(action))[0]
    if admission.circle is not Circle.ACCOUNT or not account or home is None:
        return ""
    return f"All of account {account}" if account != known(home) else ""


def _report(
    action: Action,
    bucket: Bucket,
    statement: Statement,
    who: str,
    confidence: Confidence,
    place: Origin | None = None,
) -> Report:
    return Report(
        origin=place or statement.origin or bucket.resource.origin,
        message=f"{who} may write to {bucket.label}, from which {action.label} of pipeline"
        f" {action.pipeline} takes what it deploys: {statement.label}.",
        symptom="Who writes the object releases, with no review.",
        remedy="Let one role write the object, and no other.",
        subject=Subject(
            action.pipeline, action.stage, action.name, iam_action=PUT, resource=bucket.label
        ),
        related=(Related(f"source action {action.label}", action.location),),
        confidence=confidence,
        world=action.world.joined(statement.world) or action.world,
        defaults=statement.defaults,
    )
