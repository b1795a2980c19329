"""Where functions send results and failures, and what that lets their roles do.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-onfailure.html
"""

from __future__ import annotations

from passrole.documents.nodes import Mapping, Node
from passrole.stacks.cloudformation.generated import Data
from passrole.stacks.cloudformation.transforms.sam.desk import (
    Declared,
    Desk,
    attribute,
    branches,
    is_no_value,
    present,
    reference,
)
from passrole.stacks.cloudformation.transforms.sam.roles import allow, inline
from passrole.stacks.cloudformation.transforms.walking import plain_text

_ACTIONS = {
    "SQS": ("SQSPolicy", "sqs:SendMessage"),
    "SNS": ("SNSPolicy", "sns:publish"),
    "EventBridge": ("EventBridgePolicy", "events:PutEvents"),
    "Lambda": ("LambdaPolicy", "lambda:InvokeFunction"),
}
_MADE = {"SQS": ("Queue", "AWS::SQS::Queue"), "SNS": ("Topic", "AWS::SNS::Topic")}
_DEAD_LETTERS = {"SQS": "sqs:SendMessage", "SNS": "sns:Publish"}


def may_send(desk: Desk, kind: str | None, destination: Data, prefix: str, at: Node) -> Node:
    """The inline policy that lets a role send to a destination."""
    if kind in ("S3", "S3Bucket"):
        objects: Data = {"Fn::Join": ["/", [destination, "*"]]}
        policy = inline(
            f"{prefix}S3Policy",
            allow("s3:PutObject", objects),
            allow("s3:ListBucket", destination),
        )
    elif kind in _ACTIONS:
        suffix, action = _ACTIONS[kind]
        policy = inline(prefix + suffix, allow(action, destination))
    else:
        reason = f"SAM has no destination of type {kind or 'that is not known'}"
        policy = desk.workshop.unknown(reason, at)
    return desk.workshop.build(policy, at)


def dead_letters(desk: Desk, queue: Node) -> Node:
    """The policy for the ``DeadLetterQueue`` of a function."""
    kind = plain_text(queue.get("Type")) if isinstance(queue, Mapping) else None
    target = queue.get("TargetArn") if isinstance(queue, Mapping) else None
    if kind not in _DEAD_LETTERS or target is None:
        return desk.workshop.unknown("the type of the DeadLetterQueue is not known", queue)
    policy = inline("DeadLetterQueuePolicy", allow(_DEAD_LETTERS[kind], target))
    return desk.workshop.build(policy, queue)


def invocation_results(desk: Desk, owner: Declared, config: Node) -> list[Data]:
    """The policies for an ``EventInvokeConfig``, with the queues and topics that SAM makes for it.

    Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventinvokeconfiguration.html
    """
    found: list[Data] = []
    destinations = config.get("DestinationConfig") if isinstance(config, Mapping) else None
    if not isinstance(destinations, Mapping):
        return found
    for outcome in ("OnSuccess", "OnFailure"):
        each = present(destinations.get(outcome))
        if each is None:
            continue
        kind = plain_text(each.get("Type")) if isinstance(each, Mapping) else None
        prefix = f"{owner.id}EventInvokeConfig{outcome}"
        given = each.get("Destination") if isinstance(each, Mapping) else None
        destination: Data | None = given
        condition: str | None = None
        if given is not None and (choice := branches(given)) is not None:
            name, then, otherwise = choice
            if is_no_value(then) or is_no_value(otherwise):
                given = None
                condition = plain_text(name)
                made = _arn(kind, prefix + _MADE.get(kind or "", ("", ""))[0])
                parts = [made if is_no_value(value) else value for value in (then, otherwise)]
                destination = {"Fn::If": [name, *parts]}
                if condition is not None and is_no_value(otherwise):
                    condition = opposite(desk, condition, each)
        if given is None and kind in _MADE:
            suffix, type_name = _MADE[kind]
            logical_id = desk.add(owner, prefix + suffix, type_name, {}, condition=condition)
            desk.renamed[f"{owner.id}.Destination{suffix}"] = logical_id
            if destination is None:
                destination = _arn(kind, logical_id)
        if destination is None:
            found.append(desk.workshop.unknown("the destination is not given", each))
        else:
            found.append(may_send(desk, kind, destination, prefix, each))
    return found


def _arn(kind: str | None, logical_id: str) -> Data:
    """The ARN of a queue or topic that is made."""
    return reference(logical_id) if kind == "SNS" else attribute(logical_id)


def opposite(desk: Desk, condition: str, at: Node) -> str:
    """A condition that holds where another does not."""
    name = f"NOT{condition}"
    workshop = desk.workshop
    node = workshop.build({"Fn::Not": [{"Condition": condition}]}, at)
    desk.conditions.append((workshop.scalar(name, at), node))
    return name
