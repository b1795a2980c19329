"""``Events``: what invokes a function or starts a state machine, and which role that takes.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html
"""

from __future__ import annotations

from passrole.documents.nodes import Mapping, Scalar
from passrole.stacks.cloudformation.generated import Data
from passrole.stacks.cloudformation.transforms.sam.desk import (
    Declared,
    Desk,
    attribute,
    present,
    reference,
)
from passrole.stacks.cloudformation.transforms.sam.destinations import may_send
from passrole.stacks.cloudformation.transforms.sam.roles import (
    Policies,
    allow,
    aws_managed,
    inline,
    trust_of,
)
from passrole.stacks.cloudformation.transforms.sam.sources import (
    STATEMENTS,
    Event,
    events_of,
    reading_secrets,
)
from passrole.stacks.cloudformation.transforms.walking import plain_text

_POLLED = {
    "DynamoDB": "AWSLambdaDynamoDBExecutionRole",
    "Kinesis": "AWSLambdaKinesisExecutionRole",
    "MSK": "AWSLambdaMSKExecutionRole",
    "SQS": "AWSLambdaSQSQueueExecutionRole",
}
"""Sources that Lambda polls with the function's role, and the managed policy that SAM adds."""

_PERMITTED = frozenset(
    (
        # The source invokes the function by itself; its permission is the function's.
        "AlexaSkill", "Api", "CloudWatchEvent", "CloudWatchLogs", "Cognito", "EventBridgeRule",
        "HttpApi", "IoTRule", "S3", "Schedule", "SNS",
    )
)  # fmt: skip


def function_events(desk: Desk, owner: Declared, policies: Policies, invoked: Data) -> None:
    """What the events of a function make, and what they add to its own role.

    ``invoked`` is the ARN of the function or of its alias.
    """
    for event in events_of(desk, owner):
        if not isinstance(event, Event):
            policies.managed.append(event)
            policies.inline.append(event)
        elif event.kind in _POLLED:
            _poll(desk, event, event.kind, policies)
            policies.inline.extend(reading_secrets(event))
        elif event.kind in STATEMENTS:
            policies.inline.append(desk.workshop.build(STATEMENTS[event.kind](event), event.node))
            _on_failure(desk, event, policies)
        elif event.kind == "SNS" and event.get("SqsSubscription") is not None:
            _over_a_queue(desk, event, policies)
        elif event.kind in ("CloudWatchEvent", "EventBridgeRule", "Schedule"):
            _rule(desk, event, {"Id": f"{event.id}LambdaTarget", "Arn": invoked})
        elif event.kind == "ScheduleV2":
            invoke = inline(f"{event.id}LambdaPolicy",
                            allow("lambda:InvokeFunction", invoked))  # fmt: skip
            _schedule(desk, event, invoked, invoke)
        elif event.kind not in _PERMITTED:
            reason = f"the event type {event.kind[:128]} is not known"
            policies.inline.append(desk.workshop.unknown(reason, event.node))


def machine_events(desk: Desk, owner: Declared) -> None:
    """What the events of a state machine make: each has a role of its own that starts it."""
    for event in events_of(desk, owner):
        if not isinstance(event, Event):
            desk.problem(f"An event of {owner.id} cannot be read", event)
        elif event.kind == "ScheduleV2":
            start = allow("states:StartExecution", reference(event.target))
            policy = inline(f"{event.id}StartExecutionPolicy", start)
            _schedule(desk, event, reference(event.target), policy)
        elif event.kind in ("CloudWatchEvent", "EventBridgeRule", "Schedule"):
            role: Data | None = event.get("RoleArn") if event.kind == "Schedule" else None
            role = role or _starter(desk, event, "events")
            target = f"{event.id}StepFunctionsTarget"
            _rule(desk, event, {"Id": target, "Arn": reference(event.target), "RoleArn": role})
        elif event.kind == "Api":
            _starter(desk, event, "apigateway")
        else:
            reason = f"The event type {event.kind[:128]} of a state machine is not known"
            desk.problem(reason, event.node)


def _starter(desk: Desk, event: Event, service: str) -> Data:
    """The ARN of the role with which an event starts a state machine."""
    role_id = f"{event.id}Role"
    start = allow("states:StartExecution", reference(event.target))
    properties: dict[str, Data] = {
        "AssumeRolePolicyDocument": trust_of(service),
        "Policies": [inline(f"{role_id}StartExecutionPolicy", start)],
    }
    boundary = event.owner.get("PermissionsBoundary")
    if boundary is not None:
        properties["PermissionsBoundary"] = boundary
    desk.add(event.owner, role_id, "AWS::IAM::Role", properties, at=event.node)
    return attribute(role_id)


def _rule(desk: Desk, event: Event, target: Data) -> None:
    """The rule of EventBridge that an event becomes."""
    properties: dict[str, Data] = {"Targets": [target]}
    names = {
        "Schedule": "ScheduleExpression", "Pattern": "EventPattern", "State": "State",
        "EventBusName": "EventBusName", "Description": "Description",
        "Name": "Name", "RuleName": "Name",
    }  # fmt: skip
    for mine, theirs in names.items():
        node = event.get(mine)
        if node is not None:
            properties[theirs] = node
    desk.add(event.owner, event.id, "AWS::Events::Rule", properties, at=event.node)
    config = event.get("DeadLetterConfig")
    if isinstance(config, Mapping) and config.get("Arn") is None:
        queue, service = _dead_letters(desk, event), {"Service": "events.amazonaws.com"}
        made = plain_text(config.get("QueueLogicalId")) or f"{event.id}Queue"
        policy_id = f"{event.id}QueuePolicy"
        source = attribute(event.id)
        _queue_policy(desk, event, policy_id, queue or "", reference(made), service, source)


