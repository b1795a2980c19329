"""Trees that strangers may write to bring a scanner down, each with what a run says of it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple


class Attack(NamedTuple):
    """Files by path; the kinds of diagnostics that are told; links, and files that are none.

    What is ``analysed`` all the same is no reason for exit code 3.
    """

    files: Mapping[str, str | bytes]
    kinds: frozenset[str] = frozenset()
    analysed: bool = True
    make: Callable[[Path], object] = lambda folder: folder


def refused(kind: str, files: Mapping[str, str | bytes]) -> Attack:
    """An attack that costs its file."""
    return Attack(files, frozenset((kind,)), analysed=False)


STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}
HEAD = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  B: {Type: 'AWS::S3::Bucket'}\n"


def template(*statements: Any, **sections: Any) -> dict[str, str]:
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    resource = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy}}
    return {"t.json": json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"P": resource}, **sections})}  # fmt: skip


def yaml(metadata: str) -> dict[str, str]:
    return {"t.yaml": f"{HEAD}Metadata: {metadata}\n"}


def policy(expression: str, before: str = "", **files: str | bytes) -> dict[str, str | bytes]:
    text = f'{before}resource "aws_iam_policy" "p" {{\n  policy = {expression}\n}}\n'
    return {"main.tf": text, **files}


def doubling(step: str, last: str, count: int = 60) -> str:
    lines = [f"  a{n} = {step.replace('NEXT', f'local.a{n + 1}')}\n" for n in range(count)]
    return f"locals {{\n{''.join(lines)}  a{count} = {last}\n}}\n"


def nested(before: str, inner: str, after: str, count: int) -> str:
    return before * count + inner + after * count


def laughs(count: int) -> str:
    lines = ["\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n"]
    lines += [f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, count)]
    return "".join(lines)


def merges(count: int) -> str:
    lines = ["\n  m0: &m0 {k0: 1}\n"]
    lines += [f"  m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}], k{n}: 1}}\n" for n in range(1, count)]
    return "".join(lines)


def wrapped(value: Any, around: Callable[[Any], Any], count: int) -> Any:
    for _ in range(count):
        value = around(value)
    return value


def specials(folder: Path) -> None:
    os.mkfifo(folder / "fifo.yaml")
    here = Path.cwd()
    with socket.socket(socket.AF_UNIX) as each:
        os.chdir(folder)
        try:
            each.bind("socket.yaml")
        finally:
            os.chdir(here)


def links(folder: Path) -> None:
    for name, target in (
        ("self.yaml", "self.yaml"), ("up", ".."), ("here", "."), ("zero.yaml", "/dev/zero"),
        ("etc", "/etc"), ("passwd.json", "/etc/passwd"), ("process", "/proc/self"),
        ("nowhere.tf", "/nonexistent/main.tf"),
    ):  # fmt: skip
        (folder / name).symlink_to(target)


def odd_names(folder: Path) -> None:
    for name in (b"\x1b[2J.yaml", b"a\nb.yaml", b"::error::x.yaml", b"\xff\xfe.yaml", b"-rf.yaml", b"<img src=x>.yaml", "\u202egnp.yaml".encode()):  # fmt: skip
        Path(os.fsdecode(os.path.join(os.fsencode(folder), name))).write_text(HEAD)  # noqa: PTH118 - bytes


ESCAPES = "\x1b]0;x\x07\x1b[31m\r\n::error::y ##[error]z <script>alert(1)</script> | `@all` \u202e"
CONDITIONS = {f"C{n}": {"Fn::Equals": [{"Ref": f"P{n}"}, "x"]} for n in range(60)}
PARAMETERS = {f"P{n}": {"Type": "String"} for n in range(60)}
UNDECIDED = [{"Fn::If": [f"C{n}", STATEMENT, {"Ref": "AWS::NoValue"}]} for n in range(60)]
NAMES = {"Fn::Join": ["-", [{"Fn::If": [f"C{n}", "a", "b"]} for n in range(60)]]}
LIMIT = frozenset(("limit",))

ATTACKS: dict[str, Attack] = {
    "aliases": refused("limit", yaml(laughs(10))),
    "merge keys": refused("limit", yaml(merges(60))),
    "an alias of itself": refused("parse-error", yaml("&m {self: *m}")),
    "deep flow": refused("limit", yaml(nested("[", "", "]", 50_000))),
    "deep braces that stay open": refused("limit", yaml("{a: " * 2_000)),
    "deep block": refused("limit", yaml("\n" + "".join(" " * (2 + n) + "k:\n" for n in range(1_500)))),
    "deep dashes": refused("limit", yaml("\n  " + "- " * 2_000)),
    "deep JSON": refused("limit", {"t.json": '{"AWSTemplateFormatVersion": "2010-09-09", "Resources": ' + nested('{"Type": ', "1", "}", 50_000) + "}"}),
    "deep functions": refused("limit", template({**STATEMENT, "Resource": wrapped("x", lambda v: {"Fn::Join": ["", [v]]}, 300)})),
    "many nodes": refused("limit", yaml("[" + "a," * 600_000 + "]")),
    "a large file": refused("limit", yaml("'" + "x" * 9_000_000 + "'")),
    "a long line": Attack(yaml("'" + "x" * 5_000_000 + "'")),
    "blank lines": Attack({"t.yaml": HEAD + "\n" * 3_000_000}),
    "many tags": Attack(yaml("\n" + "".join(f"  k{n}: !t{n} v\n" for n in range(50_000)))),
    "many keys of one name": Attack(yaml("\n" + "  k: v\n" * 50_000), frozenset(("duplicate-key",))),
    "many documents": refused("multiple-documents", {"t.yaml": (HEAD + "---\n") * 10_000}),
    "tags of Python": Attack(yaml("!!python/object/apply:os.system ['touch PWNED']"), frozenset(("unknown-tag",))),
    "bytes that are no text": refused("encoding", {"t.yaml": HEAD.encode() + b"# \xff\xfe\x80\n"}),
    "a null byte": refused("encoding", {"t.yaml": HEAD.encode() + b"# \0\n"}),
    "half a surrogate": Attack({"t.json": '{"Resources": {"\\ud800": {"Type": "AWS::S3::Bucket"}}}'}),
    "escapes": Attack(template({**STATEMENT, "Sid": ESCAPES, "Action": ESCAPES, "Resource": ESCAPES}, Parameters={ESCAPES: {"Type": ESCAPES}})),
    "an enormous name": Attack({"t.json": json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"n" * 1_000_000: {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Statement": [{**STATEMENT, "Action": "*", "Resource": "*"}]}}}}})}),
    "wildcards": Attack(template({**STATEMENT, "Action": ["s3:" + "*a" * 40 + str(n) for n in range(50)], "Resource": "arn:aws:s3:::" + "*a" * 300})),
    "wildcards that deny": Attack(template(STATEMENT, {"Effect": "Deny", "NotAction": ["*" + "?*" * 40 + str(n) for n in range(30)], "NotResource": ["*" + "a?*" * 100 + str(n) for n in range(20)]})),
    "open variables": Attack(template({**STATEMENT, "Resource": {"Fn::Sub": "${" * 30_000}})),
    "conditions": Attack(template(*UNDECIDED, Conditions=CONDITIONS, Parameters=PARAMETERS)),
    "conditions in names": Attack(template({**STATEMENT, "Action": NAMES, "Resource": NAMES}, Conditions=CONDITIONS, Parameters=PARAMETERS)),
    "conditions in one another": refused("limit", template(wrapped(STATEMENT, lambda v: {"Fn::If": ["C1", v, STATEMENT]}, 60), Conditions=CONDITIONS, Parameters=PARAMETERS)),
    "conditions that double": Attack(template(STATEMENT, Conditions={**{f"C{n}": {"Fn::Or": [{"Condition": f"C{n + 1}"}] * 2} for n in range(100)}, "C100": {"Fn::Equals": [{"Ref": "AWS::Region"}, "x"]}})),
    "a circle of conditions": Attack(template(STATEMENT, Conditions={"A": {"Fn::Not": [{"Condition": "B"}]}, "B": {"Fn::Not": [{"Condition": "A"}]}})),
    "texts that double": Attack(template({**STATEMENT, "Resource": wrapped("x", lambda v: {"Fn::Sub": ["${a}${a}", {"a": v}]}, 25)})),
    "a loop in a loop": Attack({"t.json": json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::LanguageExtensions", "Resources": {"Fn::ForEach::A": ["a", [str(n) for n in range(1_000)], {"Fn::ForEach::B": ["b", [str(n) for n in range(1_000)], {"R${a}x${b}": {"Type": "AWS::S3::Bucket"}}]}]}})}, LIMIT | {"for-each"}, analysed=False),
    "a stack that nests itself": Attack({"t.yaml": "AWSTemplateFormatVersion: '2010-09-09'\nResources: {N: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: ./t.yaml}}}\n"}, frozenset(("cycle",))),
    "stacks that double": Attack({**{f"t{n:02}.json": json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {f"N{k}": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": f"./t{n + 1:02}.json"}} for k in range(2)}}) for n in range(25)}, "t25.json": template(STATEMENT)["t.json"]}, LIMIT, analysed=False),
    "JSON in JSON in JSON": Attack(template(wrapped(json.dumps(STATEMENT), lambda v: json.dumps({"a": v}), 12))),
    "shell in a buildspec": Attack({"t.json": json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"B": {"Type": "AWS::CodeBuild::Project", "Properties": {"Source": {"Type": "CODEPIPELINE", "BuildSpec": "version: 0.2\nphases: {build: {commands: ['" + "$(" * 20_000 + '"`|\\\\' * 20_000 + "']}}\n"}}}}})}),
    "ignored lines": Attack({"t.yaml": HEAD + "# passrole: ignore[star-resource] all\n" * 50_000}, frozenset(("invalid-suppression",))),
    "a costly .gitignore": Attack({"t.yaml": HEAD, ".gitignore": "**/" * 500 + "a\n" + "*a*b*c*d*e*f*g\n" * 5_000}),
    "HCL: deep lists": refused("limit", policy(nested("[", "", "]", 30_000))),
    "HCL: deep brackets": refused("limit", policy(nested("(", "1", ")", 30_000))),
    "HCL: many signs": refused("limit", policy("!" * 50_000 + "true")),
    "HCL: deep choices": refused("limit", policy(nested("true ? ", "1", " : 2", 10_000))),
    "HCL: deep calls": refused("limit", policy(nested("jsonencode(", "1", ")", 3_000))),
    "HCL: open interpolations": refused("limit", policy('"' + "${" * 1_000_000 + '"')),
    "HCL: no end": Attack({"main.tf": 'resource "aws_iam_role" "b" {\n' * 3_000}, frozenset(("parse-error", "duplicate-block")), analysed=False),
    "HCL: long sums": Attack(policy("1" + " + 1" * 50_000)),
    "HCL: texts that double": Attack(policy("local.a0", doubling('"${NEXT}${NEXT}"', '"x"'))),
    "HCL: lists that double": Attack(policy("jsonencode(local.a0)", doubling("concat(NEXT, NEXT)", '["x"]'))),
    "HCL: JSON that doubles": Attack(policy("local.a0", doubling("jsonencode([NEXT, NEXT])", '"x"'))),
    "HCL: unknowns that double": Attack(policy("jsonencode(local.a0)", 'variable "x" {}\n' + doubling('var.x == "a" ? NEXT : [NEXT]', "var.x"))),
    "HCL: a circle": Attack(policy("local.a", "locals {\n  a = local.b\n  b = local.a\n}\n"), frozenset(("cycle",))),
    "HCL: long loops": Attack(policy("jsonencode([for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a]]])"), LIMIT, analysed=False),
    "HCL: products": Attack(policy("jsonencode(setproduct(range(1000), range(1000), range(1000)))")),
    "HCL: wide formats": Attack(policy('format("%999999999s", "x")')),
    "HCL: powers": Attack(policy("pow(999999999, 999999999)")),
    "HCL: long numbers": Attack(policy("9" * 500_000)),
    "HCL: expressions of theirs": Attack(policy('regex("(a+)+$", "' + "a" * 60 + '!")')),
    "HCL: replacements": Attack(policy('replace("' + "a" * 60 + '!", "/(a+)+$/", "b")')),
    "HCL: a hundred million": Attack({"main.tf": 'resource "aws_iam_role" "r" {\n  count = 100000000\n  name = "r"\n  assume_role_policy = "{}"\n}\n'}),
    "HCL: templates that call themselves": Attack(policy('templatefile("t.tpl", {})', **{"t.tpl": '${templatefile("t.tpl", {})}' * 2})),
    "HCL: files outside": Attack(policy('file("/dev/zero")', 'locals {\n  a = file("../../../../etc/passwd")\n}\n')),
    "HCL: aliases in a file": Attack(policy('jsonencode(yamldecode(file("b.yaml")))', **{"b.yaml": laughs(10)})),
    "HCL: deep JSON in a file": Attack(policy('jsonencode(jsondecode(file("b.json")))', **{"b.json": nested("[", "", "]", 50_000)})),
    "HCL: modules that double": Attack({**{f"m{n}/main.tf": f'module "a" {{\n  source = "../m{n + 1}"\n}}\nmodule "b" {{\n  source = "../m{n + 1}"\n}}\n' for n in range(30)}, "m30/main.tf": str(policy('"{}"')["main.tf"])}, LIMIT, analysed=False),
    "HCL: modules in a circle": Attack({"main.tf": 'module "a" {\n  source = "./b"\n}\n', "b/main.tf": 'module "b" {\n  source = "../"\n}\n' + str(policy('"{}"')["main.tf"])}, frozenset(("cycle",))),
    "a deep plan": refused("limit", {"plan.json": json.dumps({"format_version": "1.2", "terraform_version": "1.5.0", "planned_values": {"root_module": wrapped({"resources": []}, lambda v: {"child_modules": [v]}, 200)}})}),
    "links": Attack({"t.yaml": HEAD}, make=links),
    "what is no file": Attack({"t.yaml": HEAD}, make=specials),
    "names of files": Attack({"t.yaml": HEAD}, make=odd_names),
    "deep folders": Attack({"/".join(["d" * 50] * 60) + "/t.yaml": HEAD}),
    "code": Attack({"t.yaml": HEAD, **dict.fromkeys(("yaml.py", "json.py", "sitecustomize.py", "passrole.py"), "open('PWNED', 'w')\n"), "setup.cfg": "[options.entry_points]\npassrole =\n    evil = evil\n"}),
}  # fmt: skip


def write(attack: Attack, folder: Path) -> None:
    """Write the files of an attack."""
    for name, data in attack.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
    attack.make(folder)
