"""Terraform JSON configuration to a stack: blocks, instances, providers, places, problems."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passrole.documents.json import parse_json
from passrole.documents.limits import Limits
from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import Resource, ResourceType, ResourceTypes, Stack
from passrole.stacks.terraform import read_stack
from passrole.stacks.terraform.sizes import CASES_CAP, SIZE_CAP, Sizes
from passrole.values import (
    EVERYWHERE,
    Choice,
    Listing,
    Record,
    Text,
    Unknown,
    Value,
    get,
    known,
    literal,
    within,
)

TYPES = ResourceTypes.of(
    (
        ResourceType(
            terraform="aws_s3_bucket",
            arn="arn:{partition}:s3:::{name}",
            terraform_attributes={"id": "name", "bucket": "name", "arn": "arn"},
            fields={"name": ("BucketName", "bucket")},
        ),
        ResourceType(
            terraform="aws_iam_role",
            arn="arn:{partition}:iam::{account}:role{path=/}{name}",
            terraform_attributes={"id": "name", "name": "name", "arn": "arn", "unique_id": "id"},
            fields={"name": ("RoleName", "name"), "path": ("Path", "path")},
        ),
        ResourceType(
            terraform="aws_codebuild_project",
            arn="arn:{partition}:codebuild:{region}:{account}:project/{name}",
            terraform_attributes={"id": "arn", "name": "name", "arn": "arn"},
            fields={
                "name": ("Name", "name"),
                "privileged": ("Environment.PrivilegedMode", "environment.0.privileged_mode"),
            },
        ),
        ResourceType(
            terraform="aws_kms_key",
            arn="arn:{partition}:kms:{region}:{account}:key/{id}",
            terraform_attributes={"id": "id", "key_id": "id", "arn": "arn"},
        ),
    )
)


def stack_of(configuration: Any, /, path: str = "infra/main.tf.json", **deployment: Any) -> Stack:
    return stack_of_files({path: configuration}, **deployment)


def stack_of_files(
    files: dict[str, Any], types: tuple[ResourceType, ...] = (), **deployment: Any
) -> Stack:
    documents = [
        parse_json(path, json.dumps(content, indent=1), Limits()) for path, content in files.items()
    ]
    known_types = ResourceTypes.of((*TYPES.terraform.values(), *types)) if types else TYPES
    return read_stack(documents, known_types, Deployment(**deployment), target_id="target")


def output_of(stack: Stack, name: str = "o") -> Value:
    return stack.outputs[name]


def kinds(stack: Stack) -> list[str]:
    return [each.problem.kind for each in stack.problems]


PIPELINE = {
    "resource": {
        "aws_s3_bucket": {"artifacts": {}},
        "aws_iam_role": {
            "pipeline": {
                "name": "pipeline",
                "assume_role_policy": '${jsonencode({Version = "2012-10-17", Statement = '
                '[{Effect = "Allow", Action = "sts:AssumeRole", '
                'Principal = {Service = "codepipeline.amazonaws.com"}}]})}',
            }
        },
        "aws_iam_role_policy": {
            "pipeline": {
                "role": "${aws_iam_role.pipeline.id}",
                "policy": '${jsonencode({Statement = [{Effect = "Allow", Action = "s3:GetObject", '
                'Resource = ["${aws_s3_bucket.artifacts.arn}/*", aws_codebuild_project.build.arn]'
                "}]})}",
            }
        },
        "aws_codebuild_project": {
            "build": {"name": "build", "environment": [{"privileged_mode": True}]}
        },
    }
}


def test_a_pipeline_with_its_role() -> None:
    stack = stack_of(PIPELINE)
    assert (stack.id, stack.path, stack.format) == ("infra", "infra", "terraform")
    assert not stack.problems
    assert list(stack.resources) == [
        "aws_s3_bucket.artifacts", "aws_iam_role.pipeline", "aws_iam_role_policy.pipeline",
        "aws_codebuild_project.build",
    ]  # fmt: skip
    role = stack.resources["aws_iam_role.pipeline"]
    assert role.identity == "infra#aws_iam_role.pipeline"
    assert known(role.name) == "pipeline"
    assert str(role.arn) == "arn:aws:iam::${account}:role/pipeline"
    assert role.type is TYPES.terraform["aws_iam_role"]
    trust = get(role.properties, "assume_role_policy", "Statement", 0, "Principal", "Service")
    assert known(trust) == "codepipeline.amazonaws.com"
    policy = stack.resources["aws_iam_role_policy.pipeline"]
    assert policy.type is None
    assert get(policy.properties, "role") == role.name
    resources = get(policy.properties, "policy", "Statement", 0, "Resource")
    build = stack.resources["aws_codebuild_project.build"]
    bucket = stack.resources["aws_s3_bucket.artifacts"]
    assert isinstance(resources, Listing)
    assert resources.values == (Text((*bucket.arn.parts, "/*")), build.arn)
    assert known(build["privileged"]) == "true"


def test_a_block_written_as_an_object_reads_the_same() -> None:
    project = {"name": "build", "environment": {"privileged_mode": True}}
    stack = stack_of({"resource": {"aws_codebuild_project": {"build": project}}})
    assert known(stack.resources["aws_codebuild_project.build"]["privileged"]) == "true"


@pytest.mark.parametrize(
    "configuration",
    [
        {"resource": {"aws_s3_bucket": {"b": {"bucket": "x"}}}},
        {"resource": [{"aws_s3_bucket": {"b": {"bucket": "x"}}}]},
        {"resource": {"aws_s3_bucket": [{"b": {"bucket": "x"}}]}},
        {"resource": {"aws_s3_bucket": {"b": [{"bucket": "x"}]}}},
        [{"resource": [{"aws_s3_bucket": [{"b": [{"bucket": "x"}]}]}]}],
        {
            "//": "a comment",
            "resource": {"//": 1, "aws_s3_bucket": {"b": {"//": 1, "bucket": "x"}}},
        },
    ],
)
def test_objects_and_lists_of_objects_are_the_same(configuration: Any) -> None:
    stack = stack_of(configuration)
    assert not stack.problems
    bucket = stack.resources["aws_s3_bucket.b"]
    assert known(bucket.arn) == "arn:aws:s3:::x"
    assert isinstance(bucket.properties, Record)
    assert list(bucket.properties.fields) == ["bucket"]


def test_a_policy_in_plain_json_stays_text() -> None:
    policy = json.dumps({"Statement": [{"Resource": "arn:aws:s3:::b/$${aws:username}"}]})
    stack = stack_of({"resource": {"aws_iam_policy": {"p": {"policy": policy}}}})
    value = get(stack.resources["aws_iam_policy.p"].properties, "policy")
    assert known(value) == policy.replace("$$", "$")


def test_places_are_those_of_the_strings() -> None:
    stack = stack_of(PIPELINE)
    role = stack.resources["aws_iam_role.pipeline"]
    assert str(role.location) == "infra/main.tf.json:7:4"
    trust = get(role.properties, "assume_role_policy")
    assert isinstance(trust, Record) and trust.origin is not None
    assert trust.origin.document.location(trust.origin.node).line == 9
    statement = get(trust, "Statement", 0)
    assert isinstance(statement, Record) and statement.origin == trust.origin
    assert isinstance(role.properties, Record)
    document, node = role.properties.keys["assume_role_policy"]
    assert document.location(node).column == 5


def test_names_that_the_service_makes_up() -> None:
    stack = stack_of(
        {
            "resource": {
                "aws_s3_bucket": {"p": {"bucket_prefix": "logs-"}, "n": {"bucket": None}},
                "aws_kms_key": {"k": {}},
                "aws_iam_role": {"r": {"name": "r", "path": "/ci/"}},
            }
        },
        account="111122223333",
        region="eu-west-1",
    )
    names = {address: str(resource.name) for address, resource in stack.resources.items()}
    arns = {address: str(resource.arn) for address, resource in stack.resources.items()}
    assert names["aws_s3_bucket.p"] == "logs-${aws_s3_bucket.p.name}"
    assert names["aws_s3_bucket.n"] == "${aws_s3_bucket.n.name}"
    assert arns["aws_kms_key.k"] == "arn:aws:kms:eu-west-1:111122223333:key/${aws_kms_key.k.id}"
    assert arns["aws_iam_role.r"] == "arn:aws:iam::111122223333:role/ci/r"
    hole = next(stack.resources["aws_s3_bucket.n"].name.holes)
    assert hole.id == "infra#aws_s3_bucket.n.name"
    assert hole.reference == "aws_s3_bucket.n.name"


def test_a_name_that_depends_on_a_condition_is_a_hole() -> None:
    stack = stack_of(
        {
            "variable": {"on": {"type": "bool"}},
            "resource": {"aws_s3_bucket": {"b": {"bucket": '${var.on ? "a" : "b"}'}}},
            "output": {"o": {"value": "${aws_s3_bucket.b.arn}"}},
        }
    )
    bucket = stack.resources["aws_s3_bucket.b"]
    assert str(bucket.name) == "${aws_s3_bucket.b.name}"
    assert isinstance(bucket["name"], Choice)
    assert output_of(stack) == bucket.arn


def test_equal_names_written_in_many_ways() -> None:
    texts = [
        "${aws_s3_bucket.b.arn}",
        "arn:aws:s3:::${aws_s3_bucket.b.id}",
        "arn:${data.aws_partition.p.partition}:s3:::${aws_s3_bucket.b.bucket}",
        '${format("arn:aws:s3:::%s", aws_s3_bucket.b.id)}',
        '${join(":", ["arn", "aws", "s3", "", "", aws_s3_bucket.b.id])}',
        "${local.arn}",
        "${aws_iam_role_policy.p.of}",
    ]
    stack = stack_of(
        {
            "locals": {"arn": "${aws_s3_bucket.b.arn}"},
            "resource": {
                "aws_s3_bucket": {"b": {}},
                "aws_iam_role_policy": {"p": {"of": "${local.arn}"}},
            },
            "output": {"o": {"value": texts}},
        }
    )
    values = output_of(stack)
    assert isinstance(values, Listing)
    assert set(values.values) == {stack.resources["aws_s3_bucket.b"].arn}


# -- count and for_each ----------------------------------------------------------------------------


def bucket(**arguments: Any) -> dict[str, Resource]:
    return stack_of(
        {
            "variable": {"on": {"type": "bool"}, "env": {}, "names": {"type": "set(string)"}},
            "resource": {"aws_s3_bucket": {"b": arguments}},
        }
    ).resources  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"count": 1}, {"aws_s3_bucket.b": ""}),
        ({"count": 0}, {}),
        ({"count": None}, {"aws_s3_bucket.b": ""}),
        ({"count": "${var.on ? 1 : 0}"}, {"aws_s3_bucket.b": "var.on"}),
        ({"count": "${var.on ? 0 : 1}"}, {"aws_s3_bucket.b": "not var.on"}),
        (
            {"count": '${var.on && var.env == "prod" ? 1 : 0}'},
            {"aws_s3_bucket.b": "var.env is prod and var.on"},
        ),
        (
            {"count": '${var.on || var.env == "prod" ? 1 : 0}'},
            {"aws_s3_bucket.b": "aws_s3_bucket.b exists"},
        ),
        ({"count": 2}, {"aws_s3_bucket.b[0]": "", "aws_s3_bucket.b[1]": ""}),
        (
            {"count": "${var.on ? 2 : 1}"},
            {"aws_s3_bucket.b[0]": "", "aws_s3_bucket.b[1]": "var.on"},
        ),
        ({"count": "${var.n}"}, {"aws_s3_bucket.b": "var.n gives instances"}),
        ({"count": -1}, {"aws_s3_bucket.b": "-1 gives instances"}),
        ({"count": 10**9}, {"aws_s3_bucket.b": "1000000000 gives instances"}),
        (
            {"for_each": {"x": 1, "y": 2}},
            {'aws_s3_bucket.b["x"]': "", 'aws_s3_bucket.b["y"]': ""},
        ),
        (
            {"for_each": '${toset(concat(["x"], var.on ? ["y"] : []))}'},
            {'aws_s3_bucket.b["x"]': "", 'aws_s3_bucket.b["y"]': "var.on"},
        ),
        ({"for_each": "${var.names}"}, {"aws_s3_bucket.b": "var.names gives instances"}),
        ({"for_each": {}}, {}),
    ],
)
def test_instances(arguments: dict[str, Any], expected: dict[str, str]) -> None:
    found = bucket(**arguments)
    assert {address: each.world.describe() for address, each in found.items()} == expected


def test_one_that_stands_for_many_has_a_name_that_nobody_knows() -> None:
    found = bucket(for_each="${var.names}", bucket="logs-${each.key}")
    name = found["aws_s3_bucket.b"].name
    assert known(name) is None
    assert name.parts[0] == "logs-"


def test_blocks_over_the_same_collection_agree_and_others_do_not() -> None:
    stack = stack_of(
        {
            "variable": {"names": {"type": "set(string)"}, "others": {"type": "set(string)"}},
            "resource": {
                "aws_s3_bucket": {"b": {"for_each": "${var.names}", "bucket": "x-${each.key}"}},
                "aws_thing": {
                    "same": {
                        "for_each": "${var.names}",
                        "arn": "${aws_s3_bucket.b[each.key].arn}",
                    },
                    "other": {
                        "for_each": "${var.others}",
                        "arn": "${aws_s3_bucket.b[each.key].arn}",
                    },
                },
            },
        }
    )
    arn = stack.resources["aws_s3_bucket.b"].arn
    same, other = (stack.resources[f"aws_thing.{name}"] for name in ("same", "other"))
    assert get(same.properties, "arn") == arn
    assert get(other.properties, "arn") != arn
    assert same.world == stack.resources["aws_s3_bucket.b"].world != other.world


def test_each_value() -> None:
    found = bucket(for_each={"x": {"name": "one"}}, bucket="${each.value.name}-${each.key}")
    assert known(found['aws_s3_bucket.b["x"]'].name) == "one-x"


def test_each_outside_of_for_each_is_unknown() -> None:
    assert isinstance(output_of(stack_of({"output": {"o": {"value": "${each.key}"}}})), Unknown)


# -- names of a module -----------------------------------------------------------------------------


def test_a_cycle_of_locals_is_a_problem_and_unknown() -> None:
    stack = stack_of(
        {
            "locals": {"a": "${local.b}x", "b": "${local.c}", "c": "${local.a}", "d": "${local.d}"},
            "output": {"o": {"value": "${local.a}"}, "p": {"value": "${local.d}"}},
            "resource": {
                "aws_s3_bucket": {"a": {"bucket": "${local.a}"}, "d": {"bucket": "${local.d}"}}
            },
        }
    )
    assert isinstance(output_of(stack, "o"), Unknown)
    assert isinstance(output_of(stack, "p"), Unknown)
    assert kinds(stack) == ["cycle", "cycle"]
    assert "depends on itself" in stack.problems[0].problem.message


def test_what_no_plugin_reads_is_evaluated_when_asked_for_and_assumes_nothing() -> None:
    read = ResourceType(terraform="aws_read", read=lambda _: ())
    stack = stack_of(
        {
            "variable": {name: {"default": f"{name}-default"} for name in ("a", "b", "c", "d")},
            "output": {"o": {"value": "${var.b}"}},
            "resource": {
                "aws_read": {"r": {"x": "${var.a}"}},
                "aws_unheard_of": {"u": {"x": "${var.c}", "y": ["${local.y}"], "z": None}},
                "aws_s3_bucket": {"b": {"bucket": "b-${var.d}", "acl": "${var.b}"}},
            },
            "locals": {"y": "${local.z}", "z": "end"},
        },
        types=(read,),
    )
    assert stack.assumptions == ("a=a-default", "d=d-default")
    properties = stack.resources["aws_unheard_of.u"].properties
    assert known(get(properties, "x")) == "c-default"
    assert known(get(properties, "y", 0)) == "end"
    assert isinstance(properties, Record)
    assert set(properties.fields) == {"x", "y"}
    assert known(get(stack.resources["aws_s3_bucket.b"].properties, "acl")) == "b-default"
    assert known(output_of(stack)) == "b-default"


def test_a_cycle_of_resources_is_a_problem_and_unknown() -> None:
    stack = stack_of({"resource": {"aws_s3_bucket": {"b": {"bucket": "${aws_s3_bucket.b.id}x"}}}})
    assert kinds(stack) == ["cycle"]
    assert known(stack.resources["aws_s3_bucket.b"].name) is None


def test_a_long_chain_of_locals_is_followed() -> None:
    chain = {f"l{index}": f"${{local.l{index + 1}}}" for index in range(3000)}
    stack = stack_of(
        {"locals": chain | {"l3000": "end"}, "output": {"o": {"value": "${local.l0}"}}}
    )
    assert known(output_of(stack)) == "end"


def test_a_long_chain_of_resources_is_followed() -> None:
    buckets = {
        f"b{index}": {"bucket": f"${{aws_s3_bucket.b{index + 1}.id}}"} for index in range(800)
    }
    stack = stack_of({"resource": {"aws_s3_bucket": buckets | {"b800": {"bucket": "end"}}}})
    assert known(stack.resources["aws_s3_bucket.b0"].arn) == "arn:aws:s3:::end"


def test_a_large_cycle_is_bounded() -> None:
    chain = {f"l{index}": f"${{local.l{(index + 1) % 2000}}}" for index in range(2000)}
    stack = stack_of({"locals": chain, "output": {"o": {"value": "${local.l0}"}}})
    assert isinstance(output_of(stack), Unknown)


@pytest.mark.parametrize(
    "doubling",
    [
        "${local.l#}${local.l#}",
        "${[local.l#, local.l#]}",
        "${concat(local.l#, local.l#)}",
        "${jsonencode([local.l#, local.l#])}x",
        '${var.x == "#" ? local.l# : [local.l#]}',
        "${{a = local.l#, b = local.l#}}",
        '${format("%s%s", local.l#, local.l#)}',
        '${replace(local.l#, "", local.l#)}',
    ],
)
def test_values_that_double_are_bounded(doubling: str) -> None:
    chain: dict[str, Any] = {
        f"l{index}": doubling.replace("#", str(index - 1)) for index in range(1, 60)
    }
    first = ["x"] if "concat" in doubling else "x"
    stack = stack_of({"locals": chain | {"l0": first}, "output": {"o": {"value": "${local.l59}"}}})
    size = Sizes().of(output_of(stack))
    assert size.parts <= 2 * SIZE_CAP
    assert size.cases <= 2 * CASES_CAP


def test_deep_values_are_bounded() -> None:
    chain: dict[str, Any] = {f"l{index}": [f"${{local.l{index - 1}}}"] for index in range(1, 500)}
    stack = stack_of(
        {"locals": chain | {"l0": "x"}, "output": {"o": {"value": "x${jsonencode(local.l499)}"}}}
    )
    assert isinstance(output_of(stack), Unknown)


def test_variables_given_defaulted_and_open() -> None:
    configuration = {
        "variable": {"a": {"default": "x"}, "b": {"default": 3}, "c": {}, "used": {"default": "y"}},
        "resource": {"aws_s3_bucket": {"b": {"bucket": "${var.a}-${var.b}-${var.c}"}}},
    }
    stack = stack_of(configuration)
    name = stack.resources["aws_s3_bucket.b"].name
    assert str(name) == "x-3-${var.c}"
    assert name.defaults == {"a=x", "b=3"}
    assert stack.assumptions == ("a=x", "b=3")
    hole = next(name.holes)
    assert (hole.id, hole.reference) == ("infra#var.c", "var.c")
    stack = stack_of(configuration, parameters={"a": "1", "b": "2", "c": "3"})
    assert known(stack.resources["aws_s3_bucket.b"].name) == "1-2-3"
    assert stack.assumptions == ()


def test_files_of_a_directory_are_one_stack() -> None:
    stack = stack_of_files(
        {
            "b.tf.json": {"resource": {"aws_s3_bucket": {"b": {"bucket": "${local.name}"}}}},
            "a.tf.json": {"locals": {"name": "n"}},
        }
    )
    assert stack.id == "."
    assert known(stack.resources["aws_s3_bucket.b"].name) == "n"
    assert stack.resources["aws_s3_bucket.b"].location.path == "b.tf.json"


def test_override_files_are_merged() -> None:
    stack = stack_of_files(
        {
            "a_override.tf.json": {"resource": {"aws_s3_bucket": {"b": {"bucket": "new"}}}},
            "z.tf.json": {"resource": {"aws_s3_bucket": {"b": {"bucket": "old", "acl": "x"}}}},
        }
    )
    assert not stack.problems
    found = stack.resources["aws_s3_bucket.b"]
    assert known(found.name) == "new"
    assert get(found.properties, "acl") == literal("x")


def test_what_is_there_twice_is_a_problem() -> None:
    one = {"resource": {"aws_s3_bucket": {"b": {"bucket": "x"}}}}
    stack = stack_of_files({"a.tf.json": one, "b.tf.json": one})
    assert kinds(stack) == ["duplicate-block"]
    assert stack.problems[0].location.path == "b.tf.json"


# -- providers -------------------------------------------------------------------------------------


PROVIDERS = {
    "provider": {
        "aws": [
            {"region": "eu-west-1"},
            {"alias": "west", "region": "us-west-2"},
            {"alias": "other", "region": "${var.region}", "assume_role": {"role_arn": "x"}},
        ]
    },
    "variable": {"region": {}},
    "resource": {
        "aws_codebuild_project": {
            "here": {"name": "p"},
            "west": {"name": "p", "provider": "aws.west"},
            "other": {"name": "p", "provider": "aws.other"},
            "lost": {"name": "p", "provider": "aws.lost"},
        }
    },
    "data": {"aws_region": {"west": {"provider": "aws.west"}}},
    "output": {"o": {"value": "${data.aws_region.west.name}"}},
}


def test_regions_and_accounts_of_providers() -> None:
    stack = stack_of(PROVIDERS, account="111122223333")
    arns = {address.partition(".")[2]: str(r.arn) for address, r in stack.resources.items()}
    assert arns == {
        "here": "arn:aws:codebuild:eu-west-1:111122223333:project/p",
        "west": "arn:aws:codebuild:us-west-2:111122223333:project/p",
        "other": "arn:aws:codebuild:${var.region}:${account}:project/p",
        "lost": "arn:aws:codebuild:${region}:${account}:project/p",
    }
    assert known(output_of(stack)) == "us-west-2"
    targets = {resource.target.id for resource in stack.resources.values()}
    assert len(targets) == 4
    assert stack.target.id == "target"


def test_a_region_that_is_given_beats_the_providers() -> None:
    stack = stack_of(PROVIDERS, region="sa-east-1")
    assert known(stack.target.region) == "sa-east-1"


# -- what is amiss ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("configuration", "problem"),
    [
        ([1], "malformed-configuration"),
        ("text", "malformed-configuration"),
        ({"resourse": {}}, "malformed-configuration"),
        ({"resource": 1}, "malformed-configuration"),
        ({"resource": {"aws_s3_bucket": None}}, "malformed-configuration"),
        ({"resource": {"aws_s3_bucket": {"b": "x"}}}, "malformed-configuration"),
        ({"locals": ["x"]}, "malformed-configuration"),
        ({"variable": {"v": []}}, None),
        ({"variable": {"v": {"default": {"a": [None]}, "type": 5}}}, None),
        ({"provider": {"aws": {"alias": ["x"], "region": {}}}}, None),
        ({"output": {"o": {}}}, None),
        ({"data": {"aws_region": {"r": {"provider": {"x": 1}}}}}, None),
        ({"resource": {"aws_s3_bucket": {"b": {"provider": 5, "depends_on": "x"}}}}, None),
        ({"resource": {"aws_s3_bucket": {"b": {"count": "x", "for_each": "y"}}}}, None),
        ({"resource": {"aws_s3_bucket": {"b": {"bucket": ["a"], "dynamic": "x"}}}}, None),
        ({"module": {"m": {"source": "./m"}}}, "missing-module"),
        ({"module": {"m": {"source": "m/m"}}, "terraform": {"backend": {"s3": {}}}}, None),
        ({"module": {"m": {}}}, None),
        ({}, None),
    ],
)
def test_malformed_configuration(configuration: Any, problem: str | None) -> None:
    stack = stack_of(configuration)
    assert kinds(stack) == ([problem] if problem else [])


def test_problems_of_a_document_are_those_of_its_stack() -> None:
    documents = [parse_json("a.tf.json", '{"a": ', Limits())]
    stack = read_stack(documents, TYPES, Deployment(), target_id="t")
    assert kinds(stack) == ["parse-error"]
    assert not stack.resources


def test_no_documents_are_an_empty_stack() -> None:
    stack = read_stack([], TYPES, Deployment(), target_id="t")
    assert (stack.id, stack.resources) == (".", {})


def test_dynamic_blocks_stand_among_those_written() -> None:
    stage = {"for_each": {"b": "Build", "d": "Deploy"}, "content": {"name": "${stage.value}-x"}}
    stack = stack_of(
        {
            "resource": {
                "aws_codepipeline": {
                    "p": {
                        "stage": [{"name": "Source"}],
                        "dynamic": {"stage": stage, "trigger": [{}]},
                        "depends_on": ["aws_s3_bucket.b"],
                    }
                }
            }
        }
    )
    pipeline = stack.resources["aws_codepipeline.p"]
    stages = get(pipeline.properties, "stage")
    assert isinstance(stages, Listing)
    assert [known(get(each, "name")) for each in stages.values] == ["Source", "Build-x", "Deploy-x"]
    triggers = get(pipeline.properties, "trigger")
    assert isinstance(triggers, Listing)
    assert isinstance(triggers.values[0], Unknown)
    assert pipeline.depends_on == ("aws_s3_bucket.b",)


def test_conditional_properties_are_decided_by_a_world() -> None:
    found = bucket(count="${var.on ? 1 : 0}", acl='${var.on ? "private" : "public"}')
    resource = found["aws_s3_bucket.b"]
    assert resource.world != EVERYWHERE
    acl = within(get(resource.properties, "acl"), resource.world)
    assert known(acl) == "private"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6)
    | st.sampled_from(["${local.a}", "${var.v}", "${aws_s3_bucket.b.arn}", "${each.key}"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["resource", "aws_s3_bucket", "b", "bucket", "count", "for_each", "locals", "a",
             "variable", "v", "default", "type", "provider", "aws", "region", "alias", "dynamic"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=25,
)  # fmt: skip


@given(
    JSON,
    st.fixed_dictionaries(
        {"resource": st.fixed_dictionaries({"aws_s3_bucket": st.dictionaries(st.just("b"), JSON)}),
         "locals": JSON, "variable": st.dictionaries(st.just("v"), JSON), "provider": JSON}
    ),
)  # fmt: skip
@settings(max_examples=100)
def test_no_configuration_raises(anything: Any, shaped: Any) -> None:
    for configuration in (anything, shaped):
        stack = stack_of(configuration)
        assert all(isinstance(each.arn, Text) for each in stack.resources.values())
