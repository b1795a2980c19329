"""Plans and states that mean no good: read to the end, or to a limit, and never with an error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passrole.documents.limits import Limits
from passrole.documents.nodes import Document
from passrole.documents.recognition import load
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceType, ResourceTypes, Stack

pytestmark = pytest.mark.slow

TYPES = ResourceTypes.of(
    (
        ResourceType(
            terraform="aws_iam_role",
            arn="arn:{partition}:iam::{account}:role{path=/}{name}",
            terraform_attributes={"id": "name", "name": "name", "arn": "arn"},
            fields={"name": ("RoleName", "name"), "path": ("Path", "path")},
        ),
        ResourceType(
            terraform="aws_kms_key",
            arn="arn:{partition}:kms:{region}:{account}:key/{id}",
            terraform_attributes={"id": "id", "arn": "arn"},
        ),
        ResourceType(terraform="aws_thing", read=lambda _: ()),
    )
)


def read(content: Any) -> tuple[Stack, ...]:
    document = load("p.json", json.dumps(content).encode(), Limits())
    assert isinstance(document, Document)
    stacks = read_stacks((document,), TYPES, Deployment())
    for stack in stacks:
        for resource in stack.resources.values():
            str(resource.location), str(resource.arn)
    return stacks


def resource(**more: Any) -> dict[str, Any]:
    return {"mode": "managed", "type": "aws_iam_role", "name": "r", "values": {}, **more}


def values(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"format_version": "1.0", "terraform_version": "1.9.5",
            "planned_values": {"root_module": {"resources": list(resources), **more}}}  # fmt: skip


WORDS = st.sampled_from(
    ["root_module", "resources", "child_modules", "address", "type", "name", "index", "values",
     "mode", "data", "managed", "aws_iam_role", "aws_kms_key", "aws_iam_policy_document", "json",
     "statement", "expressions", "references", "constant_value", "module_calls", "module", "outputs",
     "expression", "variables", "value", "change", "actions", "after", "after_unknown", "create",
     "delete", "aws_iam_role.r", "module.m", "module.m[0]", 'module.m["a"]', "var.x", "arn", "id",
     "sensitive_values", "for_each_expression", "count_expression", "each.value", "depends_on",
     "provider_config_key", "aws", "alias", "region", "instances", "attributes", "index_key",
     "arn:aws:iam::111122223333:role/r", "policy", "role_arn", '{"Statement": []}', "", "r", "m"]
)  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6),
    max_leaves=30,
)
RESOURCES = st.lists(
    st.fixed_dictionaries(
        {"type": WORDS, "name": WORDS, "mode": WORDS, "values": ANYTHING, "expressions": ANYTHING,
         "change": st.fixed_dictionaries({"actions": ANYTHING, "after": ANYTHING, "after_unknown": ANYTHING, "after_sensitive": ANYTHING}) | ANYTHING,
         "instances": st.lists(st.fixed_dictionaries({"attributes": ANYTHING, "index_key": ANYTHING, "sensitive_attributes": ANYTHING})) | ANYTHING,
         "address": WORDS, "module_address": WORDS, "module": WORDS, "index": ANYTHING,
         "sensitive_values": ANYTHING, "provider_config_key": WORDS}
    )
    | ANYTHING,
    max_size=4,
)  # fmt: skip
CALLS = st.deferred(
    lambda: st.dictionaries(
        WORDS,
        st.fixed_dictionaries(
            {"source": WORDS, "expressions": ANYTHING, "for_each_expression": ANYTHING,
             "module": MODULE}
        )
        | ANYTHING,
        max_size=2,
    )
)  # fmt: skip
MODULE: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"resources": RESOURCES, "module_calls": CALLS, "outputs": ANYTHING, "variables": ANYTHING}
)
LISTED: st.SearchStrategy[Any] = st.deferred(
    lambda: st.fixed_dictionaries(
        {"resources": RESOURCES, "address": WORDS,
         "child_modules": st.lists(LISTED, max_size=2) | ANYTHING}
    )
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(LISTED, RESOURCES, MODULE, ANYTHING, ANYTHING, ANYTHING)
def test_no_plan_is_an_error(
    planned: Any, changes: Any, module: Any, providers: Any, variables: Any, prior: Any
) -> None:
    content = {
        "format_version": "1.2",
        "terraform_version": "1.9.5",
        "planned_values": {"root_module": planned, "outputs": variables},
        "resource_changes": changes,
        "configuration": {"root_module": module, "provider_config": providers},
        "variables": variables,
        "prior_state": {"values": {"root_module": prior}},
    }
    assert len(read(content)) == 1


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(RESOURCES, ANYTHING)
def test_no_state_is_an_error(resources: Any, outputs: Any) -> None:
    content = {"version": 4, "terraform_version": "1", "resources": resources, "outputs": outputs}
    assert len(read(content)) == 1
    shown = {"resources": resources, "child_modules": outputs}
    state = {"root_module": shown, "outputs": outputs}
    assert len(read({"format_version": "1.0", "terraform_version": "1", "values": state})) == 1


@pytest.mark.parametrize("part", ["planned_values", "configuration", "variables", "prior_state"])
@pytest.mark.parametrize("wrong", [None, True, 1, "x", [], [[]], {}, {"root_module": []}])
def test_a_part_of_the_wrong_kind_is_no_error(part: str, wrong: Any) -> None:
    content = values(resource()) | {"resource_changes": wrong, part: wrong}
    assert len(read(content)) == 1


def test_modules_that_call_each_other_without_end_stop() -> None:
    """A plan is a tree, so depth is what a circle would be."""
    module: dict[str, Any] = {"resources": [resource(expressions={})]}
    deepest = ".".join(["module.m"] * 31)
    listed: dict[str, Any] = {"resources": [resource()], "address": deepest}
    for depth in range(30, 0, -1):
        module = {"module_calls": {"m": {"source": "./m", "module": module}}}
        listed = {"child_modules": [listed], "address": ".".join(["module.m"] * depth)}
    content = values(child_modules=[listed]) | {"configuration": {"root_module": module}}
    (stack,) = read(content)
    assert {each.problem.kind for each in stack.problems} == {"limit"}
    assert stack.resources == {}


def test_a_plan_of_very_many_instances_stops_at_a_limit() -> None:
    many = [resource(index=number) for number in range(3_000)]
    (stack,) = read(values(*many))
    assert len(stack.resources) == 1_000
    assert [each.problem.kind for each in stack.problems] == ["limit"]


def test_variables_that_refer_to_each_other_in_a_circle_are_unknown() -> None:
    calls = {
        "a": {"source": "x", "expressions": {"role_arn": {"references": ["module.b.role_arn"]}},
              "module": {"variables": {"role_arn": {}},
                         "outputs": {"role_arn": {"expression": {"references": ["var.role_arn"]}}}}},
        "b": {"source": "x", "expressions": {"role_arn": {"references": ["module.a.role_arn"]}},
              "module": {"variables": {"role_arn": {}},
                         "outputs": {"role_arn": {"expression": {"references": ["var.role_arn"]}}}}},
    }  # fmt: skip
    thing = {"type": "aws_thing", "name": "t", "mode": "managed"}
    written = thing | {"expressions": {"role_arn": {"references": ["module.a.role_arn"]}}}
    content = values(thing | {"values": {}}) | {
        "configuration": {"root_module": {"module_calls": calls, "resources": [written]}},
        "resource_changes": [thing | {"address": "aws_thing.t", "change": {"actions": ["create"], "after_unknown": {"role_arn": True}}}],
    }  # fmt: skip
    (stack,) = read(content)
    assert {each.problem.kind for each in stack.problems} == {"cycle"}


def test_long_lists_and_texts_are_read_in_time_that_grows_with_them() -> None:
    names = [f"n{number}" for number in range(20_000)]
    references = [".".join(["a"] * 400)] * 2_000 + ["x." * 5_000]
    written = resource(expressions={"names": {"references": references}})
    content = values(resource(values={"names": names[::-1], "arn": "arn:aws:" + ":" * 100_000}))
    assert read(content | {"configuration": {"root_module": {"resources": [written]}}})
