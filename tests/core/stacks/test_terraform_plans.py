"""Plans and states of Terraform: the resources that configuration gives, with what is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passrole.documents.limits import Limits
from passrole.documents.recognition import classify, parse
from passrole.documents.tree import Tree
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceType, ResourceTypes, Stack
from passrole.values import Absent, Unknown, Value, get, known

TYPES = ResourceTypes.of(
    (
        ResourceType(
            terraform="aws_iam_role",
            arn="arn:{partition}:iam::{account}:role{path=/}{name}",
            terraform_attributes={"id": "name", "name": "name", "arn": "arn"},
            fields={"name": ("RoleName", "name"), "path": ("Path", "path")},
        ),
        ResourceType(
            terraform="aws_s3_bucket",
            arn="arn:{partition}:s3:::{name}",
            terraform_attributes={"id": "name", "bucket": "name", "arn": "arn"},
            fields={"name": ("BucketName", "bucket")},
        ),
        ResourceType(
            terraform="aws_kms_key",
            arn="arn:{partition}:kms:{region}:{account}:key/{id}",
            terraform_attributes={"id": "id", "key_id": "id", "arn": "arn"},
        ),
        ResourceType(
            terraform="aws_target",
            arn="arn:{partition}:x:{region}:{account}:target/{name}",
            fields={"target": ("Arn", "arn")},
        ),
    )
)
ACCOUNT = "111122223333"
AWS = 'provider["registry.terraform.io/hashicorp/aws"]'

Scan = Callable[..., dict[str, Stack]]


@pytest.fixture
def scan(tmp_path: Path) -> Scan:
    """``scan({"plan.json": {...}})``: the stacks of a tree, by their id."""

    def stacks(files: dict[str, Any], **deployment: Any) -> dict[str, Stack]:
        documents = []
        tree = Tree(tmp_path)
        for path, content in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            text = content if isinstance(content, str) else json.dumps(content, indent=1)
            (tmp_path / path).write_text(text)
            documents.append(parse(path, text.encode(), Limits()))
            tree.add(documents[-1])
        return {
            each.id: each for each in read_stacks(documents, TYPES, Deployment(**deployment), tree)
        }

    return stacks


def address_of(type_name: str, name: str, module: str, key: str | int | None, mode: str) -> str:
    index = "" if key is None else f"[{json.dumps(key)}]"
    return f"{f'{module}.' if module else ''}{'data.' * (mode == 'data')}{type_name}.{name}{index}"


def instance(
    address: str,
    values: dict[str, Any] | None = None,
    unknown: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """One instance of a plan: its type and name, its values, and what is known after apply."""
    type_name, _, name = address.partition(".")
    found = {"mode": "managed", "module": "", "index": None, "actions": ["create"], **more}
    found |= {"type": type_name, "name": name, "values": values or {}, "unknown": unknown or {}}
    whole = address_of(type_name, name, found["module"], found["index"], found["mode"])
    return found | {"address": whole}


def listed(found: list[dict[str, Any]], module: str = "") -> dict[str, Any]:
    """``root_module`` of values, with the child modules below it."""
    below = sorted({each["module"] for each in found if each["module"].startswith(f"{module}.module" if module else "module")})  # fmt: skip
    direct = [
        each for each in below
        if not any(each != other and each.startswith(f"{other}.") for other in below)
    ]  # fmt: skip
    resources = [
        {"address": each["address"], "mode": each["mode"], "type": each["type"],
         "name": each["name"], "values": each["values"],
         "sensitive_values": each.get("sensitive", {})}
        | ({"index": each["index"]} if each["index"] is not None else {})
        for each in found if each["module"] == module
    ]  # fmt: skip
    node: dict[str, Any] = {"resources": resources} | ({"address": module} if module else {})
    if direct:
        node["child_modules"] = [listed(found, each) for each in direct]
    return node


def plan(
    *found: dict[str, Any], configuration: dict[str, Any] | None = None, version: str = "1.2",
    **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """A plan as ``terraform show -json`` writes it."""
    kept = [each for each in found if each["actions"] != ["delete"]]
    return {
        "format_version": version,
        "terraform_version": "1.9.5",
        "planned_values": {"root_module": listed(kept)},
        "resource_changes": [
            {
                "address": each["address"], "module_address": each["module"],
                "mode": each["mode"], "type": each["type"], "name": each["name"],
                "index": each["index"],
                "change": {
                    "actions": each["actions"], "after": each["values"],
                    "after_unknown": each["unknown"],
                    "after_sensitive": each.get("sensitive", {}),
                },
            }
            for each in found
        ],
        "configuration": {"root_module": configuration or {}},
        **more,
    }  # fmt: skip


def written(address: str, module: str = "", **expressions: Any) -> dict[str, Any]:
    """A resource in the configuration of a plan."""
    is_data = address.startswith("data.")
    type_name, _, name = address.removeprefix("data.").partition(".")
    mode = "data" if is_data else "managed"
    return {"address": address, "mode": mode, "type": type_name, "name": name,
            "provider_config_key": "aws", "expressions": expressions}  # fmt: skip


def refers(*references: str) -> dict[str, Any]:
    """References as a plan lists them: each with its own beginning."""
    return {"references": [each for one in references for each in (one, one.rpartition(".")[0])]}


def state_file(*found: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A file ``terraform.tfstate`` of version 4."""
    return {
        "version": 4, "terraform_version": "1.9.5", "serial": 1, "lineage": "x", "outputs": {},
        "resources": [
            {
                "mode": each["mode"], "type": each["type"], "name": each["name"],
                "provider": each.get("provider", AWS),
                **({"module": each["module"]} if each["module"] else {}),
                "instances": [
                    {"schema_version": 0, "attributes": each["values"],
                     "sensitive_attributes": each.get("hidden", []),
                     **({"index_key": each["index"]} if each["index"] is not None else {}),
                     **({"deposed": "0a"} if each.get("deposed") else {})}
                ],
            }
            for each in found
        ],
        **more,
    }  # fmt: skip


