from collections.abc import Iterator

from passrole import (
    Category,
    Graph,
    Pipeline,
    Related,
    Report,
    Role,
    Severity,
    Subject,
    Symptom,
    rule,
)

OF_PIPELINE = "the role of the pipeline"


@rule(
    "shared-role-across-pipelines",
    checks=Role,
    severity=Severity.MEDIUM,
    category=Category.RISK,
    symptoms=(Symptom(("one role serves many pipelines",)),),
)
def shared_role_across_pipelines(role: Role, graph: Graph) -> Iterator[Report]:
    """One role is the service role of several pipelines that need different things.

    A role that serves several pipelines has the rights of all of them. A change in the least
    guarded one is enough to use what was meant for another. The message says how much of the whole
    each pipeline needs. Pipelines that need the very same actions are not reported.

    Give each pipeline a role of its own.

    ```yaml
    Resources:
      Role:  # finding
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
      Shop:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: shop}
      Site:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Invoke, Owner: AWS, Provider: Lambda, Version: "1"}
                  Configuration: {FunctionName: publish}
    ```

    ```yaml
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
      Shop:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: shop}
      ShopNext:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: shop-next}
    ```

    ```hcl
    resource "aws_iam_role" "shared" {  # finding
      name = "shared"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.shared.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Build"
        action {
          name          = "Build"
          category      = "Build"
          owner         = "AWS"
          provider      = "CodeBuild"
          version       = "1"
          configuration = { ProjectName = "shop" }
        }
      }
    }
    resource "aws_codepipeline" "site" {
      name     = "site"
      role_arn = aws_iam_role.shared.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Publish"
        action {
          name          = "Publish"
          category      = "Invoke"
          owner         = "AWS"
          provider      = "Lambda"
          version       = "1"
          configuration = { FunctionName = "publish" }
        }
      }
    }
    ```

    ```hcl
    resource "aws_iam_role" "shop" {
      name = "shop"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.shop.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
    """
    needed: dict[Pipeline, set[str]] = {}
    for use in graph.uses.of(role):
        if use.why == OF_PIPELINE:
            needed.setdefault(use.pipeline, set())
    for requirement in graph.uses.requirements(role):
        if requirement.pipeline in needed:
            needed[requirement.pipeline].update(requirement.iam_actions)
    together = set().union(*needed.values())
    if len(needed) < 2 or all(actions == together for actions in needed.values()):
        return
    shares = ", ".join(
        f"{pipeline.label} needs {len(actions)} of {len(together)} actions"
        for pipeline, actions in needed.items()
    )
    yield Report(
        origin=role.resource.key or role.resource.origin,
        message=f"Role {role.label} serves {len(needed)} pipelines that need different things:"
        f" {shares}.",
        symptom="Each pipeline can do what any of the others is for.",
        remedy="Give each pipeline a role of its own.",
        subject=Subject(principal=role.label),
        related=tuple(Related(f"pipeline {each.label}", each.location) for each in needed),
        world=role.world,
    )
