from collections.abc import Iterable, Iterator
from functools import partial

from passrole import (
    Absent,
    AddKey,
    Category,
    Decision,
    EventTarget,
    Graph,
    Related,
    Repair,
    Report,
    Role,
    Severity,
    Subject,
    Symptom,
    Verdict,
    rule,
)
from passrole_aws.events.entities import Start, label_of, starts_of

START = "codepipeline:StartPipelineExecution"
NOTHING_STARTS = (
    "The event matches, but nothing starts; only the FailedInvocations metric shows it."
)


@rule(
    "event-rule-role-missing",
    checks=EventTarget,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(("RoleArn is required for target",)),
        Symptom(
            ("FailedInvocations",),
            "The rule matches, but EventBridge may not start the pipeline: the role of the "
            "target must trust events.amazonaws.com and may start it.",
        ),
        Symptom(("codepipeline:StartPipelineExecution",)),
    ),
)
def event_rule_role_missing(target: EventTarget, graph: Graph) -> Iterator[Report]:
    """An event rule may not start its pipeline.

    EventBridge starts a pipeline with the role that the rule's target names, and with no other: a
    pipeline has no policy of its own that could let the service in. The target needs a role, the role
    has to trust `events.amazonaws.com` (a schedule of the EventBridge Scheduler:
    `scheduler.amazonaws.com`), and it needs `codepipeline:StartPipelineExecution` on that pipeline.

    Without a role the deployment fails: "RoleArn is required for target arn:aws:codepipeline:…".
    With one that may not, the rule matches and nothing starts; no execution shows an error.

    Give the target a role with that trust and that permission.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties: {Name: shop, RoleArn: arn:aws:iam::111122223333:role/pipeline}
      OnPush:
        Type: AWS::Events::Rule
        Properties:
          EventPattern: {source: [aws.codecommit]}
          Targets:
            - Id: pipeline  # finding
              Arn: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties: {Name: shop, RoleArn: arn:aws:iam::111122223333:role/pipeline}
      Nightly:
        Type: AWS::Events::Rule
        Properties:
          ScheduleExpression: rate(1 day)
          Targets:
            - Id: pipeline  # finding
              Arn: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop
              RoleArn: !GetAtt EventsRole.Arn
      EventsRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: events.amazonaws.com}}
          Policies:
            - PolicyName: start
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: codepipeline:StartPipelineExecution
                    Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:warehouse
    ```

    ```json finding=3
    {"resource": {
      "aws_codepipeline": {"shop": {"name": "shop", "role_arn": "arn:aws:iam::111122223333:role/p"}},
      "aws_cloudwatch_event_target": {"pipeline": {
        "rule": "${aws_cloudwatch_event_rule.push.name}", "arn": "${aws_codepipeline.shop.arn}"
      }},
      "aws_cloudwatch_event_rule": {"push": {"name": "push", "schedule_expression": "rate(1 day)"}}
    }}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties: {Name: shop, RoleArn: arn:aws:iam::111122223333:role/pipeline}
      OnPush:
        Type: AWS::Events::Rule
        Properties:
          EventPattern: {source: [aws.codecommit]}
          Targets:
            - Id: pipeline
              Arn: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}
              RoleArn: !GetAtt EventsRole.Arn
      EventsRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: events.amazonaws.com}}
          Policies:
            - PolicyName: start
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: codepipeline:StartPipelineExecution
                    Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
    }
    resource "aws_cloudwatch_event_rule" "on_push" {
      name          = "on-push"
      event_pattern = jsonencode({ source = ["aws.codecommit"] })
    }
    resource "aws_cloudwatch_event_target" "on_push" {  # finding
      rule = aws_cloudwatch_event_rule.on_push.name
      arn  = aws_codepipeline.shop.arn
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
    }
    resource "aws_cloudwatch_event_rule" "on_push" {
      name          = "on-push"
      event_pattern = jsonencode({ source = ["aws.codecommit"] })
    }
    resource "aws_cloudwatch_event_target" "on_push" {
      rule     = aws_cloudwatch_event_rule.on_push.name
      arn      = aws_codepipeline.shop.arn
      role_arn = aws_iam_role.events.arn
    }
    resource "aws_iam_role" "events" {
      name = "events"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "events.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "events" {
      name = "start"
      role = aws_iam_role.events.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = "codepipeline:StartPipelineExecution"
          Resource = aws_codepipeline.shop.arn
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/create-cwe-ecr-source.html
    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html
    """
    name = label_of(target, graph)
    for start in starts_of(target, graph):
        if isinstance(start.role, Absent):
            yield _without_role(target, name, start, graph)
            continue
        role = graph.find(start.role, Role, near=target)
        if role is None:
            continue
        trusting = graph.trusts(role, target.service, world=start.world)
        for decision in _refused(trusting):
            yield _untrusting(target, name, start, role, decision, graph)
        for decision in _refused(graph.may(role, START, start.arn, world=start.world)):
            yield _not_allowed(target, name, start, role, decision, graph)


