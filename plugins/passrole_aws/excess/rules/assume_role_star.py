from collections.abc import Iterator

from passrole import (
    Breadth,
    Category,
    Confidence,
    Graph,
    Report,
    Role,
    Severity,
    Subject,
    Symptom,
    Truth,
    grants_in,
    rule,
)
from passrole_aws.excess.entities import policies_of

ASSUME = "sts:AssumeRole"


@rule(
    "assume-role-star",
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
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: deploy
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: sts:AssumeRole, Resource: "*"}  # finding
      Build:
        Type: AWS::CodeBuild::Project
        Properties: {ServiceRole: !GetAtt Role.Arn, Source: {Type: CODEPIPELINE}}
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
            )