def shown_state(*found: dict[str, Any]) -> dict[str, Any]:
    return {"format_version": "1.0", "terraform_version": "1.9.5",
            "values": {"root_module": listed(list(found))}}  # fmt: skip


def prop(stack: Stack, address: str, *path: str | int) -> Value:
    return get(stack.resources[address].properties, *path)


ROLE = instance("aws_iam_role.r", {"name": "deployer", "path": "/"}, {"arn": True, "id": True})
DEPLOYED = {"name": "deployer", "path": "/ci/", "id": "deployer",
            "arn": f"arn:aws:iam::{ACCOUNT}:role/ci/deployer"}  # fmt: skip


# -- which resources there are -------------------------------------------------------------------


def test_the_instances_of_a_plan_have_their_addresses(scan: Scan) -> None:
    found = plan(
        ROLE,
        instance("aws_iam_role.many", {"name": "a"}, index="a"),
        instance("aws_iam_role.many", {"name": "b/c"}, index="b.c"),
        instance("aws_iam_role.counted", {"name": "n"}, index=0),
        instance("aws_iam_role.inner", {"name": "i"}, module='module.m["x.y"]'),
        instance("aws_iam_role.inner", {"name": "j"}, module='module.m["x.y"].module.n[1]'),
    )
    assert set(scan({"plan.json": found})["plan.json"].resources) == {
        "aws_iam_role.r",
        'aws_iam_role.many["a"]',
        'aws_iam_role.many["b.c"]',
        "aws_iam_role.counted[0]",
        'module.m["x.y"].aws_iam_role.inner',
        'module.m["x.y"].module.n[1].aws_iam_role.inner',
    }


