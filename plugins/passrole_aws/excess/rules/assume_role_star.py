from collections.abc import Iterator

from passrole import (
    Breadth,
    Category,
    Confidence,
    Graph,
    Repair,
    Report,
    Role,
    Severity,
    Statement,
    Subject,
    Symptom,
    Truth,
    grants_in,
    known,
    only_on_resources,
    rule,
)
from passrole_aws.excess.entities import policies_of

ASSUME = "sts:AssumeRole"


@rule(
    "assume-role-star",
    autofix="unsafe",
    checks=Role,
    severity=Severity.HIGH,
    category=Category.RISK,
    symptoms=(Symptom(("sts:AssumeRole on *",)),),
)
def assume_role_star(role: Role, graph: Graph) -> Iterator[Report]:
    """The role of a pipeline or a build may assume every role.

    `sts:AssumeRole` on `*` opens every role that trusts the account, in this account and in
    others: the deployment roles of the CDK, break-glass roles, roles of other teams. What the
    policy of the role itself leaves out is then no limit.

    Name the roles: those of the pipeline's actions, or the deployment roles of the CDK with
    `arn:aws:iam::<account>:role/cdk-hnb659fds-*`.

    ```yaml
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: deploy
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: sts:AssumeRole, Resource: "*"}  # finding
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          Stages:
            - Name: Deploy
              Actions:
                - Name: Notify
                  RoleArn: arn:aws:iam::111122223333:role/deploy
                  ActionTypeId: {Category: Invoke, Owner: AWS, Provider: Lambda, Version: "1"}
                  Configuration: {FunctionName: notify}
    ```

    ```yaml
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: deploy
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: sts:AssumeRole
                    Resource: !Sub arn:aws:iam::${AWS::AccountId}:role/cdk-hnb659fds-*
      Build:
        Type: AWS::CodeBuild::Project
        Properties: {ServiceRole: !GetAtt Role.Arn, Source: {Type: CODEPIPELINE}}
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
      policy = jsonencode({
        Statement = [
          { Effect = "Allow", Action = ["sts:*"], Resource = "*" },  # finding
        ]
      })
    }
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = aws_iam_role.build.arn
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
      policy = jsonencode({
        Statement = [
          { Effect = "Allow", Action = "sts:AssumeRole", Resource = "arn:aws:iam::111122223333:role/deploy" },
        ]
      })
    }
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = aws_iam_role.build.arn
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html
    """
    if not graph.uses.of(role) and role not in graph.builds:
        return
    for grant in grants_in(policies_of(role, graph), ASSUME):
        if grant.breadth is Breadth.EVERYTHING or grant.is_conditional:
            continue
        if grant.holds_all("iam", "role/*") is Truth.TRUE:
            statement = grant.statement
            yield Report(
                origin=graph.place_of(statement, role),
                message=f"Role {role.label} may assume every role: {statement.label} allows"
                f" {ASSUME} on all of them.",
                symptom="Every role that trusts the account is open to it.",
                remedy="Name the roles that it is to assume.",
                subject=Subject(principal=role.label, iam_action=ASSUME),
                confidence=Confidence.HIGH,
                world=statement.world,
                defaults=statement.defaults,
                repair=_narrowed(statement, role, graph),
            )


def _narrowed(statement: Statement, role: Role, graph: Graph) -> Repair | None:
    """The statement on the roles that the pipelines seen have it assume, if it is for that."""
    if {known(each) for each in statement.actions} != {ASSUME}:
        return None
    needed = {
        requirement.resource: None
        for requirement in graph.uses.requirements(role)
        if ASSUME in requirement.iam_actions
    }
    return only_on_resources(statement, tuple(needed))
