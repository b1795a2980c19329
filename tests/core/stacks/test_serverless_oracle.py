"""SAM's own translator as an oracle: what it makes of a template, and what passrole makes of it.

Needs ``aws-sam-translator``, which no plain installation has.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passrole.stacks.resources import Stack
from passrole.values import Choice, Listing, Record, Text, Value

pytest.importorskip("samtranslator", reason="needs the package aws-sam-translator")

TEMPLATE = (Path(__file__).parent / "serverless_template.yaml").read_text("utf-8")

COMPARED = {
    "AWS::IAM::Role": (
        "AssumeRolePolicyDocument", "ManagedPolicyArns", "Policies", "Path",
        "PermissionsBoundary", "Tags",
    ),
    "AWS::IAM::ManagedPolicy": ("PolicyDocument", "Roles"),
    "AWS::SQS::QueuePolicy": ("PolicyDocument", "Queues"),
    "AWS::Lambda::Function": ("Role", "FunctionName"),
    "AWS::StepFunctions::StateMachine": ("RoleArn", "StateMachineName"),
}  # fmt: skip


def plain(value: Value) -> Any:
    """A value as plain data, with lists that have no order sorted."""
    if isinstance(value, Record):
        fields = {name: plain(item) for name, item in value.fields.items() if name != "Version"}
        return {name: item for name, item in fields.items() if item != []}
    if isinstance(value, Listing):
        items = [plain(item) for item in value.values]
        items.sort(key=lambda item: json.dumps(item, sort_keys=True))
        return items[0] if len(items) == 1 else items
    if isinstance(value, Choice):
        return [str(value.guard), plain(value.then), plain(value.otherwise)]
    return str(value) if isinstance(value, Text) else value


def compared(stack: Stack) -> dict[str, Any]:
    found = {}
    for each in stack.resources.values():
        if each.type_name in COMPARED:
            assert isinstance(each.properties, Record), each.id
            wanted = COMPARED[each.type_name]
            fields = {name: v for name, v in each.properties.fields.items() if name in wanted}
            found[each.id] = (each.type_name, each.world, plain(Record(fields)))
    return found


def test_the_same_roles_and_policies(
    read: Callable[..., Stack], monkeypatch: pytest.MonkeyPatch
) -> None:
    from samtranslator.parser.parser import Parser  # noqa: PLC0415
    from samtranslator.translator.translator import (  # noqa: PLC0415
        Translator,
    )
    from samtranslator.yaml_helper import yaml_parse  # noqa: PLC0415

    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    made = Translator({}, Parser()).translate(yaml_parse(TEMPLATE), {})
    mine, theirs = compared(read(TEMPLATE)), compared(read(json.dumps(made)))
    assert len(theirs) > 15
    assert mine == theirs
