from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from passrole import (
    Breadth,
    Category,
    Graph,
    Identity,
    Repair,
    Report,
    Severity,
    Symptom,
    rule,
)
from passrole_aws.access.entities import audience

PASS = "iam:PassRole"  # noqa: S105 - an IAM action
# Each of these hands a service role to a service. Updating a project passes its role as well.
PASSING = {
    "codepipeline:CreatePipeline": "codepipeline.amazonaws.com",
    "codepipeline:UpdatePipeline": "codepipeline.amazonaws.com",
    "codebuild:CreateProject": "codebuild.amazonaws.com",
}


BECAUSE = (
    "Who makes a pipeline or a build project hands it its role: it is the user, or "
    "the role of continuous integration, that may not."
)


@rule(
    "pipeline-editor-pass-role-missing",
    autofix="unsafe",
    checks=Identity,
    severity=Severity.HIGH,
    category=Category.ACCESS,
    symptoms=(
        Symptom(("iam:PassRole", "CreatePipeline"), BECAUSE),
        Symptom(("iam:PassRole", "CreateProject"), BECAUSE),
        Symptom(("iam:PassRole", "user/"), BECAUSE),
    ),
)
def pipeline_editor_pass_role_missing(subject: Identity, graph: Graph) -> Iterator[Report]:
    """Somebody may create or change pipelines or build projects, and may pass no role.

    `CreatePipeline`, `UpdatePipeline` and `CreateProject` hand a service role over. Whoever calls
    them needs `iam:PassRole` for that role beside the operation itself. The finding is made where
    all policies of a user, a group, a permission set or a role of people are known; a grant of
    `codepipeline:*` is not taken for the wish to edit.

    The call, or the deployment that makes it, fails with `is not authorized to perform:
    iam:PassRole on resource: arn:aws:iam::…:role/<service role>`.

    Allow `iam:PassRole` on the service role, with `iam:PassedToService` in the condition.

    ```yaml
    Resources:
      Editors:
        Type: AWS::IAM::User
        Properties:
          Policies:
            - PolicyName: edit
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow  # finding
                    Action: [codepipeline:GetPipeline, codepipeline:UpdatePipeline]
                    Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop
      PipelineRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
    ```

    ```yaml
    Resources:
      Editors:
        Type: AWS::IAM::User
        Properties:
          Policies:
            - PolicyName: edit
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: [codepipeline:GetPipeline, codepipeline:UpdatePipeline]
                    Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: !Sub arn:aws:iam::${AWS::AccountId}:role/pipeline
                    Condition: {StringEquals: {iam:PassedToService: codepipeline.amazonaws.com}}
    ```

    ```hcl
    resource "aws_iam_user" "ci" {
      name = "ci"
    }
    resource "aws_iam_user_policy" "ci" {
      user = aws_iam_user.ci.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{  # finding
          Effect   = "Allow"
          Action   = ["codebuild:CreateProject", "codebuild:BatchGetProjects"]
          Resource = "*"
        }]
      })
    }
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    ```

    ```hcl
    resource "aws_iam_user" "ci" {
      name = "ci"
    }
    resource "aws_iam_user_policy" "ci" {
      user = aws_iam_user.ci.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect   = "Allow"
            Action   = ["codebuild:CreateProject", "codebuild:BatchGetProjects"]
            Resource = "*"
          },
          {
            Effect   = "Allow"
            Action   = "iam:PassRole"
            Resource = "arn:aws:iam::111122223333:role/build"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/security_iam_troubleshoot.html
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    somebody = audience(subject, graph)
    if somebody is None or not somebody.lacks(PASS):
        return
    for operation, service in PASSING.items():
        for grant in somebody.grants(operation):
            if grant.breadth <= Breadth.WILDCARD:
                yield somebody.report(
                    grant.statement,
                    f"{somebody.label} may call {operation} ({grant.statement.label}) but pass no"
                    " role, which that needs.",
                    f"Allow {PASS} on the service role, for {service}.",
                    symptom=f"is not authorized to perform: {PASS} on resource: <service role>",
                    iam_action=PASS,
                    repair=partial(_passing, somebody.identity, service, graph),
                )
                return


def _passing(identity: Identity | None, service: str, graph: Graph) -> Repair | None:
    """The only role of the tree that trusts the service, to be passed to it alone."""
    trusting = [
        role
        for role in graph.roles
        if any(("Service", service) in each.principal_names for each in role.trust.statements)
    ]
    if identity is None or len(trusting) != 1:
        return None
    condition = {"StringEquals": {"iam:PassedToService": service}}
    granted = graph.repairs.granting(identity, (PASS,), trusting[0].resource.arn, condition)
    return replace(granted, safe=False) if granted is not None else None
