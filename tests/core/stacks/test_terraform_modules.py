"""Root modules with the modules that they call: one stack, as Terraform deploys it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passrole.documents.limits import Limits
from passrole.documents.nodes import Document
from passrole.documents.recognition import parse
from passrole.documents.tree import Tree
from passrole.iam.policies import PolicyKind, read_policy
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceType, ResourceTypes, Stack
from passrole.values import Listing, Unknown, Value, get, known

TYPES = ResourceTypes.of(
    (
        ResourceType(
            terraform="aws_iam_role",
            arn="arn:{partition}:iam::{account}:role{path=/}{name}",
            terraform_attributes={"id": "name", "name": "name", "arn": "arn", "unique_id": "id"},
            fields={"name": ("RoleName", "name"), "path": ("Path", "path")},
        ),
        ResourceType(
            terraform="aws_sns_topic",
            arn="arn:{partition}:sns:{region}:{account}:{name}",
            terraform_attributes={"arn": "arn", "name": "name"},
            fields={"name": ("TopicName", "name")},
        ),
    )
)

ROLE = {
    "variable": {"name": {"type": "string"}, "suffix": {"default": "x"}},
    "resource": {"aws_iam_role": {"this": {"name": "${var.name}-${var.suffix}"}}},
    "output": {
        "arn": {"value": "${aws_iam_role.this.arn}"},
        "name": {"value": "${aws_iam_role.this.name}"},
    },
}
ROLE_ARN = "arn:aws:iam::${account}:role/"

Scan = Callable[..., dict[str, Stack]]


@pytest.fixture
def scan(tmp_path: Path) -> Scan:
    """``scan({"main.tf.json": {...}})``: the stacks of a tree, by their id."""

    def stacks(
        files: dict[str, Any], found: str = ".tf.json", **deployment: Any
    ) -> dict[str, Stack]:
        documents: list[Document] = []
        tree = Tree(tmp_path)
        for path, content in files.items():
            place = tmp_path / path
            place.parent.mkdir(parents=True, exist_ok=True)
            text = content if isinstance(content, str) else json.dumps(content, indent=1)
            place.write_text(text)
            if path.endswith(found):
                documents.append(parse(path, text.encode(), Limits()))
                tree.add(documents[-1])
        read = read_stacks(documents, TYPES, Deployment(**deployment), tree)
        return {each.id: each for each in read}

    return stacks


def call(source: str = "./modules/role", **arguments: Any) -> dict[str, Any]:
    return {"source": source, **arguments}


def outputs(**values: str) -> dict[str, Any]:
    return {name: {"value": f"${{{value}}}"} for name, value in values.items()}


def kinds(stack: Stack) -> list[str]:
    return [each.problem.kind for each in stack.problems]


def texts(value: Value) -> list[str]:
    assert isinstance(value, Listing)
    return [str(each) for each in value.values]


def test_a_module_is_a_part_of_the_stack_of_its_root(scan: Scan) -> None:
    stacks = scan(
        {
            "main.tf.json": {
                "module": {"build": call(name="build")},
                "output": outputs(arn="module.build.arn"),
            },
            "modules/role/main.tf.json": ROLE,
        }
    )
    assert list(stacks) == ["."]
    stack = stacks["."]
    assert list(stack.resources) == ["module.build.aws_iam_role.this"]
    role = stack.resources["module.build.aws_iam_role.this"]
    assert known(role.name) == "build-x"
    assert role.location.path == "modules/role/main.tf.json"
    assert stack.outputs["arn"] == role.arn
    assert not stack.assumptions, "what the caller leaves out is no assumption"
    assert not stack.problems


def test_modules_call_modules_beside_them(scan: Scan) -> None:
    stacks = scan(
        {
            "live/prod/main.tf.json": {
                "module": {"app": call("../../modules/app", env="prod")},
                "output": outputs(arn="module.app.arn"),
            },
            "modules/app/main.tf.json": {
                "variable": {"env": {}},
                "locals": {"name": "app-${var.env}"},
                "module": {"role": call("../role", name="${local.name}", suffix="r")},
                "output": outputs(arn="module.role.arn"),
            },
            "modules/role/main.tf.json": ROLE,
        }
    )
    assert list(stacks) == ["live/prod"]
    stack = stacks["live/prod"]
    assert list(stack.resources) == ["module.app.module.role.aws_iam_role.this"]
    assert str(stack.outputs["arn"]) == f"{ROLE_ARN}app-prod-r"


def test_a_module_that_was_not_scanned_is_opened(scan: Scan) -> None:
    files = {
        "main.tf.json": {"module": {"build": call(name="build")}},
        "modules/role/main.tf.json": ROLE,
    }
    stacks = scan(files, found="main.tf.json")
    assert "module.build.aws_iam_role.this" in stacks["."].resources


@pytest.mark.parametrize(
    ("arguments", "reference", "expected"),
    [
        ({"count": 2, "name": "n${count.index}"}, "module.r[1].name", "n1-x"),
        ({"count": 2, "name": "n${count.index}"}, 'join(",", module.r[*].name)', "n0-x,n1-x"),
        ({"count": 2, "name": "n${count.index}"}, 'join(",", module.r.*.name)', "n0-x,n1-x"),
        ({"count": 1, "name": "one"}, "one(module.r[*].name)", "one-x"),
        ({"count": 0, "name": "one"}, 'try(module.r[0].name, "none")', "none"),
        ({"for_each": {"a": "A", "b": "B"}, "name": "${each.value}"}, 'module.r["b"].name', "B-x"),
        ({"for_each": '${toset(["a"])}', "name": "${each.key}"}, "module.r.a.name", "a-x"),
        (
            {"for_each": '${toset(["a", "b"])}', "name": "${each.key}"},
            'join(",", [for k, m in module.r : "${k}=${m.name}"])',
            "a=a-x,b=b-x",
        ),
        (
            {"for_each": '${toset(["a", "b"])}', "name": "${each.key}"},
            'join(",", values(module.r)[*].name)',
            "a-x,b-x",
        ),
        ({"name": "n", "suffix": ""}, "module.r.name", "n-"),
    ],
)
def test_instances_of_modules(
    scan: Scan, arguments: dict[str, Any], reference: str, expected: str
) -> None:
    stacks = scan(
        {
            "main.tf.json": {
                "module": {"r": call(**arguments)},
                "output": outputs(o=reference),
            },
            "modules/role/main.tf.json": ROLE,
        }
    )
    assert str(stacks["."].outputs["o"]) == expected


def test_addresses_of_instances(scan: Scan) -> None:
    stacks = scan(
        {
            "main.tf.json": {
                "module": {
                    "each": call(for_each='${toset(["a", "b"])}', name="${each.key}"),
                    "many": call(for_each="${var.names}", name="${each.key}"),
                    "two": call(count=2, name="n"),
                },
                "variable": {"names": {"type": "set(string)"}},
            },
            "modules/role/main.tf.json": ROLE,
        }
    )
    resources = stacks["."].resources
    assert list(resources) == [
        'module.each["a"].aws_iam_role.this', 'module.each["b"].aws_iam_role.this',
        "module.many.aws_iam_role.this",
        "module.two[0].aws_iam_role.this", "module.two[1].aws_iam_role.this",
    ]  # fmt: skip
    many = resources["module.many.aws_iam_role.this"]
    assert many.stands_for_many
    assert many.world.describe() == "var.names gives instances"
    assert [each.stands_for_many for each in resources.values()].count(True) == 1


def test_keys_that_are_known_have_instances_of_their_own(scan: Scan) -> None:
    role = {"for_each": '${toset(concat(["a"], var.more))}', "name": "${each.key}"}
    stacks = scan(
        {
            "main.tf.json": {
                "variable": {"more": {"type": "list(string)"}},
                "resource": {"aws_iam_role": {"r": role}},
            }
        }
    )
    resources = stacks["."].resources
    assert {id_: each.stands_for_many for id_, each in resources.items()} == {
        'aws_iam_role.r["a"]': False, "aws_iam_role.r[*]": True,
    }  # fmt: skip
    assert known(resources['aws_iam_role.r["a"]'].name) == "a"


def test_what_exists_in_a_module_that_may_not_exist(scan: Scan) -> None:
    stacks = scan(
        {
            "main.tf.json": {
                "variable": {"on": {"type": "bool"}},
                "module": {"r": call(count="${var.on ? 1 : 0}", name="n")},
            },
            "modules/role/main.tf.json": ROLE,
        }
    )
    (role,) = stacks["."].resources.values()
    assert role.id == "module.r.aws_iam_role.this"
    assert role.world.describe() == "var.on"


def test_equal_names_through_modules_are_equal(scan: Scan) -> None:
    stacks = scan(
        {
            "main.tf.json": {
                "variable": {"team": {}},
                "module": {"r": call(name="${var.team}")},
                "output": outputs(inside="module.r.name", outside='"${var.team}-x"'),
            },
            "modules/role/main.tf.json": ROLE,
        }
    )
    found = stacks["."].outputs
    assert found["inside"] == found["outside"]


def test_remote_modules_are_unknown_and_themselves(scan: Scan) -> None:
    stacks = scan(
        {
            "main.tf.json": {
                "module": {
                    "vpc": call("terraform-aws-modules/vpc/aws", version="1.0"),
                    "job": call("a/job/aws", role="${aws_iam_role.r.name}"),
                },
                "resource": {"aws_iam_role": {"r": {}}},
                "output": outputs(
                    one="module.vpc.arns",
                    two='"${module.vpc.arn}/x"',
                    other="module.vpc.ids[0]",
                    name="module.vpc.name",
                    role="module.job.role_name",
                ),
            },
            "modules/role/main.tf.json": ROLE,
        }
    )
    stack = stacks["."]
    assert isinstance(stack.outputs["one"], Unknown)
    assert "not in the scanned tree" in stack.outputs["one"].reason
    assert str(stack.outputs["two"]) == "${module.vpc.arn}/x"
    assert str(stack.outputs["name"]) == "${module.vpc.name}"
    assert isinstance(stack.outputs["role"], Unknown), "it may be the role that it was given"
    assert not stack.problems
    # Nothing calls the other directory: it is a root, its variable without a default a hole.
    role = stacks["modules/role"].resources["aws_iam_role.this"]
    assert str(role.name) == "${var.name}-x"


def test_a_module_that_has_no_instance_is_a_root_after_all(scan: Scan) -> None:
    stacks = scan(
        {
            "main.tf.json": {"module": {"r": call(count=0, name="n")}},
            "modules/role/main.tf.json": ROLE,
        }
    )
    assert sorted(stacks) == [".", "modules/role"]


def test_modules_that_call_each_other(scan: Scan) -> None:
    stacks = scan(
        {
            "a/main.tf.json": {"module": {"b": call("../b")}, "output": outputs(o="module.b.o")},
            "b/main.tf.json": {"module": {"a": call("../a")}, "output": outputs(o="module.a.o")},
        }
    )
    assert list(stacks) == ["a"]
    assert kinds(stacks["a"]) == ["cycle"]
    assert isinstance(stacks["a"].outputs["o"], Unknown)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("./nowhere", "missing-module"),
        ("../../outside", "outside-tree"),
        ("./", "cycle"),
        ("git::https://example.com/x.git//modules/x", None),
    ],
)
def test_sources_that_cannot_be_read(scan: Scan, source: str, problem: str | None) -> None:
    stacks = scan({"main.tf.json": {"module": {"m": call(source)}}})
    assert kinds(stacks["."]) == ([problem] if problem else [])


def test_a_module_in_other_capitals_is_named(scan: Scan) -> None:
    stacks = scan(
        {
            "main.tf.json": {"module": {"m": call("./modules/Role")}},
            "modules/role/main.tf.json": ROLE,
        }
    )
    (told,) = stacks["."].problems
    assert "modules/role is written with other capitals" in told.problem.message


def test_many_instances_are_bounded(scan: Scan) -> None:
    stacks = scan(
        {
            "main.tf.json": {"module": {"a": call("./a", count=30)}},
            "a/main.tf.json": {"module": {"r": call("../modules/role", count=30, name="n")}},
            "modules/role/main.tf.json": ROLE,
        }
    )
    assert "limit" in kinds(stacks["."])
    assert len(stacks["."].resources) <= 500


def test_a_long_chain_through_modules_is_followed(scan: Scan) -> None:
    modules = {
        f"m{index}": call("./modules/role", name=f"${{module.m{index + 1}.name}}", suffix="")
        for index in range(60)
    }
    stacks = scan(
        {
            "main.tf.json": {
                "module": {**modules, "m60": call(name="end", suffix="")},
                "output": outputs(o="module.m0.name"),
            },
            "modules/role/main.tf.json": ROLE,
        }
    )
    assert str(stacks["."].outputs["o"]) == "end" + "-" * 61


def test_a_value_that_needs_itself_through_a_module(scan: Scan) -> None:
    stacks = scan(
        {
            "main.tf.json": {"module": {"r": call(name="${module.r.name}")}},
            "modules/role/main.tf.json": ROLE,
        }
    )
    assert kinds(stacks["."]) == ["cycle"]


def test_providers_are_passed_to_modules(scan: Scan) -> None:
    topic = {"resource": {"aws_sns_topic": {"t": {"name": "t"}}}}
    inner = {"resource": {"aws_sns_topic": {"t": {"name": "t", "provider": "aws.other"}}}}
    stacks = scan(
        {
            "main.tf.json": {
                "provider": {
                    "aws": [
                        {"region": "eu-west-1"},
                        {"alias": "us", "region": "us-east-1"},
                        {
                            "alias": "prod",
                            "region": "eu-west-1",
                            "assume_role": {"role_arn": "arn:aws:iam::111122223333:role/deploy"},
                        },
                    ]
                },
                "module": {
                    "default": call("./topic"),
                    "us": call("./topic", providers={"aws": "aws.us"}),
                    "prod": call("./inner", providers={"aws.other": "aws.prod"}),
                },
            },
            "topic/main.tf.json": topic,
            "inner/main.tf.json": inner,
        }
    )
    arns = {id_: str(each.arn) for id_, each in stacks["."].resources.items()}
    assert arns == {
        "module.default.aws_sns_topic.t": "arn:aws:sns:eu-west-1:${account}:t",
        "module.us.aws_sns_topic.t": "arn:aws:sns:us-east-1:${account}:t",
        "module.prod.aws_sns_topic.t": "arn:aws:sns:eu-west-1:111122223333:t",
    }


def test_a_resource_may_name_a_region_of_its_own(scan: Scan) -> None:
    topic = {"name": "t", "region": "us-west-2"}
    stacks = scan(
        {
            "main.tf.json": {
                "provider": {"aws": {"region": "eu-west-1"}},
                "resource": {"aws_sns_topic": {"here": {"name": "t"}, "there": topic}},
            }
        }
    )
    here, there = stacks["."].resources.values()
    assert str(here.arn) == "arn:aws:sns:eu-west-1:${account}:t"
    assert str(there.arn) == "arn:aws:sns:us-west-2:${account}:t"
    assert here.target.id != there.target.id


def test_the_account_that_is_allowed(scan: Scan) -> None:
    stacks = scan(
        {
            "main.tf.json": {
                "provider": {
                    "aws": {"region": "eu-west-1", "allowed_account_ids": ["111122223333"]}
                },
                "resource": {"aws_iam_role": {"r": {"name": "r"}}},
            }
        }
    )
    arn = stacks["."].resources["aws_iam_role.r"].arn
    assert known(arn) == "arn:aws:iam::111122223333:role/r"


def test_files_that_set_variables(scan: Scan) -> None:
    names = ("default", "main", "json", "auto_a", "auto_b", "named", "given")
    config = {
        "variable": {name: {"default": "default"} for name in names},
        "output": outputs(o=f"[{', '.join(f'var.{name}' for name in names)}]"),
        "resource": {"aws_sns_topic": {"t": {"name": "".join(f"${{var.{n}}}" for n in names)}}},
    }
    rising = ["terraform.tfvars.json", "a.auto.tfvars.json", "b.auto.tfvars.json"]
    files: dict[str, Any] = {"main.tf.json": config}
    for index, file in enumerate(rising):
        files[file] = dict.fromkeys(names[2 + index :], file)
    files["env/prod.tfvars.json"] = {"default": "not automatic"}
    text = json.dumps({"named": "named", "given": "named"})
    named = parse("prod.tfvars.json", text.encode(), Limits())
    stacks = scan(files, variables=(named,), parameters={"given": "given"})
    assert texts(stacks["."].outputs["o"]) == ["default", "default", *rising, "named", "given"]
    assert stacks["."].assumptions == ("default=default", "main=default")


def test_variables_are_converted_to_their_types(scan: Scan) -> None:
    stage = "list(object({name = string, count = optional(number, 3), extra = optional(string)}))"
    stacks = scan(
        {
            "main.tf.json": {
                "variable": {
                    "stages": {"type": stage},
                    "flag": {"type": "bool", "default": "true"},
                    "names": {"type": "set(string)", "default": ["b", "a", "b"]},
                    "never": {"type": "string", "default": "d", "nullable": False},
                },
                "output": outputs(
                    count="var.stages[0].count",
                    extra="var.stages[0].extra == null",
                    flag='var.flag ? "yes" : "no"',
                    names="var.names",
                    never="var.never",
                ),
            },
            "terraform.tfvars.json": {"stages": [{"name": "s"}], "never": None},
        }
    )
    found = stacks["."].outputs
    assert [known(found[name]) for name in ("count", "extra", "flag", "never")] == [
        "3", "true", "yes", "d",
    ]  # fmt: skip
    assert texts(found["names"]) == ["a", "b"]


def test_files_of_the_tree_are_read(scan: Scan) -> None:
    stacks = scan(
        {
            "main.tf.json": {
                "module": {"p": call("./p")},
                "output": outputs(
                    rendered="module.p.rendered",
                    plain="module.p.plain",
                    missing='file("none.json")',
                    again='file("none.json")',
                    outside='file("../secret")',
                    encoded='filebase64("${path.module}/p/plain.txt")',
                ),
            },
            "p/main.tf.json": {
                "resource": {"aws_iam_role": {"r": {}}},
                "output": outputs(
                    rendered='templatefile("${path.module}/policy.tpl", '
                    "{arn = aws_iam_role.r.arn, n = 1})",
                    plain='file("${path.module}/plain.txt")',
                ),
            },
            "p/policy.tpl": '{"Resource": "${arn}", "n": ${n}, "u": "$${aws:username}"}',
            "p/plain.txt": "${not.a.template}",
        }
    )
    found = stacks["."].outputs
    role = "arn:aws:iam::${account}:role/${module.p.aws_iam_role.r.name}"
    assert str(found["rendered"]) == f'{{"Resource": "{role}", "n": 1, "u": "${{aws:username}}"}}'
    assert known(found["plain"]) == "${not.a.template}"
    assert known(found["encoded"]) == "JHtub3QuYS50ZW1wbGF0ZX0="
    assert known(found["missing"]) is None
    assert found["missing"] == found["again"]
    assert known(found["outside"]) is None


def test_templates_that_call_each_other_come_to_an_end(scan: Scan) -> None:
    twice = '${templatefile("%s.tpl", {})}${templatefile("%s.tpl", {})}'
    stacks = scan(
        {
            "main.tf.json": {
                "output": outputs(
                    endless='templatefile("a.tpl", {})', nested='templatefile("c.tpl", {})'
                )
            },
            "a.tpl": twice % ("b", "b"),
            "b.tpl": twice % ("a", "a"),
            "c.tpl": twice % ("d", "d"),
            "d.tpl": "x",
        }
    )
    found = stacks["."].outputs
    assert known(found["endless"]) is None
    assert known(found["nested"]) == "xx"


@pytest.mark.parametrize("expression", ['file("t.json")', 'templatefile("t.json", {name = "x"})'])
def test_a_policy_in_a_file_is_placed_there(scan: Scan, expression: str) -> None:
    policy = """\
{
  "Statement": [
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::${name}/*"},
    {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}
  ]
}
"""
    role = {"assume_role_policy": f"${{{expression}}}"}
    stacks = scan({"main.tf.json": {"resource": {"aws_iam_role": {"r": role}}}, "t.json": policy})
    trust = get(stacks["."].resources["aws_iam_role.r"].properties, "assume_role_policy")
    places = [each.origin for each in read_policy(trust, PolicyKind.IDENTITY).statements]
    assert [each and each.document.path for each in places] == ["t.json", "t.json"]
    assert [each and each.document.location(each.node).line for each in places] == [3, 4]


def test_templates_of_old_configurations(scan: Scan) -> None:
    template = {"template": '${file("${path.module}/p.tpl")}', "vars": {"name": "${var.name}"}}
    inline = {"template": "$${name}-x", "vars": {"name": "n"}}
    stacks = scan(
        {
            "main.tf.json": {
                "variable": {"name": {}},
                "data": {"template_file": {"p": template, "i": inline}},
                "output": outputs(
                    p="data.template_file.p.rendered", i="data.template_file.i.rendered"
                ),
            },
            "p.tpl": '{"Resource": "${name}/*"}',
        }
    )
    found = stacks["."].outputs
    assert str(found["p"]) == '{"Resource": "${var.name}/*"}'
    assert known(found["i"]) == "n-x"


def test_reading_the_same_state_twice_is_the_same(scan: Scan) -> None:
    config = {"backend": "s3", "config": {"bucket": "b", "key": "network"}}
    stacks = scan(
        {
            "main.tf.json": {
                "data": {
                    "terraform_remote_state": {
                        "one": config, "two": config, "other": {"backend": "local"},
                    }
                },
                "output": outputs(
                    one="data.terraform_remote_state.one.outputs.arn",
                    two="data.terraform_remote_state.two.outputs.arn",
                    other="data.terraform_remote_state.other.outputs.arn",
                ),
            }
        }
    )  # fmt: skip
    found = stacks["."].outputs
    assert found["one"] == found["two"] != found["other"]


NATIVE_ROOT = """\
provider "aws" {
  region = "eu-west-1"
}
provider "aws" {
  alias  = "us"
  region = "us-east-1"
}
variable "teams" {
  type = map(object({ names = set(string), suffix = optional(string, "x") }))
}
module "team" {
  source    = "./modules/team"
  for_each  = var.teams
  names     = each.value.names
  suffix    = each.value.suffix
  providers = { aws = aws.us }
}
output "arns" {
  value = flatten([for key, team in module.team : [for name in team.names : "${key}/${name}"]])
}
"""
NATIVE_TEAM = """\
variable "names" { type = set(string) }
variable "suffix" { default = null }
locals {
  suffix = var.suffix == null ? "" : "-${var.suffix}"
}
module "role" {
  source   = "../role"
  for_each = var.names
  name     = "${each.key}${local.suffix}"
}
resource "aws_sns_topic" "t" {
  name = join("-", sort(values(module.role)[*].name))
}
output "names" { value = [for role in module.role : role.name] }
"""
NATIVE_ROLE = """\
variable "name" {}
resource "aws_iam_role" "this" {
  name = var.name
}
output "name" { value = aws_iam_role.this.name }
"""


def test_modules_in_native_syntax(scan: Scan) -> None:
    stacks = scan(
        {
            "main.tf": NATIVE_ROOT,
            "modules/team/main.tf": NATIVE_TEAM,
            "modules/role/main.tf": NATIVE_ROLE,
            "terraform.tfvars": 'teams = {\n  a = { names = ["p", "q"] }\n  b = { names = ["r"]\n'
            '    suffix = "s" }\n}\n',
        },
        found=".tf",
    )
    assert list(stacks) == ["."]
    stack = stacks["."]
    assert not stack.problems
    assert [str(each.name) for each in stack.resources.values()] == [
        "p-x-q-x", "p-x", "q-x", "r-s", "r-s",
    ]  # fmt: skip
    topic = stack.resources['module.team["a"].aws_sns_topic.t']
    assert str(topic.arn) == "arn:aws:sns:us-east-1:${account}:p-x-q-x"
    assert texts(stack.outputs["arns"]) == ["a/p-x", "a/q-x", "b/r-s"]