def _refused(decisions: Iterable[Decision]) -> Iterator[Decision]:
    return (each for each in decisions if each.verdict in (Verdict.MISSING, Verdict.DENIED))


def _without_role(target: EventTarget, name: str, start: Start, graph: Graph) -> Report:
    return Report(
        origin=target.origin or target.resource.origin,
        message=f"{name} is to start pipeline {start.name}, but its target names no role.",
        symptom='The deployment fails: "RoleArn is required for target", or nothing ever starts.',
        remedy=f"Give the target a role that trusts {target.service} and may {START} on the"
        " pipeline.",
        subject=Subject(start.name, iam_action=START, resource=str(start.arn)),
        related=tuple(_pipeline(start)),
        world=start.world,
        repair=partial(_with_role, target, start, graph),
    )


def _with_role(target: EventTarget, start: Start, graph: Graph) -> Repair | None:
    """The role of the same stack that may start the pipeline already, where there is one alone."""
    fit = [
        role
        for role in graph.roles
        if role.resource.stack == target.resource.stack
        and not [*_refused(graph.trusts(role, target.service, world=start.world))]
        and not [*_refused(graph.may(role, START, start.arn, world=start.world))]
    ]
    if len(fit) != 1:
        return None
    key = "RoleArn" if target.resource.format == "cloudformation" else "role_arn"
    place = target.origin or target.resource.origin
    return Repair((AddKey(place, key, fit[0].resource.arn),))


def _untrusting(
    target: EventTarget,
    name: str,
    start: Start,
    role: Role,
    decision: Decision,
    graph: Graph,
) -> Report:
    return Report(
        origin=target.origin or target.resource.origin,
        message=f"{name} is to start pipeline {start.name} with role {role.label}, the role"
        f" of the target, whose trust policy does not let {target.service} assume it.",
        symptom=NOTHING_STARTS,
        remedy=f"Allow sts:AssumeRole to {target.service} in the trust policy of {role.label}.",
        subject=Subject(
            start.name, principal=role.label, iam_action="sts:AssumeRole",
            resource=str(role.resource.arn),
        ),
        related=(_defined(role), *_pipeline(start)),
        world=decision.world,
        defaults=decision.defaults,
        repair=partial(graph.repairs.trusting, role, {"Service": target.service})
        if decision.verdict is Verdict.MISSING
        else None,
    )  # fmt: skip


def _not_allowed(
    target: EventTarget,
    name: str,
    start: Start,
    role: Role,
    decision: Decision,
    graph: Graph,
) -> Report:
    denied = "is explicitly denied" if decision.verdict is Verdict.DENIED else "is not allowed"
    return Report(
        origin=target.origin or target.resource.origin,
        message=f"{name} is to start pipeline {start.name} with role {role.label}, the role"
        f" of the target, which {denied} {START} on {start.arn}.",
        symptom=NOTHING_STARTS,
        remedy=f"Allow {START} on {start.arn} in the policies of role {role.label}.",
        subject=Subject(
            start.name, principal=role.label, iam_action=START, resource=str(start.arn)
        ),
        related=(_defined(role), *_pipeline(start)),
        world=decision.world,
        defaults=decision.defaults,
        repair=partial(graph.repairs.granting, role, (START,), start.arn)
        if decision.verdict is Verdict.MISSING
        else None,
    )


def _defined(role: Role) -> Related:
    return Related(
        f"role {role.label} is defined here; it is the role of the target", role.location
    )


def _pipeline(start: Start) -> Iterator[Related]:
    if start.pipeline is not None:
        yield Related(f"pipeline {start.name} is defined here", start.pipeline.location)
