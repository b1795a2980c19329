import re
from collections.abc import Iterator

from passrole import (
    Admission,
    Bucket,
    Category,
    Circle,
    Confidence,
    Graph,
    Pipeline,
    Related,
    Report,
    Role,
    Severity,
    Statement,
    Subject,
    Symptom,
    Text,
    Verdict,
    admissions,
    cases,
    join,
    known,
    rule,
)

PUT = "s3:PutObject"
# Who may work for the pipeline in a way that cannot be seen here.
WORKERS = tuple(
    f"{name}.amazonaws.com"
    for name in ("codepipeline", "codebuild", "codedeploy", "cloudformation", "events", "s3")
)
ANY_BUCKET = re.compile(r"\*|arn:[^:]*:(?:s3|\*):[^:]*:[^:]*:\*")


@rule(
    "artifact-bucket-writable-by-others",
    checks=Pipeline,
    severity=Severity.HIGH,
    category=Category.RISK,
    symptoms=(Symptom(("s3:PutObject on the artifact bucket",)),),
)
def artifact_bucket_writable_by_others(pipeline: Pipeline, graph: Graph) -> Iterator[Report]:
    """Somebody who has no part in the pipeline may write to its artifact bucket.

    The bucket holds what a build has made until it is deployed. Whoever may put objects there puts
    their own in place of it, and the deployment takes that one, with all that its role may do.

    Reported is a bucket policy that lets everybody write, or an account in which no action of the
    pipeline runs; and, with medium confidence, roles of the same stack that work for no pipeline and
    may write to this bucket as to every other. Where such a role names the bucket, its author knows
    what it is for, and the finding is of low confidence. Administrators and roles that CodePipeline,
    CodeBuild, CodeDeploy or CloudFormation assume are not reported.

    Let the pipeline's roles write and nobody else, and give each team's pipelines a bucket of their
    own.

    ```yaml
    Resources:
      Artifacts: {Type: AWS::S3::Bucket}
      Policy:
        Type: AWS::S3::BucketPolicy
        Properties:
          Bucket: !Ref Artifacts
          PolicyDocument:
            Statement:
              - Effect: Allow  # finding
                Principal: "*"
                Action: s3:*
                Resource: !Sub ${Artifacts.Arn}/*
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: !Ref Artifacts}
          Stages: []
    ```

    ```yaml
    Resources:
      Artifacts: {Type: AWS::S3::Bucket}
      Policy:
        Type: AWS::S3::BucketPolicy
        Properties:
          Bucket: !Ref Artifacts
          PolicyDocument:
            Statement:
              - Effect: Allow
                Principal: {AWS: arn:aws:iam::111122223333:role/pipeline}
                Action: s3:*
                Resource: !Sub ${Artifacts.Arn}/*
              - Effect: Allow
                Principal: "*"
                Action: s3:*
                Resource: !Sub ${Artifacts.Arn}/*
                Condition: {StringEquals: {aws:PrincipalOrgID: o-example1234}}
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: !Ref Artifacts}
          Stages: []
    ```

    ```hcl
    resource "aws_s3_bucket" "artifacts" {
      bucket = "artifacts"
    }
    resource "aws_iam_role" "reports" {
      name = "reports"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "reports" {
      role   = aws_iam_role.reports.id
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })  # finding
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      artifact_store {
        type     = "S3"
        location = aws_s3_bucket.artifacts.bucket
      }
    }
    ```

    ```hcl
    resource "aws_s3_bucket" "artifacts" {
      bucket = "artifacts"
    }
    resource "aws_iam_role" "reports" {
      name = "reports"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "reports" {
      role   = aws_iam_role.reports.id
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }] })
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      artifact_store {
        type     = "S3"
        location = aws_s3_bucket.artifacts.bucket
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/security-best-practices.html
    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    buckets: dict[Bucket, None] = {}
    for store in pipeline.stores:
        for _, reference in cases(store.bucket, pipeline.world):
            bucket = graph.find(reference, Bucket, near=pipeline)
            if bucket is not None:
                buckets[bucket] = None
    for bucket in buckets:
        objects = join((bucket.resource.arn, "/*"))
        policy = graph.policy_of(bucket)
        if policy is not None:
            for admission in admissions(policy, PUT, objects):
                who = _outsider(admission, pipeline, graph)
                if who:
                    yield _report(
                        pipeline, bucket, admission.statement, who, Confidence.HIGH, graph
                    )
        yield from _roles(pipeline, bucket, objects, graph)


def _outsider(admission: Admission, pipeline: Pipeline, graph: Graph) -> str:
    """Whom a bucket policy lets in that has no part in the pipeline, in words; empty for others."""
    if admission.circle is Circle.EVERYBODY:
        return "everybody"
    account = known(admission.principal.account or Text())
    home = graph.home_of(pipeline)[0]
    if admission.circle is not Circle.ACCOUNT or not account or home is None:
        return ""
    used = {known(home)}
    for action in pipeline.actions:
        for _, role in cases(action.role):
            if role:
                its_own = graph.account_of(role, pipeline)
                used.add(known(its_own) if its_own is not None else None)
    return "" if account in used or None in used else f"all of account {account}"


def _roles(pipeline: Pipeline, bucket: Bucket, objects: Text, graph: Graph) -> Iterator[Report]:
    policy = graph.policy_of(bucket)
    if pipeline.unresolved or (policy is not None and not _lets_roles(bucket, graph)):
        return
    for role in graph.roles:
        if role.resource.stack != bucket.resource.stack:
            continue  # where another stack goes, nobody knows
        if graph.uses.of(role) or graph.administrator(role) or _works(role):
            continue
        for decision in graph.may(role, PUT, objects, world=role.world):
            if decision.verdict is Verdict.ALLOWED and decision.decided_by:
                statement = decision.decided_by[0]
                sure = Confidence.LOW if _names(statement, bucket) else Confidence.MEDIUM
                yield _report(pipeline, bucket, statement, f"role {role.label}", sure, graph, role)
                break


def _names(statement: Statement, bucket: Bucket) -> bool:
    """Whether a statement that holds for a bucket is written for it, and not for every one."""
    items, arn = [str(item) for item in statement.resources], str(bucket.resource.arn)
    by_name = any(item.startswith(arn) for item in items)
    return by_name or not any(ANY_BUCKET.match(item) for item in items)


def _lets_roles(bucket: Bucket, graph: Graph) -> bool:
    """Whether no denial in the bucket's policy may keep roles out."""
    policy = graph.policy_of(bucket)
    return policy is None or not any(
        statement.effect != "Allow" and not statement.conditions for statement in policy.statements
    )


def _works(role: Role) -> bool:
    names = {name for each in role.trust.statements for _, name in each.principal_names}
    return None in names or not names.isdisjoint(WORKERS)


def _report(
    pipeline: Pipeline,
    bucket: Bucket,
    statement: Statement,
    who: str,
    confidence: Confidence,
    graph: Graph,
    role: Role | None = None,
) -> Report:
    related = (Related(f"artifact bucket {bucket.label}", bucket.location),)
    place = statement.origin or bucket.resource.origin
    if role is not None:
        place = graph.place_of(statement, role)
    return Report(
        origin=place,
        message=f"{who[0].upper()}{who[1:]} may write to {bucket.label}, the artifact bucket of"
        f" pipeline {pipeline.label}: {statement.label}.",
        symptom="What is deployed can be exchanged after it was built and approved.",
        remedy="Let only the pipeline's roles put objects there.",
        subject=Subject(
            pipeline=pipeline.label,
            principal=role.label if role else None,
            iam_action=PUT,
            resource=bucket.label,
        ),
        related=related,
        confidence=confidence,
        world=statement.world,
        defaults=statement.defaults,
    )
