"""The roles that SAM makes: trust, managed policies, inline policies, policy templates."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from passrole.documents.nodes import Mapping, Node, Scalar, Sequence
from passrole.iam.managed_policies import look_up
from passrole.records import NamedTuple
from passrole.stacks.cloudformation.generated import Data, OpenNode
from passrole.stacks.cloudformation.scope import call_of
from passrole.stacks.cloudformation.transforms.sam.desk import (
    Declared,
    Desk,
    branches,
    is_no_value,
    present,
)
from passrole.stacks.cloudformation.transforms.walking import plain_text

_TEMPLATES = Path(__file__).parent / "policy_templates.json"


class Policies(NamedTuple):
    """What a role gets: ARNs of managed policies, and inline policies."""

    managed: list[Data]
    inline: list[Data]


def role_properties(
    owner: Declared, trust: Data, policies: Policies, tags: Data
) -> dict[str, Data]:
    """The properties of the role of a function or state machine."""
    properties: dict[str, Data] = {"AssumeRolePolicyDocument": trust}
    if policies.managed:
        once = {_arn_of(each): each for each in policies.managed}
        properties["ManagedPolicyArns"] = list(once.values())
    if policies.inline:
        properties["Policies"] = policies.inline
    for name, mine in (("Path", "RolePath"), ("PermissionsBoundary", "PermissionsBoundary")):
        node = owner.get(mine)
        if node is not None:
            properties[name] = node
    properties["Tags"] = tags
    return properties


def _arn_of(policy: Data) -> object:
    """What two entries for one managed policy share."""
    if isinstance(policy, Mapping):
        return plain_text(policy.get("Fn::Sub")) or id(policy)
    return policy["Fn::Sub"] if isinstance(policy, dict) else id(policy)


def trust_of(service: str) -> Data:
    """A trust policy for one service."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Action": ["sts:AssumeRole"],
                "Effect": "Allow",
                "Principal": {"Service": [f"{service}.amazonaws.com"]},
            }
        ],
    }


def aws_managed(path_and_name: str) -> Data:
    """The ARN of a policy that AWS manages."""
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::aws:policy/{path_and_name}"}


def inline(name: str, *statements: Data) -> Data:
    """An inline policy."""
    return {"PolicyName": name, "PolicyDocument": {"Statement": list(statements)}}


def allow(actions: Data, resource: Data) -> Data:
    """A statement that allows."""
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def written_policies(desk: Desk, owner: Declared, role_id: str) -> Policies:
    """What ``Policies`` say, in all of the forms that SAM takes."""
    found = Policies([], [])
    node = owner.get("Policies")
    if node is None:
        return found
    plain_list = isinstance(node, Sequence) and node.tag is None
    for at, entry in enumerate(node.items if isinstance(node, Sequence) and plain_list else [node]):
        if present(entry) is None:
            continue
        name = f"{role_id}Policy{at}"
        kind, made = _entry(desk, entry, name)
        if kind != "inline":
            found.managed.append(made)
        if kind != "managed":
            found.inline.append(made)
    return found


def _entry(desk: Desk, node: Node, name: str) -> tuple[str, Data]:
    """``managed`` or ``inline`` with what goes into that list; ``open`` for both lists."""
    workshop = desk.workshop
    if isinstance(node, OpenNode):
        return "open", node
    choice = branches(node)
    if choice is not None:
        condition, *values = choice
        made = [None if is_no_value(value) else _entry(desk, value, name) for value in values]
        kinds = {each[0] for each in made if each is not None}
        if len(kinds) != 1:
            return "open", workshop.unknown("SAM takes policies of one kind in an Fn::If", node)
        parts: list[Data] = [
            value if each is None else each[1] for each, value in zip(made, values, strict=True)
        ]
        return kinds.pop(), workshop.build({"Fn::If": [condition, *parts]}, node)
    if call_of(node) is not None:
        return "managed", node
    if isinstance(node, Scalar):
        return "managed", _managed(desk, node)
    if isinstance(node, Mapping) and node.get("Statement") is not None:
        return "inline", workshop.build({"PolicyName": name, "PolicyDocument": node}, node)
    if isinstance(node, Mapping) and len(node.pairs) == 1:
        key, values_node = node.pairs[0]
        document = _from_template(desk, key, values_node)
        return "inline", workshop.build({"PolicyName": name, "PolicyDocument": document}, node)
    return "open", workshop.unknown("this is no policy that SAM takes", node)


def _managed(desk: Desk, node: Scalar) -> Data:
    """The ARN of a managed policy that is given by its name or as an ARN."""
    if node.text.startswith("arn:"):
        return node
    policy = look_up(node.text) if "/" not in node.text else None
    if policy is None:
        return desk.workshop.unknown(f"no AWS managed policy {node.text[:128]} is known", node)
    return desk.workshop.build(aws_managed(f"{policy.path[1:]}{policy.name}"), node)


@cache
def _templates() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_TEMPLATES.read_text("utf-8"))["templates"]
    return found


def _from_template(desk: Desk, key: Scalar, values: Node) -> Node:
    """The document of a SAM policy template with the values that are given for it."""
    template = _templates().get(key.text)
    if template is None:
        return desk.workshop.unknown(f"{key.text[:128]} is no SAM policy template", key)
    given = dict(values.index) if isinstance(values, Mapping) else {}
    missing = [name for name in template["parameters"] if name not in given]
    if missing:
        reason = f"the policy template {key.text} needs {' and '.join(missing)}"
        return desk.workshop.unknown(reason, key)
    wanted = {name: given[name] for name in template["parameters"]}
    return desk.workshop.build({"Statement": filled(template["statement"], wanted)}, key)


def filled(data: Any, values: dict[str, Node]) -> Data:
    """Data with ``{"Ref": name}`` replaced by nodes, for the names that are given."""
    if isinstance(data, dict):
        name = data.get("Ref")
        if len(data) == 1 and name in values:
            return values[name]
        return {key: filled(value, values) for key, value in data.items()}
    if isinstance(data, list):
        return [filled(item, values) for item in data]
    return str(data)
