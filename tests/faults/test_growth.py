"""Twice as much input takes twice as much work, for whatever a stranger may write a lot of.

Work is counted, in calls of functions, and not timed: equal on every machine. What grows with the
square costs four times as much, and an attacker needs one file of a megabyte.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from passrole.analysis import analyse
from passrole.contributions import Contributions, gather
from passrole.findings import ReportOptions
from passrole.iam.policies import Policy
from passrole.plugin_loading import find_plugins, load_plugins, select_plugins
from passrole.reporters import BUILT_IN, reporter
from passrole.settings import Settings
from passrole.testing import graph_of

pytestmark = pytest.mark.faults

Files = Mapping[str, str]
STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}
TRUST = {"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole"}  # fmt: skip
WORKING = (
    {"Effect": "Allow", "Action": "codepipeline:PollForJobs", "Resource": "*"},
    {"Effect": "Allow", "Action": "codepipeline:PutJobSuccessResult", "Resource": "*"},
)
FIRST = 24


def template(resources: Mapping[str, Any], **sections: Any) -> str:
    return json.dumps(
        {"AWSTemplateFormatVersion": "2010-09-09", "Resources": dict(resources), **sections}
    )


def role(*statements: Any, trust: Any = TRUST, **properties: Any) -> dict[str, Any]:
    policy = {"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)}}  # fmt: skip
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": trust},
            "Policies": [policy],
            **properties,
        },
    }


def pipeline(*stages: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "Type": "AWS::CodePipeline::Pipeline",
        "Properties": {
            "RoleArn": {"Fn::GetAtt": ["R", "Arn"]},
            "ArtifactStore": {"Type": "S3", "Location": "artifacts"},
            "Stages": [{"Name": f"S{n}", "Actions": actions} for n, actions in enumerate(stages)],
        },
    }


def build(name: str, given: str = "A", made: str = "") -> dict[str, Any]:
    return {
        "Name": name,
        "ActionTypeId": {"Category": "Build", "Owner": "AWS", "Provider": "CodeBuild", "Version": "1"},
        "Configuration": {"ProjectName": f"project-{name}"},
        "InputArtifacts": [{"Name": given}],
        "OutputArtifacts": [{"Name": made}] if made else [],
    }  # fmt: skip


SOURCE = [
    {
        "Name": "Source",
        "ActionTypeId": {"Category": "Source", "Owner": "AWS", "Provider": "S3", "Version": "1"},
        "Configuration": {"S3Bucket": "source", "S3ObjectKey": "a.zip"},
        "OutputArtifacts": [{"Name": "A"}],
    }
]


def event_rule(of: str, bucket: str) -> dict[str, Any]:
    arn = {"Fn::Sub": f"arn:aws:codepipeline:${{AWS::Region}}:${{AWS::AccountId}}:${{{of}}}"}
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [bucket]}, "object": {"key": ["a.zip"]}},
    }
    return {
        "Type": "AWS::Events::Rule",
        "Properties": {"EventPattern": pattern, "Targets": [{"Id": "P", "Arn": arn}]},
    }


def many(count: int, make: Callable[[int], Any]) -> dict[str, Any]:
    return {f"R{number}": make(number) for number in range(count)}


def arn_of(number: int) -> dict[str, Any]:
    return {"Fn::GetAtt": [f"R{number}", "Arn"]}


def one(text: str) -> Files:
    return {"t.json": text}


def terraform(text: str) -> Files:
    return {"main.tf": text}


POLICY = 'resource "aws_iam_policy" "p%d" {\n  policy = "{\\"Statement\\": []}"\n}\n'
SHAPES: dict[str, Callable[[int], Files]] = {
    "roles": lambda n: one(template(many(n, lambda _: role(STATEMENT)))),
    "statements": lambda n: one(template({"R": role(*[STATEMENT] * n)})),
    "other statements": lambda n: one(template({"R": role(*({**STATEMENT, "Resource": f"arn:aws:s3:::b{i}/*"} for i in range(n)))})),
    "denials": lambda n: one(template({"R": role(STATEMENT, *({**STATEMENT, "Effect": "Deny", "Resource": f"arn:aws:s3:::b{i}/*"} for i in range(n)))})),
    "actions of a statement": lambda n: one(template({"R": role({**STATEMENT, "Action": [f"s3:Get{i}*" for i in range(n)]})})),
    "resources of a statement": lambda n: one(template({"R": role({**STATEMENT, "Resource": [f"arn:aws:s3:::b{i}/*" for i in range(100 * n)]})})),
    "principals": lambda n: one(template({"R": role(STATEMENT, trust={**TRUST, "Principal": {"AWS": [f"arn:aws:iam::{i:012}:root" for i in range(20 * n)]}})})),
    "conditions of a statement": lambda n: one(template({"R": role({**STATEMENT, "Condition": {"StringEquals": {f"aws:RequestTag/k{i}": "v" for i in range(200 * n)}}})})),
    "policies of a role": lambda n: one(template({"R": role(STATEMENT, Policies=[{"PolicyName": f"p{i}", "PolicyDocument": {"Statement": [STATEMENT]}} for i in range(n)])})),
    "actions of a stage": lambda n: one(template({"R": role(STATEMENT), "P": pipeline(SOURCE, [build(f"B{i}") for i in range(n)])})),
    "actions in a row": lambda n: one(template({"R": role(STATEMENT), "P": pipeline(SOURCE, *([build(f"B{i}", f"A{i}", f"A{i + 1}")] for i in range(n)))})),
    "actions of one artifact": lambda n: one(template({"R": role(STATEMENT), "P": pipeline(SOURCE, [build(f"B{i}", "A", "A") for i in range(n)])})),
    "pipelines": lambda n: one(template({"R": role(STATEMENT), **many(n, lambda _: pipeline(SOURCE, [build("B")]))})),
    "references in a row": lambda n: one(template({**many(n, lambda i: role({**STATEMENT, "Resource": arn_of(i + 1)})), f"R{n}": role(STATEMENT)})),
    "roles that assume the next": lambda n: one(template({**many(n, lambda i: role({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": arn_of(i + 1)}, trust={**TRUST, "Principal": {"AWS": "*"}})), f"R{n}": role(STATEMENT)})),
    "conditions in a row": lambda m: one(template({"R": {**role(STATEMENT), "Condition": "C0"}}, Conditions={**{f"C{i}": {"Fn::Not": [{"Condition": f"C{i + 1}"}]} for i in range(20 * m)}, f"C{20 * m}": {"Fn::Equals": [{"Ref": "AWS::Region"}, "x"]}})),
    "parameters": lambda n: one(template({"R": role({**STATEMENT, "Resource": [{"Ref": f"P{i}"} for i in range(n)]})}, Parameters={f"P{i}": {"Type": "String", "Default": "arn:aws:s3:::b"} for i in range(n)})),
    "allowed values": lambda n: one(template({"R": role({**STATEMENT, "Resource": {"Ref": "P"}})}, Parameters={"P": {"Type": "String", "AllowedValues": [f"arn:aws:s3:::b{i}" for i in range(n)]}})),
    "entries of a mapping": lambda n: one(template({"R": role({**STATEMENT, "Resource": {"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "v"]}})}, Mappings={"M": {f"k{i}": {"v": f"arn:aws:s3:::b{i}"} for i in range(n)}})),
    "keys that nobody reads": lambda n: one(template({"R": role(STATEMENT)}, Metadata={f"k{i}": [i] for i in range(20 * n)})),
    "keys that stand twice": lambda n: {"t.yaml": "Resources:\n  R: {Type: AWS::IAM::Role}\nMetadata:\n" + "  k: v\n" * (20 * n)},
    "resources that are none": lambda n: one(template(many(n, lambda _: {"Type": "AWS::IAM::Role", "Properties": "no"}))),
    "undefined references": lambda n: one(template({"R": role({**STATEMENT, "Resource": [{"Ref": f"X{i}"} for i in range(n)]})})),
    "variables in a text": lambda n: one(template({"R": role({**STATEMENT, "Resource": {"Fn::Sub": "arn:aws:s3:::" + "${AWS::Region}" * n}})})),
    "wildcards": lambda n: one(template({"R": role({**STATEMENT, "Resource": "arn:aws:s3:::" + "*a" * n})})),
    "exports of many files": lambda n: {f"t{i}.json": template({"R": role({**STATEMENT, "Resource": {"Fn::ImportValue": f"e{i + 1}"}})}, Outputs={"O": {"Value": arn_of(0) and {"Fn::GetAtt": ["R", "Arn"]}, "Export": {"Name": f"e{i}"}}}) for i in range(n)},
    "files": lambda n: {f"d{i % 7}/t{i}.json": template({"R": role(STATEMENT)}) for i in range(n)},
    "files that are not ours": lambda n: {f"d{i % 7}/t{i}.json": '{"a": [1, 2]}' for i in range(5 * n)},
    "nested stacks": lambda n: {"t.json": template(many(n, lambda i: {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": f"./n{i}.json"}})), **{f"n{i}.json": template({"R": role(STATEMENT)}) for i in range(n)}},
    "suppressions": lambda n: {"t.yaml": template({"R": role(STATEMENT)}) + "\n" + "# passrole: ignore[star-resource] because\n" * n},
    "policy files": lambda n: {f"p{i}.json": json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]}) for i in range(n)},
    "resources of terraform": lambda n: terraform("".join(POLICY % i for i in range(n))),
    "terraform of many files": lambda n: {f"f{i}.tf": POLICY % i for i in range(n)},
    "modules": lambda n: {**{f"m{i}/main.tf": POLICY % i for i in range(n)}, "main.tf": "".join(f'module "m{i}" {{\n  source = "./m{i}"\n}}\n' for i in range(n))},
    "locals in a row": lambda n: terraform("locals {\n" + "".join(f'  a{i} = "${{local.a{i + 1}}}"\n' for i in range(n)) + f'  a{n} = "{{}}"\n}}\nresource "aws_iam_policy" "p" {{\n  policy = local.a0\n}}\n'),
    "roles in a row": lambda n: terraform("".join(f'resource "aws_iam_role" "r{i}" {{\n  name = aws_iam_role.r{i + 1}.name\n  assume_role_policy = "{{}}"\n}}\n' for i in range(n)) + f'resource "aws_iam_role" "r{n}" {{\n  name = "x"\n  assume_role_policy = "{{}}"\n}}\n'),
    "instances": lambda n: terraform(f'resource "aws_iam_role" "r" {{\n  for_each = toset([for i in range({n}) : tostring(i)])\n  name = each.key\n  assume_role_policy = "{{}}"\n}}\n'),
    "policy documents": lambda n: terraform("".join(f'data "aws_iam_policy_document" "d{i}" {{\n  statement {{\n    actions   = ["s3:GetObject"]\n    resources = ["arn:aws:s3:::b/*"]\n  }}\n}}\nresource "aws_iam_policy" "p{i}" {{\n  policy = data.aws_iam_policy_document.d{i}.json\n}}\n' for i in range(n))),
    "rules of one pipeline": lambda n: one(template({"R": role(STATEMENT), "P": pipeline(SOURCE, [build("B")]), **many(n, lambda _: event_rule("P", "other"))})),
    "pipelines with rules": lambda n: one(template({"R": role(STATEMENT), **{f"P{i}": pipeline(SOURCE, [build("B")]) for i in range(n)}, **many(n, lambda i: event_rule(f"P{i}", "other"))})),
    "policies of workers": lambda n: one(template({"P": pipeline(SOURCE, [build("B")]), "R": role(STATEMENT), **{f"F{i}": {"Type": "AWS::Lambda::Function", "Properties": {"Role": arn_of(i)}} for i in range(n)}, **many(n, lambda _: role(*WORKING))})),
    "roles that lack the same": lambda n: one(template({"R": role(STATEMENT), **{f"P{i}": pipeline(SOURCE, [{**build("B"), "RoleArn": arn_of(i)}]) for i in range(n)}, **many(n, lambda _: role(STATEMENT, trust={**TRUST, "Principal": {"AWS": "*"}}))})),
    "mistakes of terraform": lambda n: terraform("# aws_iam_policy\n" + "}{\n" * n),
    "blocks of one name": lambda n: terraform((POLICY % 0) * n),
}  # fmt: skip


@cache
def contributions() -> Contributions:
    return gather(load_plugins(select_plugins(find_plugins(), third_party=False)))


def work(files: Files, folder: Path) -> int:
    """How many functions are called to analyse a tree and to report of it in every format."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    settings = Settings(paths=(folder,), root=folder, ruleset="strict")

    def look() -> None:
        results = analyse(settings, contributions()).results
        for format_ in BUILT_IN:
            render: Any = reporter(format_, {})
            render(results, ReportOptions(show_unknown=True, root=str(folder)))

    return calls_of(look)


