from collections.abc import Iterator
from functools import partial

from passrole import (
    Breadth,
    Category,
    Condition,
    Grant,
    Graph,
    Identity,
    PolicyDocument,
    Report,
    Role,
    Severity,
    Symptom,
    Truth,
    known,
    related_at,
    rule,
)
from passrole_aws.access.entities import audience

PASS = "iam:PassRole"  # noqa: S105 - an IAM action
EDITS = ("codepipeline:UpdatePipeline", "codepipeline:CreatePipeline")
# The services that an action of a pipeline makes do what its author wants.
SERVICES = ("codepipeline.amazonaws.com", "cloudformation.amazonaws.com", "codebuild.amazonaws.com")


@rule(
    "pipeline-editor-is-admin",
    checks=(Identity, PolicyDocument),
    severity=Severity.CRITICAL,
    category=Category.ACCESS,
    symptoms=(Symptom(("CreatePipeline", "UpdatePipeline", "iam:PassRole")),),
)
def pipeline_editor_is_admin(subject: Identity | PolicyDocument, graph: Graph) -> Iterator[Report]:
    """Somebody who may edit pipelines may pass an administrator's role to them.

    Whoever may create or change a pipeline and pass a role to it decides what that role does: a
    stage that runs a command, a stack that makes a user. If the role may do everything, so may the
    editor, whatever else the editor's own policies say. Reported are roles of the scanned tree
    that allow every action on every resource and that CodePipeline, CloudFormation or CodeBuild
    may assume.

    Let editors pass the pipeline's own role only, and give that role what its actions need.

    ```yaml
    Resources:
      Deploy:
        Type: AWS::IAM::Role
        Properties:
          RoleName: deploy
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: cloudformation.amazonaws.com}}
          ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]
      Editors:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: edit
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: codepipeline:UpdatePipeline, Resource: "*"}
                  - {Effect: Allow, Action: iam:PassRole, Resource: !GetAtt Deploy.Arn}  # finding
    ```

    ```yaml
    Resources:
      Deploy:
        Type: AWS::IAM::Role
        Properties:
          RoleName: deploy
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: cloudformation.amazonaws.com}}
          Policies:
            - PolicyName: buckets
              PolicyDocument: {Statement: {Effect: Allow, Action: "s3:*", Resource: "*"}}
      Editors:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: edit
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: codepipeline:UpdatePipeline, Resource: "*"}
                  - {Effect: Allow, Action: iam:PassRole, Resource: !GetAtt Deploy.Arn}
    ```

    ```hcl
    resource "aws_iam_role" "deploy" {
      name = "deploy"
      assume_role_policy = jsonencode({
        Statement = [{
          Effect    = "Allow"
          Action    = "sts:AssumeRole"
          Principal = { Service = "codepipeline.amazonaws.com" }
        }]
      })
      managed_policy_arns = ["arn:aws:iam::aws:policy/AdministratorAccess"]
    }
    resource "aws_iam_policy" "edit" {
      name = "edit"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect   = "Allow"
            Action   = "codepipeline:UpdatePipeline"
            Resource = "*"
          },
          {  # finding
            Effect    = "Allow"
            Action    = "iam:PassRole"
            Resource  = "*"
            Condition = { StringEquals = { "iam:PassedToService" = "codepipeline.amazonaws.com" } }
          },
        ]
      })
    }
    ```

    ```hcl
    resource "aws_iam_role" "deploy" {
      name = "deploy"
      assume_role_policy = jsonencode({
        Statement = [{
          Effect    = "Allow"
          Action    = "sts:AssumeRole"
          Principal = { Service = "codepipeline.amazonaws.com" }
        }]
      })
      managed_policy_arns = ["arn:aws:iam::aws:policy/AdministratorAccess"]
    }
    resource "aws_iam_policy" "edit" {
      name = "edit"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = "iam:PassRole"
          Resource = "*"
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-service-role-cli.html
    """
    somebody = audience(subject, graph)
    if somebody is None:
        return
    edits = [
        grant
        for iam_action in EDITS
        for grant in somebody.grants(iam_action)
        if grant.breadth is not Breadth.EVERYTHING
    ]
    if not edits:
        return
    for grant in somebody.grants(PASS):
        if grant.breadth is Breadth.EVERYTHING:
            continue
        for role in filter(partial(_passes, grant), graph.roles):
            if graph.administrator(role) is not None:
                yield somebody.report(
                    grant.statement,
                    f"{somebody.label} may edit pipelines ({edits[0].statement.label}) and pass"
                    f" role {role.label} to them, which may do everything: so may"
                    f" {somebody.label}.",
                    "Let it pass the pipeline's own role only, and scope what that role may do.",
                    iam_action=PASS,
                    related=(
                        *related_at(edits[0].statement.origin, "allows editing pipelines"),
                        *related_at(role.trust.statements[0].origin, f"role {role.label}"),
                    ),
                )


def _passes(grant: Grant, role: Role) -> bool:
    """Whether a grant of iam:PassRole surely holds for a role and a service that assumes it."""
    services = [
        name
        for statement in role.trust.statements
        if statement.effect == "Allow"
        for _, name in statement.principal_names
        if name is not None and name in SERVICES
    ]
    if not services or grant.holds(role.resource.arn) is not Truth.TRUE:
        return False
    return all(_lets_pass(each, services) for each in grant.statement.conditions)


def _lets_pass(condition: object, services: list[str]) -> bool:
    """Whether a condition is met where the role is passed to one of its services."""
    if not isinstance(condition, Condition) or condition.key.lower() != "iam:passedtoservice":
        return False
    if condition.operator.lower() not in ("stringequals", "stringlike"):
        return False
    return any(known(value) in services for value in condition.values)
