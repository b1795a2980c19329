"""``AWS::Serverless::Connector``: what one resource may do with another, as a policy.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/reference-sam-connector.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from passrole.documents.nodes import Mapping, Node, Scalar, Sequence
from passrole.records import NamedTuple
from passrole.stacks.cloudformation.generated import Data
from passrole.stacks.cloudformation.transforms.sam.desk import PREFIX, Declared, Desk, referred
from passrole.stacks.cloudformation.transforms.walking import plain_text

_PROFILES = Path(__file__).parent / "connectors.json"
_SLOT = re.compile(r"%\{([\w.]+)\}")
_TYPES = {
    f"{PREFIX}Function": "AWS::Lambda::Function",
    f"{PREFIX}StateMachine": "AWS::StepFunctions::StateMachine",
    f"{PREFIX}Api": "AWS::ApiGateway::RestApi",
    f"{PREFIX}HttpApi": "AWS::ApiGatewayV2::Api",
    f"{PREFIX}SimpleTable": "AWS::DynamoDB::Table",
}


class _Failed(Exception):  # noqa: N818 - says why a connector is not followed
    """Raised where SAM would refuse a connector, or its answer is not known."""


class _End(NamedTuple):
    """One end of a connector."""

    type_name: str
    role: Data | None
    values: dict[str, Data]


@cache
def _profiles() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_PROFILES.read_text("utf-8"))
    return found


def expand_connector(desk: Desk, owner: Declared, source: Node | None = None) -> None:
    """The policies of a connector, ``source`` being what it stands in where it stands in one."""
    source = source or owner.get("Source")
    destination = owner.get("Destination")
    many = isinstance(destination, Sequence)
    for at, each in enumerate(
        destination.items if isinstance(destination, Sequence) else [destination]
    ):
        suffix = f"Destination{at}" if many else ""
        try:
            _connect(desk, owner, source, each, suffix)
        except _Failed as failed:
            _open(desk, owner, source, each, suffix, str(failed))


def _open(
    desk: Desk, owner: Declared, source: Node | None, other: Node | None, suffix: str, reason: str
) -> None:
    """A connector that is not followed: a policy of which nothing is known."""
    del source, other
    reason = f"the connector {owner.id} is not followed: {reason}"
    desk.problem(reason[0].upper() + reason[1:], owner.key)
    properties = desk.workshop.unknown(reason, owner.node)
    desk.add(owner, f"{owner.id}Policy{suffix}", "AWS::IAM::ManagedPolicy", properties)


def _connect(
    desk: Desk, owner: Declared, source: Node | None, destination: Node | None, suffix: str
) -> None:
    first, last = _end(desk, source, destination), _end(desk, destination, source)
    profile = _profiles()["permissions"].get(first.type_name, {}).get(last.type_name)
    if profile is None:
        raise _Failed(f"SAM connects no {first.type_name} to {last.type_name}")
    categories = profile["Properties"]["AccessCategories"]
    wanted = _permissions(owner.get("Permissions"))
    if not wanted or not wanted <= set(categories):
        raise _Failed("its Permissions are not known")
    values = {f"Source.{name}": value for name, value in first.values.items()}
    values |= {f"Destination.{name}": value for name, value in last.values.items()}
    mine = first if profile["Properties"]["SourcePolicy"] else last
    kind = profile["Type"]
    if kind == "AWS_LAMBDA_PERMISSION":
        for name in sorted(wanted):
            logical_id = f"{owner.id}{name}LambdaPermission{suffix}"
            properties = {"FunctionName": _value(mine, "Arn"), **_filled(categories[name], values)}
            desk.add(owner, logical_id, "AWS::Lambda::Permission", properties)
        return
    statements = [
        _filled(statement, values)
        for name, category in categories.items()
        if name in wanted
        for statement in category["Statement"]
    ]
    document: Data = {"Version": "2012-10-17", "Statement": statements}
    if kind == "AWS_IAM_ROLE_MANAGED_POLICY":
        if mine.role is None:
            raise _Failed("the role is not defined in this template")
        names, type_name, holder = "Policy", "AWS::IAM::ManagedPolicy", {"Roles": [mine.role]}
    elif kind == "AWS_SQS_QUEUE_POLICY":
        url = _value(mine, "QueueUrl")
        names, type_name, holder = "QueuePolicy", "AWS::SQS::QueuePolicy", {"Queues": [url]}
    else:
        topics: list[Data] = [_value(mine, "Arn")]
        names, type_name, holder = "TopicPolicy", "AWS::SNS::TopicPolicy", {"Topics": topics}
    properties = {"PolicyDocument": document, **holder}
    desk.add(owner, f"{owner.id}{names}{suffix}", type_name, properties)


def _permissions(node: Node | None) -> set[str]:
    items = node.items if isinstance(node, Sequence) else ()
    return {plain_text(item) or "" for item in items}


def _value(end: _End, name: str) -> Data:
    value = end.values.get(name)
    if value is None:
        raise _Failed(f"the {name} of an end is not known")
    return value


def _end(desk: Desk, node: Node | None, other: Node | None) -> _End:
    """One end, by its logical id or by what is said of it."""
    if not isinstance(node, Mapping):
        raise _Failed("an end of it is not given")
    logical_id = plain_text(node.get("Id"))
    if logical_id is None:
        type_name = plain_text(node.get("Type")) or ""
        names = ("Arn", "QueueUrl", "ResourceId", "Name", "Qualifier")
        values: dict[str, Data] = {
            name: value for name in names if (value := node.get(name)) is not None
        }
        return _End(_TYPES.get(type_name, type_name), node.get("RoleName"), values)
    found = desk.resources.get(logical_id)
    resource = found[1] if found is not None else None
    type_name = (plain_text(resource.get("Type")) if isinstance(resource, Mapping) else "") or ""
    if not isinstance(resource, Mapping) or not type_name:
        raise _Failed(f"there is no resource {logical_id}")
    about = _profiles()["properties"].get(type_name, {})
    values = {
        {"Id": "ResourceId", "Url": "QueueUrl"}.get(name, name): _filled(
            value, {"logicalId": logical_id}
        )
        for name, value in about.get("Outputs", {}).items()
    }
    if (qualifier := node.get("Qualifier")) is not None:
        values["Qualifier"] = qualifier
    properties = resource.get("Properties")
    role = _role(about.get("Inputs", {}).get("Role"), properties, other)
    role_id = referred(role)
    return _End(type_name, {"Ref": role_id} if role_id is not None else None, values)


def _role(where: Any, properties: Node | None, other: Node | None) -> Node | None:
    """The property that names the role of an end; a rule has one for each target."""
    if not isinstance(properties, Mapping):
        return None
    if isinstance(where, str):
        return properties.get(where)
    targets = properties.get("Targets") if where is not None else None
    for target in targets.items if isinstance(targets, Sequence) else ():
        arn = target.get("Arn") if isinstance(target, Mapping) else None
        wanted = plain_text(other.get("Id")) if isinstance(other, Mapping) else None
        given = other.get("Arn") if isinstance(other, Mapping) else None
        if isinstance(target, Mapping) and (
            (wanted is not None and referred(arn) == wanted) or _same(arn, given)
        ):
            return target.get("RoleArn")
    return None


def _same(one: Node | None, other: Node | None) -> bool:
    """Whether two nodes say the same."""
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return one.text == other.text and one.tag == other.tag
    if isinstance(one, Sequence) and isinstance(other, Sequence):
        pairs = zip(one.items, other.items, strict=False)
        return len(one.items) == len(other.items) and all(_same(*pair) for pair in pairs)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.index.keys() == other.index.keys() and all(
            _same(value, other.get(key)) for key, value in one.index.items()
        )
    return False


def _filled(data: Any, values: dict[str, Data]) -> Any:
    """Data of a profile with its ``%{slots}`` filled, through an ``Fn::Sub`` where it must be."""
    if isinstance(data, dict):
        return {key: _filled(value, values) for key, value in data.items()}
    if isinstance(data, list):
        return [_filled(item, values) for item in data]
    text = str(data)
    whole = _SLOT.fullmatch(text)
    names = [whole[1]] if whole else _SLOT.findall(text)
    for name in names:
        if name not in values:
            raise _Failed(f"the {name} is not known")
    if whole:
        return values[whole[1]]
    variables = {name.replace(".", ""): values[name] for name in names}
    text = _SLOT.sub(lambda found: f"${{{found[1].replace('.', '')}}}", text)
    if variables:
        return {"Fn::Sub": [text, variables]}
    return {"Fn::Sub": text} if "${" in text else text


def embedded(desk: Desk, owner: Declared) -> Iterator[tuple[Declared, Node]]:
    """The connectors that stand in a resource, each with the source that the resource is."""
    connectors = owner.node.get("Connectors")
    for key, node in connectors.pairs if isinstance(connectors, Mapping) else ():
        properties = node.get("Properties") if isinstance(node, Mapping) else None
        if not isinstance(node, Mapping) or not isinstance(properties, Mapping):
            desk.problem(f"The connector {key.text} of {owner.id} cannot be read", key)
            continue
        about = properties.get("SourceReference")
        data: dict[str, Data] = {"Id": owner.id}
        if isinstance(about, Mapping):
            data |= {each.text: value for each, value in about.pairs}
        source = desk.workshop.build(data, key)
        yield Declared(f"{owner.id}{key.text}", key, node, "Connector", properties), source
