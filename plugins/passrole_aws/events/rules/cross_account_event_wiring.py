from collections.abc import Iterator

from passrole import (
    Category,
    Confidence,
    EventTarget,
    Graph,
    Record,
    Report,
    ResourcePolicy,
    Role,
    Severity,
    Subject,
    Symptom,
    Text,
    Value,
    World,
    cases,
    elements,
    get,
    known,
    rule,
    value_from_json_text,
)
from passrole_aws.events.entities import account_of, label_of, rule_of, service_of, starts_of

REFUSED = (
    'The deployment fails: "Access to the resource … is denied. Reason: Cross-account pass role is'
    ' not allowed", or the events never arrive.'
)


@rule(
    "cross-account-event-wiring",
    checks=EventTarget,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    symptoms=(
        Symptom(("Cross-account pass role is not allowed", "creating the rule")),
        Symptom(("Access to the resource", "is denied", "Cross-account pass role is not allowed")),
        Symptom(
            ("events:PutEvents",),
            "The event bus of the other account has to let it in, in its own policy.",
        ),
    ),
)
def cross_account_event_wiring(target: EventTarget, graph: Graph) -> Iterator[Report]:
    """An event rule reaches across accounts in a way that EventBridge refuses.

    A rule, the role of its target and a pipeline that it starts are of one account. Where the change
    happens in another account, a rule there sends the event to the event bus of the pipeline's account,
    with a role of its own account if with any; that bus needs a policy that admits the other account;
    and a second rule on that bus starts the pipeline.

    A rule with a role of another account is refused: "Access to the resource … is denied. Reason:
    Cross-account pass role is not allowed". One that names a pipeline of another account never starts
    it, and a bus without a policy drops what the other account sends.

    Send the event to the other account's bus, admit the sender in the policy of that bus, and start the
    pipeline by a rule beside it.

    ```yaml
    Resources:
      OnPush:
        Type: AWS::Events::Rule
        Properties:
          EventPattern: {source: [aws.codecommit]}
          Targets:
            - Id: pipeline  # finding
              Arn: arn:aws:codepipeline:eu-west-1:111122223333:shop
              RoleArn: arn:aws:iam::444455556666:role/events
    ```

    ```yaml
    Resources:
      OnPush:
        Type: AWS::Events::Rule
        Properties:
          EventPattern: {source: [aws.codecommit]}
          Targets:
            - Id: bus
              Arn: arn:aws:events:eu-west-1:111122223333:event-bus/default
              RoleArn: arn:aws:iam::444455556666:role/events
    ```

    ```hcl
    resource "aws_cloudwatch_event_rule" "on_push" {
      name          = "on-push"
      event_pattern = jsonencode({ source = ["aws.codecommit"] })
    }
    resource "aws_cloudwatch_event_target" "on_push" {  # finding
      rule     = aws_cloudwatch_event_rule.on_push.name
      arn      = "arn:aws:codepipeline:eu-west-1:111122223333:shop"
      role_arn = "arn:aws:iam::444455556666:role/events"
    }
    ```

    ```hcl
    resource "aws_cloudwatch_event_rule" "on_push" {
      name          = "on-push"
      event_pattern = jsonencode({ source = ["aws.codecommit"] })
    }
    resource "aws_cloudwatch_event_target" "on_push" {
      rule     = aws_cloudwatch_event_rule.on_push.name
      arn      = "arn:aws:events:eu-west-1:111122223333:event-bus/default"
      role_arn = "arn:aws:iam::444455556666:role/events"
    }
    ```

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    own = target.resource.target.account.known()
    name = label_of(target, graph)
    whole = Record({"arn": target.arn, "role": target.role})
    for world, parts in cases(whole, target.world):
        arn, role = get(parts, "arn"), get(parts, "role")
        there, with_role = account_of(arn), _account_of_role(role, target, graph)
        starts = isinstance(arn, Text) and service_of(arn) == "codepipeline"
        if own and with_role and own != with_role:
            words = f"its role {role} is of account {with_role}, and the rule is of account {own}"
        elif starts and own and there and own != there:
            words = f"its pipeline {arn} is of account {there}, and the rule is of account {own}"
        elif starts and there and with_role and there != with_role:
            words = f"its pipeline {arn} is of account {there}, and its role of {with_role}"
        else:
            continue
        yield _report(target, name, words, REFUSED, world, (arn, role))
    if own:
        yield from _unheard(target, own, graph)


def _account_of_role(role: Value, target: EventTarget, graph: Graph) -> str | None:
    found = graph.find(role, Role, near=target)
    return account_of(found.resource.arn if found else role)


def _unheard(target: EventTarget, own: str, graph: Graph) -> Iterator[Report]:
    """Events of another account that start a pipeline, and no policy of a bus to admit them."""
    policies = graph.entities_of(ResourcePolicy)
    if any(each.resource.type_name in BUS_POLICIES for each in policies):
        return
    for start in starts_of(target, graph):
        for world, account in _accounts(target, graph, start.world):
            if account == own:
                continue
            words = (
                f"it listens for events of account {account}, and no policy of the event bus of"
                f" account {own} is in the scanned tree"
            )
            symptom = "The other account's events are dropped, and the pipeline never starts."
            yield _report(
                target, label_of(target, graph), words, symptom, world, (), Confidence.LOW
            )
            return


BUS_POLICIES = (
    "AWS::Events::EventBusPolicy",
    "aws_cloudwatch_event_bus_policy",
    "aws_cloudwatch_event_permission",
)


def _accounts(target: EventTarget, graph: Graph, world: World) -> Iterator[tuple[World, str]]:
    """The accounts whose events a rule listens for, as far as its pattern writes them out."""
    event_rule = rule_of(target, graph)
    for each, pattern in cases(event_rule.pattern, world) if event_rule else ():
        document = value_from_json_text(pattern) if isinstance(pattern, Text) else pattern
        named = [known(item) for item in elements(get(document, "account"))]
        named += [account_of(item) for item in elements(get(document, "resources"))]
        for account in named:
            if account:
                yield each, account


def _report(
    target: EventTarget,
    name: str,
    words: str,
    symptom: str,
    world: World,
    values: tuple[Value, ...],
    confidence: Confidence = Confidence.HIGH,
) -> Report:
    texts = [each for each in values if isinstance(each, Text)]
    return Report(
        origin=target.origin or target.resource.origin,
        message=f"{name} reaches into another account: {words}.",
        symptom=symptom,
        remedy="Send the event to the bus of the other account, admit the sender in the policy of"
        " that bus, and start the pipeline by a rule of its own account.",
        subject=Subject(resource=str(texts[0]) if texts else name),
        confidence=confidence,
        world=world,
        defaults=frozenset().union(*(each.defaults for each in texts)),
    )
