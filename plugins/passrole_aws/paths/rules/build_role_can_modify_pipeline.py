from collections.abc import Iterator

from passrole import (
    Bucket,
    Category,
    Decision,
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
    get,
    join,
    known,
    rule,
)
from passrole_aws.paths.entities import Runner, project_of, runners

Target = tuple[str, Text, str]
PUT = "s3:PutObject"


@rule(
    "build-role-can-modify-pipeline",
    checks=Pipeline,
    severity=Severity.HIGH,
    category=Category.RISK,
    symptoms=(Symptom(("build role", "codepipeline:UpdatePipeline")),),
)
def build_role_can_modify_pipeline(pipeline: Pipeline, graph: Graph) -> Iterator[Report]:
    """What a pipeline runs may change the pipeline itself.

    Code of the repository runs as a role that may update the pipeline, the projects that it builds
    with, or the object it starts from. It can take an approval out, deploy with another role, or put
    itself into the next execution, where no review sees it.

    A pipeline that updates itself on purpose, as those of CDK Pipelines do, does it through a role
    that the build assumes under a condition; one that has the permission in its build role is
    reported, as what runs in the build has it too. Roles that may do everything have a finding of
    their own.

    Have CloudFormation change the pipeline, from a repository with stricter rules than the code's.

    ```yaml
    Resources:
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: build
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: "codepipeline:*", Resource: "*"}  # finding
      Build:
        Type: AWS::CodeBuild::Project
        Properties: {Name: shop, ServiceRole: !GetAtt BuildRole.Arn}
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: !Ref Build}
    ```

    ```yaml
    Resources:
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: build
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: codepipeline:StartPipelineExecution, Resource: "*"}
                  - {Effect: Allow, Action: codepipeline:UpdatePipeline, Resource: "arn:aws:codepipeline:*:*:other"}
      Build:
        Type: AWS::CodeBuild::Project
        Properties: {Name: shop, ServiceRole: !GetAtt BuildRole.Arn}
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          Name: shop
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: !Ref Build}
    ```

    ```hcl
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "build" {
      role = aws_iam_role.build.id
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = ["codebuild:*"], Resource = aws_codebuild_project.shop.arn }]  # finding
      })
    }
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = aws_iam_role.build.arn
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Build"
        action {
          name          = "Build"
          category      = "Build"
          owner         = "AWS"
          provider      = "CodeBuild"
          version       = "1"
          configuration = { ProjectName = aws_codebuild_project.shop.name }
        }
      }
    }
    ```

    ```hcl
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "build" {
      role = aws_iam_role.build.id
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = ["codebuild:CreateReport"], Resource = "*" }]
      })
    }
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = aws_iam_role.build.arn
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Build"
        action {
          name          = "Build"
          category      = "Build"
          owner         = "AWS"
          provider      = "CodeBuild"
          version       = "1"
          configuration = { ProjectName = aws_codebuild_project.shop.name }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/permissions-reference.html
    Source: https://owasp.org/www-project-top-10-ci-cd-security-risks/CICD-SEC-05-Insufficient-PBAC
    """
    told: set[Role] = set()
    targets = list(_targets(pipeline, graph))
    for runner in runners(pipeline, graph):
        if runner.role in told or graph.administrator(runner.role) is not None:
            continue
        told.add(runner.role)
        yield from _reports(pipeline, runner, targets, graph)


def _targets(pipeline: Pipeline, graph: Graph) -> Iterator[Target]:
    """What makes a pipeline what it is: the action that changes it, on what, in words."""
    yield "codepipeline:UpdatePipeline", pipeline.resource.arn, f"change pipeline {pipeline.label}"
    for action in pipeline.actions:
        project = project_of(action, pipeline, graph)
        if project is not None:
            words = f"change build project {project.label} of {action.label}"
            yield "codebuild:UpdateProject", project.resource.arn, words
        if known(action.category) == "Source" and known(action.provider) == "S3":
            bucket = graph.find(get(action.configuration, "S3Bucket"), Bucket, near=pipeline)
            key = get(action.configuration, "S3ObjectKey")
            if bucket is not None and isinstance(key, Text):
                arn = join((bucket.resource.arn, "/", key))
                yield PUT, arn, f"write what {action.label} starts from"


def _reports(
    pipeline: Pipeline, runner: Runner, targets: list[Target], graph: Graph
) -> Iterator[Report]:
    """One report for each statement of a role, with all that it lets change."""
    found: dict[Statement, dict[str, tuple[str, Decision]]] = {}
    for iam_action, arn, words in targets:
        for decision in graph.may(runner.role, iam_action, arn, world=runner.action.world):
            if decision.verdict is Verdict.ALLOWED and decision.decided_by:
                by = found.setdefault(decision.decided_by[0], {})
                by.setdefault(iam_action, (words, decision))
                break
    for statement, changes in found.items():
        iam_action, (_, decision) = next(iter(changes.items()))
        does = " and ".join(f"{words} ({name})" for name, (words, _) in changes.items())
        yield Report(
            origin=graph.place_of(statement, runner.role),
            message=f"{runner.what[0].upper()}{runner.what[1:]} ({runner.action.label}) runs as role"
            f" {runner.role.label}, which may {does} by {statement.label}: what runs there"
            f" decides what pipeline {pipeline.label} does next.",
            symptom="The next execution starts from what nobody has reviewed."
            if changes.keys() == {PUT}
            else "What runs in the pipeline can take its gates away.",
            remedy=f"Take {' and '.join(changes)} away from the role, or name what else it is for.",
            subject=Subject(
                pipeline.label, runner.action.stage, runner.action.name, runner.role.label,
                iam_action,
            ),
            related=(Related(f"{runner.action.label} runs as it", runner.action.location),),
            world=decision.world,
            defaults=decision.defaults,
        )  # fmt: skip