def test_what_is_deleted_is_no_resource(scan: Scan) -> None:
    gone = instance("aws_iam_role.gone", {"name": "x"}, actions=["delete"])
    moved = instance("aws_iam_role.new", {"name": "x"}, actions=["no-op"])
    replaced = instance("aws_iam_role.again", {"name": "y"}, actions=["delete", "create"])
    configuration = {"resources": [written("aws_iam_role.gone"), written("aws_iam_role.never")]}
    found = plan(gone, moved, replaced, configuration=configuration)
    assert set(scan({"plan.json": found})["plan.json"].resources) == {
        "aws_iam_role.new", "aws_iam_role.again",
    }  # fmt: skip


def test_an_instance_that_is_deposed_is_none(scan: Scan) -> None:
    found = state_file(instance("aws_iam_role.r", DEPLOYED, deposed=True))
    assert scan({"terraform.tfstate": found})["terraform.tfstate"].resources == {}


def test_a_plan_that_was_not_complete_leaves_the_rest_to_the_configuration(scan: Scan) -> None:
    configuration = {"resources": [written("aws_iam_role.later", name={"constant_value": "x"})]}
    whole = scan({"plan.json": plan(ROLE, configuration=configuration)})["plan.json"]
    part = scan({"plan.json": plan(ROLE, configuration=configuration, complete=False)})["plan.json"]
    assert set(whole.resources) == {"aws_iam_role.r"}
    assert set(part.resources) == {"aws_iam_role.r", "aws_iam_role.later"}


@pytest.mark.parametrize("version", ["0.1", "0.2", "1.0", "1.2", "1.99"])
def test_every_minor_version_is_read(scan: Scan, version: str) -> None:
    assert "aws_iam_role.r" in scan({"p.json": plan(ROLE, version=version)})["p.json"].resources


@pytest.mark.parametrize(
    "content",
    [
        {"format_version": "2.0", "planned_values": {}, "terraform_version": "9.9.9"},
        {"version": 3, "terraform_version": "0.11.0", "modules": []},
    ],
)
def test_a_version_that_nobody_knows_is_no_stack(scan: Scan, content: Any) -> None:
    assert scan({"p.json": content}) == {}


@pytest.mark.parametrize(
    "content",
    [
        {"format_version": "1.0", "valid": True, "diagnostics": []},
        {"format_version": "1.0", "provider_schemas": {}},
        {"version": 4, "resources": []},
        {"terraform_version": "1.0.0", "version": "0.1", "providers": {}},
        [],
    ],
)
def test_other_json_of_terraform_is_not_ours(content: Any) -> None:
    assert classify(parse("x.json", json.dumps(content).encode(), Limits())) is None


# -- names, ARNs, targets ------------------------------------------------------------------------


@pytest.mark.parametrize("write", [state_file, shown_state])
def test_a_literal_arn_in_a_state_is_that_of_the_resource(
    scan: Scan, write: Callable[..., Any]
) -> None:
    arn = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/0a1b"
    found = write(
        instance("aws_iam_role.r", DEPLOYED),
        instance("aws_kms_key.k", {"arn": arn, "id": "0a1b", "key_id": "0a1b"}),
        instance("aws_thing.t", {"role_arn": DEPLOYED["arn"], "key": arn}),
    )
    stack = scan({"s.tfstate": found})["s.tfstate"]
    assert stack.resources["aws_iam_role.r"].arn == prop(stack, "aws_thing.t", "role_arn")
    assert stack.resources["aws_kms_key.k"].arn == prop(stack, "aws_thing.t", "key")
    assert known(stack.resources["aws_kms_key.k"].generated_id) == "0a1b"
    assert (known(stack.target.account), known(stack.target.region)) == (ACCOUNT, "eu-west-1")


def test_arns_of_two_accounts_tell_no_account(scan: Scan) -> None:
    other = DEPLOYED | {"arn": "arn:aws:iam::444455556666:role/other", "name": "other"}
    found = shown_state(instance("aws_iam_role.r", DEPLOYED), instance("aws_iam_role.other", other))
    stack = scan({"s.json": found})["s.json"]
    assert known(stack.target.account) is None
    assert str(stack.resources["aws_iam_role.other"].arn) == other["arn"]


