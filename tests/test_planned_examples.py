"""The plan of each Terraform example finds what the example finds; alone, it finds nothing else.

The plans are made of what passrole itself works out: what is known becomes planned values, the
rest is known after apply.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable
from typing import Any

import pytest

from passrole.asking import check, read_entities
from passrole.documents.limits import Limits
from passrole.documents.nodes import Document
from passrole.documents.recognition import parse
from passrole.findings import Finding
from passrole.graph.questions import Graph
from passrole.plugin_loading import find_plugins
from passrole.rulesets.choosing import ActiveRule
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import Resource, ResourceTypes, Stack
from passrole.stacks.terraform.operands import Typed
from passrole.stamping import stamp
from passrole.testing import Example, examples_of
from passrole.values import EVERYWHERE, Absent, Listing, Record, Text, Value

OWN = [
    importlib.import_module(plugin.module)
    for plugin in find_plugins()
    if plugin.distribution == "passrole"
]
EXAMPLES = [each for each in examples_of(*OWN) if each.language == "hcl"]
NOT_IN_A_PLAN = {"oauth-token-literal-3": "a plan does not say that a value is a default"}
TOLD_AS_ONE = {
    "condition-operator-mismatch-2": "a policy in a plan is one line: one place",
    "empty-policy-element-2": "a policy in a plan is one line: one place",
}
TEXTS = ("policy", "pattern")
MAPS = frozenset({"configuration", "tags", "variables"})


def planned(value: Value) -> tuple[Any, Any]:
    """A value as a plan writes it, and what of it is known after apply."""
    if isinstance(value, Text):
        text = value.known()
        if text is not None and isinstance(value, Typed) and value.kind != "string":
            return json.loads(text), False
        return text, text is None
    if isinstance(value, Absent):
        return None, False
    if isinstance(value, Listing):
        items = [planned(each) for each in value.values]
        return [each for each, _ in items], [unknown for _, unknown in items]
    if isinstance(value, Record):
        fields = {name: planned(item) for name, item in value.fields.items()}
        return (
            {name: item for name, (item, unknown) in fields.items() if unknown is not True},
            {name: unknown for name, (_, unknown) in fields.items()},
        )
    return None, True


def is_later(unknown: Any) -> bool:
    if isinstance(unknown, bool):
        return unknown
    inner: Iterable[Any] = unknown.values() if isinstance(unknown, dict) else unknown
    return any(map(is_later, inner))


def change(resource: Resource) -> dict[str, Any]:
    after: dict[str, Any] = {}
    later: dict[str, Any] = {}
    properties = resource.properties
    for name, value in properties.fields.items() if isinstance(properties, Record) else ():
        item, unknown = planned(value)
        if unknown is not True and name.endswith(TEXTS) and isinstance(value, Record):
            # jsonencode(): one text, of which all is known or nothing.
            item, unknown = json.dumps(item), is_later(unknown)
        elif isinstance(value, Record) and name not in MAPS:
            item, unknown = [item], [unknown]
        if unknown is not True:
            after[name] = item
        later[name] = unknown
    type_name, _, name = resource.id.partition("[")[0].rpartition(".")
    key = resource.id.partition("[")[2].rstrip("]")
    found = {"address": resource.id, "mode": "managed", "type": type_name, "name": name}
    found |= {"index": json.loads(key)} if key else {}
    marks = {"actions": ["create"], "after": after, "after_unknown": later}
    return found | {"values": after, "change": marks}


def written(each: dict[str, Any]) -> dict[str, Any]:
    """A resource in the configuration of the plan, which says nothing but what is set."""
    names = each["values"].keys() | each["change"]["after_unknown"].keys()
    return each | {"expressions": {name: {} for name in sorted(names)}}


def plan_of(stack: Stack) -> Document:
    changes = [change(each) for each in stack.resources.values()]
    content = {
        "format_version": "1.2",
        "terraform_version": "1.9.5",
        "planned_values": {"root_module": {"resources": changes}},
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": [written(each) for each in changes]}},
    }  # fmt: skip
    return parse("plan.json", json.dumps(content, indent=1).encode(), Limits())


def found(example: Example, documents: list[Document], stack: str) -> tuple[Finding, ...]:
    types = ResourceTypes.of(example.contributions.resource_types)
    stacks = read_stacks(documents, types, example.deployment)
    assert [each.id for each in stacks] == [stack]
    entities, crashes = read_entities(stacks)
    assert not crashes
    graph = Graph(entities, example.contributions.providers, example.deployment.scps)
    reported, crashes = check(
        [graph], (ActiveRule.alone(example.rule),), example.contributions.owners
    )
    assert not crashes
    return stamp(reported)


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_the_plan_of_an_example_finds_what_the_example_finds(example: Example) -> None:
    written = parse("example.tf", example.text.encode(), Limits())
    types = ResourceTypes.of(example.contributions.resource_types)
    (stack,) = read_stacks([written], types, example.deployment)
    if str(example) in NOT_IN_A_PLAN or not all(
        each.world == EVERYWHERE and not each.stands_for_many and each.id.count(".") == 1
        for each in stack.resources.values()
    ):
        pytest.skip("its resources are there in some deployments only, or in modules")
    if not stack.resources:
        pytest.skip("it has no resources")
    plan = plan_of(stack)
    expected = {(each.message, each.location.line) for each in found(example, [written], ".")}
    beside = found(example, [written, plan], "plan.json")
    assert {(each.message, each.location.line) for each in beside} == expected
    alone = found(example, [plan], "plan.json")
    if str(example) in TOLD_AS_ONE:
        return
    extra = {each.message for each in alone} - {message for message, _ in expected}
    assert not extra, (extra, expected)
