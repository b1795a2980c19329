from collections.abc import Iterator

from passrole import (
    Category,
    Graph,
    Report,
    Role,
    Severity,
    Statement,
    Symptom,
    known,
    rule,
)
from passrole_aws.excess.entities import (
    excess_report,
    needed_actions,
    policies_of,
    runs_actions,
    service_of,
    surely_needed,
    users,
)


@rule(
    "service-wildcard-actions",
    checks=Role,
    severity=Severity.HIGH,
    category=Category.RISK,
    symptoms=(Symptom(("ec2:*",)), Symptom(("s3:*", "cloudformation:*"))),
)
def service_wildcard_actions(role: Role, graph: Graph) -> Iterator[Report]:
    """The role of a pipeline may do everything with a service of which it needs a few actions.

    `s3:*` or `ec2:*` on `*` is what the default policy of old had, and what people write after the
    third `AccessDenied`. It includes deleting every bucket and ending every instance. The message
    names the actions that the pipeline needs of the service, and those on which sources differ.

    A service of which AWS documents a wildcard, as for Elastic Beanstalk, is left out: what to
    write in its place is not known.

    The finding is sure where every action that the role runs is one whose permissions AWS
    documents in full, and nobody but CodePipeline may assume it. Elsewhere it is of low confidence.

    Put the named actions in place of the wildcard, on the resources that they are for.

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
                  - {Effect: Allow, Action: "codebuild:*", Resource: "*"}  # finding
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
                  - Effect: Allow
                    Action: [codebuild:StartBuild, codebuild:BatchGetBuilds]
                    Resource: "*"
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
        Statement = [{ Effect = "Allow", Action = "codebuild:*", Resource = "*" }]  # finding
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
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "other" {
      role   = aws_iam_role.other.id
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "codebuild:*", Resource = "*" }] })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
    """
    uses = runs_actions(role, graph)
    if not uses:
        return
    needed, sure = needed_actions(role, graph), surely_needed(role, graph)
    for policy in policies_of(role, graph):
        for statement in policy.statements:
            services, names = [], []
            for service in _whole_services(statement):
                of_it = sorted(name for name in needed if name.lower().startswith(f"{service}:"))
                # A wildcard among them is what AWS documents for want of anything better.
                if of_it and not any("*" in name for name in of_it):
                    services.append(service)
                    names += of_it
            if services:
                all_of_them = " and ".join(f"{service}:*" for service in services)
                yield excess_report(
                    role,
                    graph,
                    statement,
                    f"Role {role.label} of {users(uses)} may do everything with"
                    f" {' and '.join(services)} on every resource ({statement.label})."
                    f" {_needed(names, sure)}",
                    f"Put {', '.join(names)} in place of {all_of_them}, on the resources that they"
                    " are for.",
                    iam_action=f"{services[0]}:*",
                )


def _needed(names: list[str], sure: frozenset[str]) -> str:
    """What is needed, in words: first what nobody disputes."""
    first = [name for name in names if name in sure]
    rest = [name for name in names if name not in sure]
    plainly = f"Needed {'are' if first[1:] else 'is'} {', '.join(first)}" if first else ""
    if not rest:
        return f"{plainly}."
    differ = f"ources differ on {', '.join(rest)}."
    return f"{plainly}; s{differ}" if plainly else f"S{differ}"


def _whole_services(statement: Statement) -> list[str]:
    """The services that a statement allows as a whole on every resource."""
    if statement.effect != "Allow" or statement.conditions:
        return []
    if not any(known(item) == "*" for item in statement.resources):
        return []
    services = (service_of(item) for item in statement.actions if _is_whole(item))
    return sorted({service for service in services if service})


def _is_whole(item: object) -> bool:
    return str(item).endswith(":*")
