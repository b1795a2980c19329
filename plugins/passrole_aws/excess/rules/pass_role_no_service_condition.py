from collections.abc import Iterator
from functools import partial

from passrole import (
    Breadth,
    Category,
    Condition,
    Grant,
    Graph,
    PolicyDocument,
    PolicyKind,
    Repair,
    Report,
    Role,
    Severity,
    Statement,
    Subject,
    Symptom,
    Text,
    Truth,
    grants_in,
    known,
    rule,
    under_condition,
)

PASS = "iam:PassRole"  # noqa: S105 - an IAM action
KEY = "iam:passedtoservice"


@rule(
    "pass-role-no-service-condition",
    autofix="unsafe",
    checks=PolicyDocument,
    severity=Severity.MEDIUM,
    category=Category.RISK,
    symptoms=(Symptom(("PassRole without",)),),
)
def pass_role_no_service_condition(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A policy lets a role be passed and does not say to which service.

    `iam:PassRole` without `iam:PassedToService` lets the role be handed to any service that it
    trusts. A role that trusts several, as shared roles do, can then be used in a way that nobody
    meant. An operator that ends in `IfExists` is no condition here: it lets through a request that
    does not name the service.

    Add `Condition: {StringEquals: {iam:PassedToService: <service>}}`. Statements on every role are
    reported by `pass-role-star`.

    ```yaml
    Resources:
      Policy:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Statement:
              - Effect: Allow  # finding
                Action: iam:PassRole
                Resource: !Sub arn:aws:iam::${AWS::AccountId}:role/deploy
      Deploy:
        Type: AWS::IAM::Role
        Properties:
          RoleName: deploy
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: cloudformation.amazonaws.com}}
    ```

    ```yaml
    Resources:
      Policy:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: iam:PassRole
                Resource: arn:aws:iam::111122223333:role/deploy
                Condition: {StringEquals: {iam:PassedToService: cloudformation.amazonaws.com}}
    ```

    ```hcl
    resource "aws_iam_policy" "pass" {
      name = "pass"
      policy = jsonencode({
        Statement = [{  # finding
          Effect    = "Allow"
          Action    = "iam:PassRole"
          Resource  = aws_iam_role.task.arn
          Condition = { StringEqualsIfExists = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
        }]
      })
    }
    resource "aws_iam_role" "task" {
      name = "task"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
      })
    }
    ```

    ```hcl
    resource "aws_iam_policy" "pass" {
      name = "pass"
      policy = jsonencode({
        Statement = [{
          Effect    = "Allow"
          Action    = "iam:PassRole"
          Resource  = "arn:aws:iam::111122223333:role/deploy"
          Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    if document.policy.kind is not PolicyKind.IDENTITY:
        return
    for grant in grants_in((document.policy,), PASS):
        statement = grant.statement
        if grant.breadth > Breadth.WILDCARD or _says_which_service(grant):
            continue
        if grant.holds_all("iam", "role/*") is Truth.FALSE:
            yield Report(
                origin=statement.origin or document.origin,
                message=f"{statement.label} allows {PASS} and does not say to which service.",
                symptom="The role can be handed to every service that it trusts.",
                remedy="Add the condition StringEquals on iam:PassedToService.",
                subject=Subject(iam_action=PASS, resource=str(statement.resources[0])),
                world=statement.world,
                defaults=statement.defaults,
                repair=partial(_to_its_service, statement, document, graph),
            )


def _to_its_service(statement: Statement, document: PolicyDocument, graph: Graph) -> Repair | None:
    """The only service that the passed roles trust, where the statement is about nothing else."""
    if {known(each) for each in statement.actions} != {PASS} or document.holder is None:
        return None
    roles = [
        graph.find(each, Role, near=document.holder)
        for each in statement.resources
        if isinstance(each, Text)
    ]
    trusted = {
        (kind, name)
        for role in roles
        if role is not None
        for trust in role.trust.statements
        for kind, name in trust.principal_names
    }
    if None in roles or len(roles) < len(statement.resources) or len(trusted) != 1:
        return None
    ((kind, name),) = trusted
    if kind != "Service" or name is None:
        return None
    return under_condition(statement, "StringEquals", "iam:PassedToService", name)


def _says_which_service(grant: Grant) -> bool:
    """Whether a condition names the service, or may do so."""
    for condition in grant.statement.conditions:
        if not isinstance(condition, Condition):
            return True
        named = condition.key.lower() in (KEY, "iam:associatedresourcearn")
        if named and not condition.operator.lower().endswith("ifexists"):
            return True
    return False