def calls_of(look: Callable[[], None]) -> int:
    """How many functions are called."""
    calls = 0

    def counted(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        look()
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("shape", SHAPES)
def test_work_grows_with_the_input_and_not_with_its_square(shape: str, tmp_path: Path) -> None:
    make = SHAPES[shape]
    work(make(2), tmp_path / "warm")  # what is loaded once
    once, twice, four_times = (
        work(make(factor * FIRST), tmp_path / str(factor)) for factor in (1, 2, 4)
    )
    # What does not depend on the size falls out: twice for what is linear, four times for a square.
    growth = (four_times - twice) / max(twice - once, 1)
    # A tenth more is what is worked out again where another test had filled a cache.
    is_noise = four_times - twice < twice // 10
    assert is_noise or growth < 2.7, f"{once}, {twice}, {four_times}: {growth:.2f}"


def test_who_shares_a_policy_is_found_once_for_all() -> None:
    def asked(count: int) -> int:
        graph = graph_of(template(many(count, lambda _: role(STATEMENT))), contributions())

        def look() -> None:
            for each in graph.roles:
                for policy in graph.policies_of(each):
                    assert isinstance(policy, Policy)
                    assert not graph.policies.is_shared(policy, each)

        return calls_of(look)

    once, twice, four_times = (asked(factor * FIRST) for factor in (1, 2, 4))
    assert (four_times - twice) / (twice - once) < 2.2
