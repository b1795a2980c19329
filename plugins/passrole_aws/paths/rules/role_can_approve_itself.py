from collections.abc import Iterator

from passrole import (
    Action,
    Category,
    Confidence,
    Decision,
    Graph,
    Pipeline,
    Related,
    Repair,
    Report,
    Role,
    Severity,
    Subject,
    Symptom,
    Verdict,
    denied_beside,
    join,
    known,
    rule,
    without_actions,
)
from passrole_aws.paths.entities import APPROVE, MANY, runners, turns_of


@rule(
    "role-can-approve-itself",
    autofix="unsafe",
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

    A build that runs after the approval can give that of the next execution; it is reported with
    medium confidence. Roles that nothing but CodePipeline acts with are reported with low confidence:
    no code runs as them. A role that may do everything has a finding of its own.

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
        Statement = [{ Effect = "Allow", Action = ["codepipeline:GetPipeline", "codepipeline:PutApprovalResult"], Resource = "*" }]  # finding
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
    gates = pipeline.approvals[:MANY]
    if not gates:
        return
    turns = turns_of(pipeline)
    running = list(runners(pipeline, graph))
    for role in _roles(pipeline, graph):
        if graph.administrator(role) is not None:
            continue
        given = list(_given(role, pipeline, gates, graph))
        mine = [each for each in running if each.role is role]
        before = (
            (gate, decision, runner)
            for gate, decision in given
            for runner in mine
            if turns[runner.action] < turns[gate]
        )
        found = next(before, None)
        if found is not None:
            gate, decision, runner = found
            words = f", and {runner.what} ({runner.action.label}) runs before it as this role"
            yield _report(pipeline, role, gate, decision, words, Confidence.HIGH, graph)
        elif given:
            gate, decision = given[0]
            words, confidence = ", of which it is a role", Confidence.LOW
            if mine:
                words = (
                    f", and {mine[0].what} ({mine[0].action.label}) runs as this role: after it, but"
                    " before that of the next execution"
                )
                confidence = Confidence.MEDIUM
            yield _report(pipeline, role, gate, decision, words, confidence, graph)


def _given(
    role: Role, pipeline: Pipeline, gates: tuple[Action, ...], graph: Graph
) -> Iterator[tuple[Action, Decision]]:
    """The approvals that a role surely may give."""
    for gate in gates:
        for decision in graph.may(role, APPROVE, pipeline.arn_of(gate), world=gate.world):
            if decision.verdict is Verdict.ALLOWED:
                yield gate, decision
                break


def _report(
    pipeline: Pipeline,
    role: Role,
    gate: Action,
    decision: Decision,
    words: str,
    confidence: Confidence,
    graph: Graph,
) -> Report:
    decided = decision.decided_by
    return Report(
        origin=graph.place_of(decided[0], role) if decided else role.resource.origin,
        message=f"Role {role.label} may give approval {gate.label} of pipeline {pipeline.label}"
        f"{words}.",
        symptom="What is to be approved can approve itself.",
        remedy=f"Take {APPROVE} away from the role.",
        subject=Subject(
            pipeline.label, gate.stage, gate.name, role.label, APPROVE, str(pipeline.arn_of(gate))
        ),
        related=(
            Related(f"approval {gate.label}", gate.location),
            Related(f"role {role.label}", role.location),
        ),
        confidence=confidence,
        world=decision.world.joined(gate.world) or decision.world,
        defaults=decision.defaults,
        repair=_forbidden(decision, pipeline),
    )


def _forbidden(decision: Decision, pipeline: Pipeline) -> Repair | None:
    """The grant goes where it is written for that; else a Deny stands beside what grants it."""
    if not decision.decided_by:
        return None
    statement = decision.decided_by[0]
    if APPROVE in map(known, statement.actions):
        return without_actions(statement, (APPROVE,))
    return denied_beside(statement, APPROVE, join((pipeline.resource.arn, "/*")))


def _roles(pipeline: Pipeline, graph: Graph) -> list[Role]:
    """The roles that a pipeline uses, and those of functions that it invokes."""
    used = graph.uses.roles_of(pipeline)
    return list(dict.fromkeys((*used, *(each.role for each in runners(pipeline, graph)))))
