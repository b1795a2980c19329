from collections.abc import Iterator

from passrole import (
    Category,
    Graph,
    Policy,
    Repair,
    Report,
    Role,
    Severity,
    Statement,
    Symptom,
    known,
    rule,
    without_actions,
)
from passrole_aws.excess.entities import (
    excess_report,
    needed_actions,
    policies_of,
    runs_actions,
    service_of,
    users,
)


@rule(
    "unused-service-grants",
    autofix="unsafe",
    checks=Role,
    severity=Severity.MEDIUM,
    category=Category.RISK,
    symptoms=(Symptom(("grants", "no action uses them")),),
)
def unused_service_grants(role: Role, graph: Graph) -> Iterator[Report]:
    """The role of a pipeline may use services that no action of its pipelines uses.

    The service role that the console used to make, copied from template to template, allows
    Device Farm, OpsWorks, RDS, SQS and more, whatever the pipeline does. Whoever can change the
    source or the pipeline can use all of it.

    The finding is sure where every action that the role runs is one whose permissions AWS
    documents in full, and nobody but CodePipeline may assume it. Elsewhere it is of low confidence.
    Roles of builds, stacks and functions are not looked at: what they do is up to their code.

    Take the services out of the statement, or the statement out of the policy. Denials are never
    reported.

    ```yaml
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: "*"}
                  - {Effect: Allow, Action: ["rds:*", "sqs:*"], Resource: "*"}  # finding
      Pipeline:
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
    ```

    ```yaml
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: "*"}
                  - {Effect: Allow, Action: "s3:*", Resource: "*"}
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {ProjectName: shop}
    ```

    ```hcl
    resource "aws_iam_role" "pipeline" {
      name = "pipeline"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "pipeline" {
      role = aws_iam_role.pipeline.id
      policy = jsonencode({
        Statement = [
          { Effect = "Allow", Action = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"], Resource = "*" },
          { Effect = "Allow", Action = "devicefarm:*", Resource = "*" },  # finding
        ]
      })
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
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
    ```

    ```hcl
    resource "aws_iam_role" "other" {
      name = "other"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "other" {
      role   = aws_iam_role.other.id
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "devicefarm:*", Resource = "*" }] })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
    """
    uses = runs_actions(role, graph)
    if not uses:
        return
    needed = {name.partition(":")[0].lower() for name in needed_actions(role, graph)}
    for policy in policies_of(role, graph):
        for group in _places(policy):
            unused = set().union(*map(_services, group)) - needed
            if unused:
                written = group[0].origin is not None
                where = group[0].label if written else f"AWS managed policy {group[0].policy}"
                yield excess_report(
                    role,
                    graph,
                    group[0],
                    f"Role {role.label} runs {users(uses)}, and no action there uses"
                    f" {', '.join(sorted(unused))}: {where}.",
                    "Take the services out, or the whole statement if nothing else is in it.",
                    iam_action=f"{min(unused)}:*",
                    repair=_without(group[0], unused),
                )


def _without(statement: Statement, services: set[str]) -> Repair | None:
    """The statement without all of these services, or none at all."""
    gone = [known(each) for each in statement.actions if service_of(each) in services]
    return without_actions(statement, [each for each in gone if each is not None])


def _places(policy: Policy) -> Iterator[list[Statement]]:
    """The Allow statements by place: those of a policy that AWS wrote have none and go together."""
    allowed = [statement for statement in policy.statements if statement.effect == "Allow"]
    written = [statement for statement in allowed if statement.origin is not None]
    yield from ([statement] for statement in written)
    if len(written) < len(allowed):
        yield [statement for statement in allowed if statement.origin is None]


def _services(statement: Statement) -> set[str]:
    return {service for item in statement.actions if (service := service_of(item))}
