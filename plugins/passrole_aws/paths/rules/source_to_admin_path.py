from collections.abc import Iterator

from passrole import (
    Category,
    Confidence,
    Graph,
    Pipeline,
    Related,
    Report,
    Role,
    Severity,
    Step,
    Subject,
    rule,
    shortest_ways,
)
from passrole_aws.paths.patterns import SOMEBODY, Top, steps


@rule(
    "source-to-admin-path",
    checks=Pipeline,
    severity=Severity.CRITICAL,
    category=Category.RISK,
)
def source_to_admin_path(pipeline: Pipeline, graph: Graph) -> Iterator[Report]:
    """Whoever may write to the source of a pipeline can do everything in the account.

    A push starts the pipeline. If a build runs the buildspec of the repository as a role that may do
    everything, or CloudFormation deploys a template of the repository with a role that may make
    other roles, then the right to push is the right to administer. Nobody who grants the first has
    the second in mind.

    The message has the way step by step, each step with its place: who controls the source, which
    artifact is taken where, which role acts, and the statement that lets it. A role reaches the top
    where it may do everything, or holds a combination of permissions that is known to lead there.
    A permissions boundary, or a condition on `iam:PermissionsBoundary`, ends the way. With a manual
    approval on it, or a build whose commands are written in the project and run files of the source,
    the finding is of medium confidence.

    Give the stack's role a condition on `iam:PermissionsBoundary`, and builds no rights over IAM.
    Protect the branch, and put an approval before what can change roles.

    ```yaml
    Resources:
      Stack:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: cloudformation.amazonaws.com}}
          ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]
      Pipeline:  # finding
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {RepositoryName: shop, BranchName: main}
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
                    Capabilities: CAPABILITY_NAMED_IAM
                    RoleArn: !GetAtt Stack.Arn
    ```

    ```yaml
    Resources:
      Stack:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: cloudformation.amazonaws.com}}
          Policies:
            - PolicyName: deploy
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: "lambda:*", Resource: "*"}
                  - Effect: Allow
                    Action: [iam:CreateRole, iam:PutRolePolicy, iam:AttachRolePolicy]
                    Resource: "*"
                    Condition: {StringEquals: {iam:PermissionsBoundary: arn:aws:iam::111122223333:policy/limits}}
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {RepositoryName: shop, BranchName: main}
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
                    Capabilities: CAPABILITY_NAMED_IAM
                    RoleArn: !GetAtt Stack.Arn
    ```

    ```hcl
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "build" {
      role   = aws_iam_role.build.id
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "iam:*", Resource = "*" }] })
    }
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = aws_iam_role.build.arn
      source {
        type = "CODEPIPELINE"
      }
    }
    resource "aws_codepipeline" "shop" {  # finding
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Source"
        action {
          name             = "Source"
          category         = "Source"
          owner            = "AWS"
          provider         = "CodeStarSourceConnection"
          version          = "1"
          output_artifacts = ["source"]
          configuration    = { FullRepositoryId = "example/shop", BranchName = "main" }
        }
      }
      stage {
        name = "Build"
        action {
          name            = "Build"
          category        = "Build"
          owner           = "AWS"
          provider        = "CodeBuild"
          version         = "1"
          input_artifacts = ["source"]
          configuration   = { ProjectName = aws_codebuild_project.shop.name }
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
      role   = aws_iam_role.build.id
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
    }
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = aws_iam_role.build.arn
      source {
        type = "CODEPIPELINE"
      }
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
          provider         = "CodeStarSourceConnection"
          version          = "1"
          output_artifacts = ["source"]
          configuration    = { FullRepositoryId = "example/shop", BranchName = "main" }
        }
      }
      stage {
        name = "Build"
        action {
          name            = "Build"
          category        = "Build"
          owner           = "AWS"
          provider        = "CodeBuild"
          version         = "1"
          input_artifacts = ["source"]
          configuration   = { ProjectName = aws_codebuild_project.shop.name }
        }
      }
    }
    ```

    Source: https://owasp.org/www-project-top-10-ci-cd-security-risks/CICD-SEC-04-Poisoned-Pipeline-Execution
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
    """
    found = list(steps(pipeline, graph))
    ends = list(dict.fromkeys(each.end for each in found if isinstance(each.end, Top)))
    if not ends or not any(each.start == SOMEBODY for each in found):
        return
    ways = shortest_ways(found, SOMEBODY, ends)
    for end in sorted(ways, key=lambda each: _length(ways[each])):
        if isinstance(end, Top):
            yield _report(pipeline, end.role, ways[end], graph)


def _length(way: tuple[Step, ...]) -> tuple[int, int]:
    return sum(bool(step.gate) for step in way), len(way)


def _report(pipeline: Pipeline, role: Role, way: tuple[Step, ...], graph: Graph) -> Report:
    gates = list(dict.fromkeys(step.gate for step in way if step.gate))
    told = "; ".join(
        f"({number}) " + (f"once {step.gate} is approved, " if step.gate else "") + step.words
        for number, step in enumerate(way, 1)
    )
    gate = f" Somebody has to approve {', '.join(gates)}." if gates else ""
    sure = not gates and all(step.certain for step in way)
    return Report(
        origin=pipeline.resource.key or pipeline.resource.origin,
        message=f"Whoever controls the source of pipeline {pipeline.label} can do everything: {told}."
        f"{gate}",
        symptom="One push to the source is enough to take over the account."
        if not gates
        else "A change that the approver does not see through takes over the account.",
        remedy=_SCOPE if graph.administrator(role) is not None else _BOUND,
        subject=Subject(pipeline=pipeline.label, principal=role.label, iam_action="*"),
        related=tuple(
            Related(f"step {number}: {step.words}", step.location)
            for number, step in enumerate(way, 1)
            if step.location is not None
        ),
        confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
        world=pipeline.world.joined(role.world) or pipeline.world,
    )


_SCOPE = "Give the role what it needs in place of everything, and approve what may change roles."
_BOUND = (
    "Keep the role from making roles without a permissions boundary, and approve what may change"
    " roles."
)
