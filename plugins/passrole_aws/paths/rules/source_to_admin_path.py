from collections.abc import Iterator

from passrole import (
    Category,
    Confidence,
    Graph,
    Pipeline,
    Related,
    Report,
    Severity,
    Step,
    Subject,
    World,
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
    A permissions boundary, or a condition on `iam:PermissionsBoundary`, ends the way.

    A manual approval is a step that somebody has to take, and the message says who may: with one on
    the way, as with a build whose commands are written in the project and run files of the source,
    and with a role that has to be passed and is not in the tree, the finding is of medium
    confidence. An approval that a build before it may give by itself keeps nobody out, and the step
    says so.

    This rule says most of its cause: where it tells of a role, `build-role-admin`,
    `build-role-can-escalate`, `cfn-role-create-role-without-boundary` and `pass-role-star` do not
    tell of the same role or statement again.

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
    # One text, such as that of a module, may make several roles: it is mended once.
    alike: dict[object, list[Top]] = {}
    for end in sorted(ways, key=lambda each: (len(_approvals(ways[each])), len(ways[each]))):
        world = _world(pipeline, ways[end])
        if isinstance(end, Top) and world is not None:
            alike.setdefault((end.causes, world), []).append(end)
    for first, *others in alike.values():
        world = _world(pipeline, ways[first]) or pipeline.world
        names = [each.role.label for each in others]
        yield _report(pipeline, first, ways[first], world, graph, names)


def _approvals(way: tuple[Step, ...]) -> list[str]:
    """The approvals that somebody has to give on a way."""
    return [step.gate.label for step in way if step.gate is not None and not step.gate.stands_open]


def _world(pipeline: Pipeline, way: tuple[Step, ...]) -> World | None:
    """In which deployments all of a way is there; None in none."""
    world: World | None = pipeline.world
    for step in way:
        world = world.joined(step.world) if world is not None else None
    return world


def _report(
    pipeline: Pipeline,
    end: Top,
    way: tuple[Step, ...],
    world: World,
    graph: Graph,
    others: list[str],
) -> Report:
    approvals = _approvals(way)
    told = "; ".join(f"({number}) {step.words}" for number, step in enumerate(way, 1))
    gate = f" Only {', '.join(approvals)} stands in between." if approvals else ""
    if others:
        gate += f" It leads to {', '.join(others)} as well, which the same text makes."
    sure = not approvals and all(step.certain for step in way)
    remedy = (
        f"Give role {end.role.label} what it needs in place of everything"
        if graph.administrator(end.role) is not None
        else f"Keep role {end.role.label} from making itself or others more than it is, by a condition"
        " on iam:PermissionsBoundary or by naming roles"
    )
    return Report(
        origin=pipeline.resource.key or pipeline.resource.origin,
        message=f"Whoever controls the source of pipeline {pipeline.label} can do everything: {told}."
        f"{gate}",
        symptom="One push to the source is enough to take over the account."
        if not approvals
        else "A change that the approver does not see through takes over the account.",
        remedy=remedy
        + ("." if approvals else ", and have somebody approve what may change roles."),
        subject=Subject(pipeline=pipeline.label, principal=end.role.label, iam_action="*"),
        related=tuple(
            Related(f"step {number}: {step.words}", step.location)
            for number, step in enumerate(way, 1)
            if step.location is not None
        ),
        confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
        world=world,
        causes=end.causes,
    )
