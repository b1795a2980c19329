from collections.abc import Iterator

from passrole import (
    Breadth,
    Category,
    EventTarget,
    Graph,
    Repair,
    Report,
    Role,
    Severity,
    Statement,
    Subject,
    Symptom,
    Text,
    Truth,
    cases,
    grants_in,
    known,
    only_on_resources,
    rule,
)
from passrole_aws.excess.entities import policies_of

START = "codepipeline:StartPipelineExecution"


@rule(
    "event-role-starts-any-pipeline",
    autofix="unsafe",
    checks=EventTarget,
    severity=Severity.LOW,
    category=Category.RISK,
    symptoms=(Symptom(("StartPipelineExecution on *",)),),
)
def event_role_starts_any_pipeline(target: EventTarget, graph: Graph) -> Iterator[Report]:
    """The role of an event rule may start every pipeline.

    EventBridge starts a pipeline with a role. It needs `codepipeline:StartPipelineExecution` on
    that one pipeline. On `*`, a rule that is changed or added later can start any other, the one
    that deploys to production included.

    Name the pipeline's ARN.

    ```yaml
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: events.amazonaws.com}}
          Policies:
            - PolicyName: start
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: codepipeline:StartPipelineExecution, Resource: "*"}  # finding
      Rule:
        Type: AWS::Events::Rule
        Properties:
          ScheduleExpression: rate(1 day)
          Targets:
            - Id: start
              Arn: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop
              RoleArn: !GetAtt Role.Arn
    ```

    ```yaml
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: events.amazonaws.com}}
          Policies:
            - PolicyName: start
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: codepipeline:StartPipelineExecution
                    Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop
      Rule:
        Type: AWS::Events::Rule
        Properties:
          ScheduleExpression: rate(1 day)
          Targets:
            - Id: start
              Arn: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop
              RoleArn: !GetAtt Role.Arn
    ```

    ```hcl
    resource "aws_iam_role" "start" {
      name = "start"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "events.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "start" {
      role = aws_iam_role.start.id
      policy = jsonencode({
        Statement = [
          { Effect = "Allow", Action = "codepipeline:StartPipelineExecution", Resource = "*" },  # finding
        ]
      })
    }
    resource "aws_cloudwatch_event_rule" "daily" {
      name                = "daily"
      schedule_expression = "rate(1 day)"
    }
    resource "aws_cloudwatch_event_target" "start" {
      rule     = aws_cloudwatch_event_rule.daily.name
      arn      = "arn:aws:codepipeline:eu-west-1:111122223333:shop"
      role_arn = aws_iam_role.start.arn
    }
    ```

    ```hcl
    resource "aws_iam_role" "start" {
      name = "start"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "events.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "start" {
      role = aws_iam_role.start.id
      policy = jsonencode({
        Statement = [{
          Effect   = "Allow"
          Action   = "codepipeline:StartPipelineExecution"
          Resource = "arn:aws:codepipeline:eu-west-1:111122223333:shop"
        }]
      })
    }
    resource "aws_cloudwatch_event_rule" "daily" {
      name                = "daily"
      schedule_expression = "rate(1 day)"
    }
    resource "aws_cloudwatch_event_target" "start" {
      rule     = aws_cloudwatch_event_rule.daily.name
      arn      = "arn:aws:codepipeline:eu-west-1:111122223333:shop"
      role_arn = aws_iam_role.start.arn
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/create-cwe-role.html
    """
    for _, reference in cases(target.role, target.world):
        role = graph.find(reference, Role, near=target)
        if role is None:
            continue
        for grant in grants_in(policies_of(role, graph), START):
            if grant.breadth is Breadth.EVERYTHING or grant.is_conditional:
                continue
            if grant.holds_all("codepipeline", "*") is Truth.TRUE:
                statement = grant.statement
                yield Report(
                    origin=graph.place_of(statement, role),
                    message=f"Role {role.label} of event target {target.label} may start every"
                    f" pipeline: {statement.label}.",
                    remedy="Name the ARN of the pipeline that the rule starts.",
                    subject=Subject(principal=role.label, iam_action=START),
                    world=statement.world,
                    defaults=statement.defaults,
                    repair=_narrowed(statement, target),
                )


def _narrowed(statement: Statement, target: EventTarget) -> Repair | None:
    """The statement on what the rule starts, where it is about nothing else."""
    if {known(each) for each in statement.actions} != {START} or not isinstance(target.arn, Text):
        return None
    return only_on_resources(statement, (target.arn,))
