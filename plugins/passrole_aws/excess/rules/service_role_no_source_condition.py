from collections.abc import Iterator
from dataclasses import replace

from passrole import (
    Category,
    Condition,
    Graph,
    Repair,
    Report,
    Role,
    Severity,
    Statement,
    Subject,
    Symptom,
    rule,
    under_condition,
)

# CodeBuild documents that it sends both keys. No page says so of CodePipeline, so its roles are
# not reported.
SERVICE = "codebuild.amazonaws.com"
KEYS = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths")


@rule(
    "service-role-no-source-condition",
    autofix="safe",
    checks=Role,
    severity=Severity.LOW,
    category=Category.RISK,
    symptoms=(Symptom(("confused deputy",)),),
)
def service_role_no_source_condition(role: Role, graph: Graph) -> Iterator[Report]:
    """A role trusts CodeBuild for the projects of anybody.

    A trust policy that names the service alone does not say for whom the service may act. CodeBuild
    documents `aws:SourceAccount` and `aws:SourceArn` in its requests, so that a trust policy can
    say that it is for projects of this account only. That CodePipeline sends them is not
    documented; its roles are not reported.

    Add `Condition: {StringEquals: {aws:SourceAccount: <account>}}`. `aws:SourceArn` is narrower and
    breaks when a project is renamed.

    ```yaml
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - Effect: Allow  # finding
                Action: sts:AssumeRole
                Principal: {Service: codebuild.amazonaws.com}
    ```

    ```yaml
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - Effect: Allow
                Action: sts:AssumeRole
                Principal: {Service: codebuild.amazonaws.com}
                Condition: {StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}
    ```

    ```hcl
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]  # finding
      })
    }
    ```

    ```hcl
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Statement = [{
          Effect    = "Allow"
          Action    = "sts:AssumeRole"
          Principal = { Service = "codebuild.amazonaws.com" }
          Condition = { StringEquals = { "aws:SourceAccount" = "111122223333" } }
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    del graph
    for statement in role.trust.statements:
        named = [name for _, name in statement.principal_names]
        if statement.effect == "Allow" and SERVICE in named and not _limited(statement):
            yield Report(
                origin=statement.origin or role.resource.origin,
                message=f"Role {role.label} trusts {SERVICE} for the projects of any account.",
                remedy="Add the condition StringEquals on aws:SourceAccount.",
                subject=Subject(principal=role.label, iam_action="sts:AssumeRole"),
                world=statement.world,
                defaults=statement.defaults,
                repair=_for_its_account(statement, role) if named == [SERVICE] else None,
            )


def _for_its_account(statement: Statement, role: Role) -> Repair | None:
    account = role.resource.target.account
    limited = under_condition(statement, "StringEquals", "aws:SourceAccount", account)
    return replace(limited, safe=True) if limited is not None else None


def _limited(statement: Statement) -> bool:
    return any(
        not isinstance(condition, Condition) or condition.key.lower() in KEYS
        for condition in statement.conditions
    )