def test_an_argument_that_is_an_arn_is_not_that_of_the_resource(scan: Scan) -> None:
    target = instance("aws_target.t", {"arn": "arn:aws:lambda:us-east-1:444455556666:function:f"})
    stack = scan({"s.json": shown_state(instance("aws_iam_role.r", DEPLOYED), target)})["s.json"]
    assert known(stack.target.account) == ACCOUNT
    assert known(stack.target.region) is None
    assert known(stack.resources["aws_target.t"].arn) is None


def test_providers_of_a_state_file_are_targets_of_their_own(scan: Scan) -> None:
    here = instance("aws_kms_key.k", {"arn": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1", "id": "1"})
    there = instance(
        "aws_kms_key.k", {"arn": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/2", "id": "2"}, index=0
    ) | {"provider": f"{AWS}.us", "name": "us", "index": None}
    stack = scan({"s.tfstate": state_file(here, there)})["s.tfstate"]
    regions = {name: known(each.target.region) for name, each in stack.resources.items()}
    assert regions == {"aws_kms_key.k": "eu-west-1", "aws_kms_key.us": "us-east-1"}


def test_the_region_of_a_plan_is_that_of_its_provider(scan: Scan) -> None:
    key = instance("aws_kms_key.k", {}, {"arn": True})
    found = plan(key, configuration={"resources": [written("aws_kms_key.k")]})
    found["configuration"]["provider_config"] = {
        "aws": {"name": "aws", "expressions": {"region": refers("var.region")}},
        "aws.us": {"name": "aws", "alias": "us", "expressions": {"region": {"constant_value": "us-east-1"}}},
    }  # fmt: skip
    found["variables"] = {"region": {"value": "eu-west-1"}}
    found["configuration"]["root_module"]["variables"] = {"region": {}}
    stack = scan({"p.json": found})["p.json"]
    assert known(stack.target.region) == "eu-west-1"


def test_who_the_caller_is_tells_the_account(scan: Scan) -> None:
    caller = instance("aws_caller_identity.me", {"account_id": ACCOUNT}, mode="data")
    found = plan(ROLE) | {"prior_state": {"values": {"root_module": listed([caller])}}}
    stack = scan({"p.json": found})["p.json"]
    assert str(stack.resources["aws_iam_role.r"].arn) == f"arn:aws:iam::{ACCOUNT}:role/deployer"


# -- values that are known after apply -------------------------------------------------------------


def test_what_is_known_after_apply_is_what_the_configuration_refers_to(scan: Scan) -> None:
    configuration = {
        "resources": [
            written("aws_iam_role.r", name={"constant_value": "deployer"}),
            written("aws_s3_bucket.b"),
            written(
                "aws_thing.t",
                role_arn=refers("aws_iam_role.r.arn"),
                store=[{"location": refers("aws_s3_bucket.b.bucket"), "type": {"constant_value": "S3"}}],
                policy=refers("aws_s3_bucket.b.arn"),
            ),
        ]
    }  # fmt: skip
    thing = instance(
        "aws_thing.t",
        {"store": [{"type": "S3", "region": None}]},
        {"role_arn": True, "policy": True, "store": [{"location": True}]},
    )
    bucket = instance("aws_s3_bucket.b", {}, {"arn": True, "bucket": True, "id": True})
    stack = scan({"p.json": plan(ROLE, bucket, thing, configuration=configuration)})["p.json"]
    assert prop(stack, "aws_thing.t", "role_arn") == stack.resources["aws_iam_role.r"].arn
    assert prop(stack, "aws_thing.t", "store", 0, "location") == (
        stack.resources["aws_s3_bucket.b"].name
    )
    assert known(prop(stack, "aws_thing.t", "store", 0, "type")) == "S3"
    policy = prop(stack, "aws_thing.t", "policy")
    assert isinstance(policy, Unknown)
    assert "aws_s3_bucket.b.arn" in policy.reason
    assert policy.id == "p.json#aws_thing.t.policy"


def test_a_value_may_go_through_the_variables_and_outputs_of_modules(scan: Scan) -> None:
    inner = {
        "resources": [written("aws_thing.t", role_arn=refers("var.role_arn"))],
        "variables": {"role_arn": {}},
    }
    maker = {
        "resources": [written("aws_iam_role.r")],
        "outputs": {"role_arn": {"expression": refers("aws_iam_role.r.arn")}},
    }
    configuration = {
        "module_calls": {
            "maker": {"source": "registry/role/aws", "module": maker},
            "user": {
                "source": "./user", "module": inner,
                "expressions": {"role_arn": refers("module.maker.role_arn")},
                "for_each_expression": {"constant_value": ["a"]},
            },
        }
    }  # fmt: skip
    role = instance("aws_iam_role.r", {"name": "made"}, {"arn": True}, module="module.maker")
    thing = instance("aws_thing.t", {}, {"role_arn": True}, module='module.user["a"]')
    stack = scan({"p.json": plan(role, thing, configuration=configuration)})["p.json"]
    found = prop(stack, 'module.user["a"].aws_thing.t', "role_arn")
    assert found == stack.resources["module.maker.aws_iam_role.r"].arn


def test_a_policy_document_is_rebuilt_of_its_statements(scan: Scan) -> None:
    trust = [
        {"actions": {"constant_value": ["sts:AssumeRole"]}, "effect": {"constant_value": "Deny"}}
    ]
    configuration = {
        "resources": [
            written("data.aws_iam_policy_document.d", statement=trust),
            written("aws_thing.t", policy=refers("data.aws_iam_policy_document.d.json")),
        ]
    }
    document = instance(
        "aws_iam_policy_document.d",
        {"statement": [{"actions": ["sts:AssumeRole"], "effect": "Deny", "principals": []}]},
        {"json": True, "statement": [{"resources": True}]},
        mode="data", actions=["read"],
    )  # fmt: skip
    thing = instance("aws_thing.t", {}, {"policy": True})
    stack = scan({"p.json": plan(document, thing, configuration=configuration)})["p.json"]
    statement = get(prop(stack, "aws_thing.t", "policy"), "Statement", 0)
    assert known(get(statement, "Effect")) == "Deny"
    assert isinstance(get(statement, "Resource"), Unknown)
    assert isinstance(get(statement, "Principal"), Absent)


def test_what_is_only_read_while_planning_is_known(scan: Scan) -> None:
    document = instance("aws_iam_policy_document.d", {"json": '{"Version": "x"}'}, mode="data")
    configuration = {
        "resources": [
            written("data.aws_iam_policy_document.d"),
            written("aws_thing.t", policy=refers("data.aws_iam_policy_document.d.json")),
        ]
    }
    thing = instance("aws_thing.t", {}, {"policy": True})
    found = plan(thing, configuration=configuration)
    found["prior_state"] = {"values": {"root_module": listed([document])}}
    stack = scan({"p.json": found})["p.json"]
    assert known(get(prop(stack, "aws_thing.t", "policy"), "Version")) == "x"


def test_blocks_that_a_plan_does_not_configure_are_those_of_dynamic(scan: Scan) -> None:
    configuration = {"resources": [written("aws_thing.t", name={"constant_value": "x"})]}
    values = {"name": "x", "stage": [{"name": "Source"}], "computed": "y"}
    found = plan(instance("aws_thing.t", values), configuration=configuration)
    stack = scan({"p.json": found})["p.json"]
    assert known(prop(stack, "aws_thing.t", "stage", 0, "name")) == "Source"
    assert isinstance(prop(stack, "aws_thing.t", "computed"), Absent)


# -- secrets -------------------------------------------------------------------------------------


def test_sensitive_values_are_not_known(scan: Scan) -> None:
    thing = instance(
        "aws_thing.t", {"token": "hunter2", "tags": {"a": "hunter2", "b": "shown"}},
        sensitive={"token": True, "tags": {"a": True}},
    )  # fmt: skip
    hidden = [[{"type": "get_attr", "value": "token"}]]
    found = scan(
        {
            "a/p.json": plan(thing, configuration={"resources": [written("aws_thing.t", token={}, tags={})]}),
            "b/s.json": shown_state(thing),
            "c/s.tfstate": state_file(thing | {"hidden": hidden}),
        }
    )  # fmt: skip
    for stack in found.values():
        assert isinstance(prop(stack, "aws_thing.t", "token"), Unknown)
    for path in ("a/p.json", "b/s.json"):
        assert isinstance(prop(found[path], "aws_thing.t", "tags", "a"), Unknown)
        assert known(prop(found[path], "aws_thing.t", "tags", "b")) == "shown"


def test_sensitive_variables_are_not_known(scan: Scan) -> None:
    configuration = {
        "resources": [written("aws_thing.t", token=refers("var.token"))],
        "variables": {"token": {"sensitive": True}},
    }
    found = plan(instance("aws_thing.t", {}, {"token": True}), configuration=configuration)
    found["variables"] = {"token": {"value": "hunter2"}}
    assert known(prop(scan({"p.json": found})["p.json"], "aws_thing.t", "token")) is None


# -- states --------------------------------------------------------------------------------------


def test_what_is_not_set_in_a_state_is_absent(scan: Scan) -> None:
    values = {"a": "", "b": None, "c": [{"d": "", "e": "x"}]}
    stack = scan({"s.json": shown_state(instance("aws_thing.t", values))})["s.json"]
    assert isinstance(prop(stack, "aws_thing.t", "a"), Absent)
    assert isinstance(prop(stack, "aws_thing.t", "b"), Absent)
    assert isinstance(prop(stack, "aws_thing.t", "c", 0, "d"), Absent)
    assert known(prop(stack, "aws_thing.t", "c", 0, "e")) == "x"


def test_a_role_in_a_state_does_not_repeat_the_policies_that_are_resources(scan: Scan) -> None:
    inline = {"inline_policy": [{"name": "p", "policy": "{}"}], "managed_policy_arns": ["arn:x"]}
    role = instance("aws_iam_role.r", DEPLOYED | inline)
    policy = instance("aws_iam_role_policy.p", {"name": "p", "role": "deployer", "policy": "{}"})
    alone = scan({"s.json": shown_state(role)})["s.json"]
    both = scan({"s.json": shown_state(role, policy)})["s.json"]
    assert known(prop(alone, "aws_iam_role.r", "inline_policy", 0, "name")) == "p"
    assert isinstance(prop(both, "aws_iam_role.r", "inline_policy"), Absent)
    assert known(prop(both, "aws_iam_role.r", "managed_policy_arns", 0)) == "arn:x"


def test_what_is_deployed_is_known_to_be(scan: Scan) -> None:
    kept = instance("aws_iam_role.kept", DEPLOYED, actions=["no-op"])
    stacks = scan({"p.json": plan(ROLE, kept), "s/s.json": shown_state(kept)})
    assert {name: each.is_deployed for name, each in stacks["p.json"].resources.items()} == {
        "aws_iam_role.kept": True, "aws_iam_role.r": False,
    }  # fmt: skip
    assert stacks["s/s.json"].resources["aws_iam_role.kept"].is_deployed


# -- beside the configuration --------------------------------------------------------------------

MAIN = """\
variable "name" {}
resource "aws_s3_bucket" "b" {}
resource "aws_iam_role" "r" {
  name = "${var.name}-role"
}
resource "aws_thing" "t" {
  for_each = { a = aws_s3_bucket.b.arn }
  names    = ["z", "a"]
  policy = jsonencode({
    Statement = [{
      Action   = ["s3:PutObject", "s3:GetObject"]
      Resource = "${each.value}/*"
    }]
  })
}
"""
CONFIGURED = {
    "resources": [
        written("aws_s3_bucket.b"),
        written("aws_iam_role.r", name=refers("var.name")),
        written("aws_thing.t", policy=refers("each.value"), names={}),
    ],
    "variables": {"name": {}},
}


def beside() -> dict[str, Any]:
    bucket = instance("aws_s3_bucket.b", {}, {"arn": True, "bucket": True})
    role = instance("aws_iam_role.r", {"name": "shop-role"}, {"arn": True})
    thing = instance("aws_thing.t", {"names": ["a", "z"]}, {"policy": True}, index="a")
    found = plan(bucket, role, thing, configuration=CONFIGURED)
    return found | {"variables": {"name": {"value": "shop"}}}


@pytest.mark.parametrize("folder", ["", "infra/"])
def test_a_plan_takes_its_expressions_from_the_files_that_it_was_made_of(
    scan: Scan, folder: str
) -> None:
    stacks = scan({f"{folder}main.tf": MAIN, "plan.json": beside()})
    assert list(stacks) == ["plan.json"]
    stack = stacks["plan.json"]
    thing = stack.resources['aws_thing.t["a"]']
    statement = get(thing.properties, "policy", "Statement", 0)
    assert str(get(statement, "Resource")) == f"{stack.resources['aws_s3_bucket.b'].arn}/*"
    assert str(stack.resources["aws_iam_role.r"].name) == "shop-role"
    assert (thing.location.path, thing.location.line) == (f"{folder}main.tf", 6)
    origin = getattr(get(statement, "Action", 0), "origin", None)
    assert origin is not None
    assert origin.document.line_and_column(origin.node.start)[0] == 11


def test_a_set_that_a_plan_sorts_keeps_the_places_of_its_items(scan: Scan) -> None:
    stack = scan({"main.tf": MAIN, "plan.json": beside()})["plan.json"]
    first = prop(stack, 'aws_thing.t["a"]', "names", 0)
    origin = getattr(first, "origin", None)
    assert origin is not None
    assert known(first) == "a"
    assert origin.document.line_and_column(origin.node.start) == (8, 20)


def test_two_folders_that_a_plan_may_be_of_are_both_not_its_own(scan: Scan) -> None:
    stacks = scan({"a/main.tf": MAIN, "b/main.tf": MAIN, "plan.json": beside()})
    assert list(stacks) == ["a", "b", "plan.json"]


def test_a_plan_of_something_else_leaves_a_configuration_alone(scan: Scan) -> None:
    stacks = scan({"main.tf": MAIN, "plan.json": plan(ROLE, configuration={"resources": [written("aws_iam_role.x")]})})  # fmt: skip
    assert list(stacks) == [".", "plan.json"]


def test_modules_that_are_not_in_the_tree_are_in_the_plan(scan: Scan) -> None:
    main = 'module "role" { source = "registry/role/aws" }\nresource "aws_thing" "t" {\n  role = module.role.arn\n}\n'
    module = {
        "resources": [written("aws_iam_role.this", name={"constant_value": "made"})],
        "outputs": {"arn": {"expression": refers("aws_iam_role.this.arn")}},
    }
    configuration = {
        "resources": [written("aws_thing.t", role=refers("module.role.arn"))],
        "module_calls": {"role": {"source": "registry/role/aws", "module": module}},
    }
    role = instance("aws_iam_role.this", {"name": "made"}, {"arn": True}, module="module.role")
    thing = instance("aws_thing.t", {}, {"role": True})
    stacks = scan({"main.tf": main, "p.json": plan(role, thing, configuration=configuration)})
    stack = stacks["p.json"]
    assert prop(stack, "aws_thing.t", "role") == (
        stack.resources["module.role.aws_iam_role.this"].arn
    )
    assert stack.resources["aws_thing.t"].location.path == "main.tf"


# -- places --------------------------------------------------------------------------------------


def test_places_in_a_plan_have_the_address_beside_the_line(scan: Scan) -> None:
    found = plan(ROLE, instance("aws_iam_role.inner", {"name": "i"}, module="module.m"))
    stack = scan({"plan.json": found})["plan.json"]
    for address, resource in stack.resources.items():
        assert resource.location.address == address
        assert str(resource.location).endswith(f" {address}")
    state = scan({"s.tfstate": state_file(instance("aws_iam_role.r", DEPLOYED))})["s.tfstate"]
    assert state.resources["aws_iam_role.r"].location.address == "aws_iam_role.r"