def _schedule(desk: Desk, event: Event, target: Data, policy: Data) -> None:
    """The schedule of EventBridge Scheduler, with a role where none is given."""
    role: Data | None = event.get("RoleArn")
    if role is None:
        role_id = f"{event.id}Role"
        policies: list[Data] = [policy]
        if (queue := _dead_letters(desk, event)) is not None:
            policies.append(may_send(desk, "SQS", queue, event.id, event.node))
        properties: dict[str, Data] = {
            "AssumeRolePolicyDocument": trust_of("scheduler"),
            "Policies": policies,
        }
        boundary = event.get("PermissionsBoundary")
        if boundary is not None:
            properties["PermissionsBoundary"] = boundary
        desk.add(event.owner, role_id, "AWS::IAM::Role", properties, at=event.node)
        role = attribute(role_id)
    schedule: dict[str, Data] = {"Target": {"Arn": target, "RoleArn": role}}
    for name in ("ScheduleExpression", "Name", "State", "GroupName"):
        node = event.get(name)
        if node is not None:
            schedule[name] = node
    if event.get("Name") is None and plain_text(event.get("OmitName")) != "true":
        schedule["Name"] = event.id
    desk.add(event.owner, event.id, "AWS::Scheduler::Schedule", schedule, at=event.node)


def _dead_letters(desk: Desk, event: Event) -> Data | None:
    """The ARN of the queue for what a schedule cannot deliver; SAM makes one where asked."""
    config = event.get("DeadLetterConfig")
    if not isinstance(config, Mapping):
        return config
    given = config.get("Arn")
    if given is not None:
        return given
    logical_id = plain_text(config.get("QueueLogicalId")) or f"{event.id}Queue"
    return attribute(desk.add(event.owner, logical_id, "AWS::SQS::Queue", {}, at=config))


def _poll(desk: Desk, event: Event, kind: str, policies: Policies) -> None:
    """A source that Lambda polls: its mapping, and what the function's role needs for it."""
    names = ("Stream", "Queue", "EventSourceArn")
    source = next((node for name in names if (node := event.get(name)) is not None), None)
    mapping: dict[str, Data] = {"FunctionName": reference(event.owner.id)}
    if source is not None:
        mapping["EventSourceArn"] = source
    desk.add(event.owner, event.id, "AWS::Lambda::EventSourceMapping", mapping, at=event.node)
    policies.managed.append(aws_managed(f"service-role/{_POLLED[kind]}"))
    _on_failure(desk, event, policies)


def _on_failure(desk: Desk, event: Event, policies: Policies) -> None:
    """What lets the function's role send on what it failed on; SAM goes by the Type."""
    config = event.get("DestinationConfig")
    failure = present(config.get("OnFailure")) if isinstance(config, Mapping) else None
    if failure is None or not isinstance(failure, Mapping):
        if config is not None and not isinstance(config, Mapping):
            policies.inline.append(desk.workshop.unknown("its destination is not known", config))
        return
    kind, destination = plain_text(failure.get("Type")), failure.get("Destination")
    if kind is not None and kind != "Kafka" and destination is not None:
        policies.inline.append(may_send(desk, kind, destination, event.id, failure))


def _over_a_queue(desk: Desk, event: Event, policies: Policies) -> None:
    """A topic that reaches the function over a queue, which SAM makes where none is given."""
    written = event.get("SqsSubscription")
    if isinstance(written, Scalar) and written.text.lower() == "false":
        return
    if isinstance(written, Mapping):
        queue: Data = written.get("QueueArn") or written
        url: Data = written.get("QueueUrl") or written
        policy_id = plain_text(written.get("QueuePolicyLogicalId"))
    else:
        queue_id = desk.add(event.owner, f"{event.id}Queue", "AWS::SQS::Queue", {}, at=event.node)
        queue, url, policy_id = attribute(queue_id), reference(queue_id), None
    topic = event.get("Topic")
    if topic is not None:
        policy_id = policy_id or f"{event.id}QueuePolicy"
        _queue_policy(desk, event, policy_id, queue, url, "*", topic)
    policies.managed.append(aws_managed(f"service-role/{_POLLED['SQS']}"))


def _queue_policy(
    desk: Desk, event: Event, policy_id: str, queue: Data, url: Data, who: Data, source: Data
) -> None:
    """The policy of a queue that lets one source send to it."""
    statement: Data = {
        "Action": "sqs:SendMessage",
        "Effect": "Allow",
        "Principal": who,
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": source}},
    }
    document: Data = {"Version": "2012-10-17", "Statement": [statement]}
    properties: Data = {"PolicyDocument": document, "Queues": [url]}
    desk.add(event.owner, policy_id, "AWS::SQS::QueuePolicy", properties, at=event.node)
