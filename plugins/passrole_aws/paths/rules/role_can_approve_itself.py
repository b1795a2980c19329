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
    Subject,
    Symptom,
    Verdict,
    rule,
)
from passrole_aws.paths.entities import runners

APPROVE = "codepipeline:PutApprovalResult"


@rule(
    "role-can-approve-itself",
    checks=Pipeline,
    severity=Severity.CRITICAL,
    category=Category.RISK,
    symptoms=(Symptom(("PutApprovalResult", "own approval")),),
)
def role_can_approve_itself(pipeline: Pipeline, graph: Graph) -> Iterator[Report]:
    """A role of a pipeline may give the manual approval of the same pipeline.

    The approval is there for a person to look. A build, a function or shell commands that run as a
    role with `codepipeline:PutApprovalResult` can approve what they have made themselves, and
    `codepipeline:*` holds that as well.

    Roles that nothing but CodePipeline acts with are reported with low confidence: no code runs as
    them. A role that may do everything has a finding of its own.

    Leave `codepipeline:PutApprovalResult` to people.

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
            - Name: Approve
              Actions:
                - Name: Review
                  ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
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
                  - {Effect: Allow, Action: "codepipeline:Get*", Resource: "*"}
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
            - Name: Approve
              Actions:
                - Name: Review
                  ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
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
        Statement = [{ Effect = "Allow", Action = "codepipeline:PutApprovalResult", Resource = "*" }]  # finding
      })
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      stage {
        name = "Approve"
        action {
          name     = "Review"
          category = "Approval"
          owner    = "AWS"
          provider = "Manual"
          version  = "1"
        }
      }
    }
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
        Statement = [{ Effect = "Allow", Action = "codepipeline:PutApprovalResult", Resource = "arn:aws:codepipeline:*:*:other/*" }]
      })
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      stage {
        name = "Approve"
        action {
          name     = "Review"
          category = "Approval"
          owner    = "AWS"
          provider = "Manual"
          version  = "1"
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-iam-permissions.html
    Source: https://owasp.org/www-project-top-10-ci-cd-security-risks/CICD-SEC-01-Insufficient-Flow-Control-Mechanisms
    """
    gates = pipeline.approvals
    if not gates:
        return
    running = {each.role: each.what for each in runners(pipeline, graph)}
    for role in _roles(pipeline, graph):
        if graph.administrator(role) is not None:
            continue
        for gate in gates:
            arn = pipeline.arn_of(gate)
            allowed = [
                each for each in graph.may(role, APPROVE, arn) if each.verdict is Verdict.ALLOWED
            ]
            if not allowed:
                continue
            decided = allowed[0].decided_by
            what = running.get(role)
            yield Report(
                origin=(decided[0].origin if decided else None) or role.resource.origin,
                message=f"Role {role.label} may give approval {gate.label} of pipeline"
                f" {pipeline.label}"
                + (f", and {what} runs as it." if what else ", of which it is a role."),
                symptom="What is to be approved can approve itself.",
                remedy=f"Take {APPROVE} away from the role.",
                subject=Subject(
                    pipeline.label, gate.stage, gate.name, role.label, APPROVE, str(arn)
                ),
                related=(
                    Related(f"approval {gate.label}", gate.location),
                    Related(f"role {role.label}", role.location),
                ),
                confidence=Confidence.HIGH if what else Confidence.LOW,
                world=allowed[0].world.joined(gate.world) or allowed[0].world,
                defaults=allowed[0].defaults,
            )
            break


def _roles(pipeline: Pipeline, graph: Graph) -> list[Role]:
    """The roles that a pipeline uses, and those of functions that it invokes."""
    used = [
        role for role in graph.roles if any(use.pipeline is pipeline for use in graph.uses.of(role))
    ]
    return list(dict.fromkeys((*used, *(each.role for each in runners(pipeline, graph)))))
