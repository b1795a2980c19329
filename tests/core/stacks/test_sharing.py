"""Names under which stacks share values, manifests of assemblies, roles named by other templates."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from passrole.documents.limits import Limits
from passrole.documents.nodes import Document
from passrole.documents.tree import Tree
from passrole.stacks.cloudformation import reading, template
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes, Stack
from passrole.values import Text, get

Link = Callable[..., dict[str, Stack]]

NETWORK = """
Resources:
  Bucket: {Type: AWS::S3::Bucket}
Outputs:
  Bucket: {Value: !Ref Bucket, Export: {Name: !Sub '${AWS::StackName}-Bucket'}}
"""
READER = """
Parameters:
  Network: {Type: String DEFAULT}
  Other: {Type: String}
Resources:
  R: {Type: T::R, Properties: {V: {'Fn::ImportValue': !Sub '${Network}-Bucket'} MORE}}
"""
KEEPER = """
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Kept: {Type: AWS::SSM::Parameter, Properties: {Type: String, Name: /app/bucket, Value: !Ref Bucket}}
"""
ASKER = """
Parameters:
  Bucket: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /app/bucket}
Resources:
  R: {Type: T::R, Properties: {V: READ}}
"""


@pytest.fixture
def link(document: Callable[..., Document], types: ResourceTypes, tmp_path: Path) -> Link:
    def stacks(
        files: dict[str, str], manifests: dict[str, Any] | None = None, **facts: Any
    ) -> dict[str, Stack]:
        documents = [document(dedent(text), path) for path, text in files.items()]
        for path, manifest in (manifests or {}).items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            text = manifest if isinstance(manifest, str) else json.dumps(manifest)
            (tmp_path / path).write_text(text, "utf-8")
        tree = Tree(tmp_path, [tmp_path], Limits())
        found = read_stacks(documents, types, Deployment(**facts), tree)
        return {stack.id: stack for stack in found}

    return stacks


def reader(default: str = "", more: str = "") -> str:
    default = f", Default: {default}" if default else ""
    return READER.replace(" DEFAULT", default).replace(" MORE", more)


def value(stack: Stack, field: str = "V") -> Text:
    found = get(stack.resources["R"].properties, field)
    assert isinstance(found, Text)
    return found


@pytest.mark.parametrize("default", ["", "network", "my-network-1"])
def test_an_export_is_found_whatever_its_stack_is_called(link: Link, default: str) -> None:
    stacks = link({"network.yaml": NETWORK, "reader.yaml": reader(default)})
    found = value(stacks["reader.yaml"])
    assert found == stacks["network.yaml"].resources["Bucket"].name
    assert found.defaults == ({f"Network={default}"} if default else frozenset())
    called = default or "${Network}"
    assert stacks["reader.yaml"].presumed == (
        f"reader.yaml imports from network.yaml, whose stack is called {called}",
    )
    assert stacks["reader.yaml"].target == stacks["network.yaml"].target


def test_two_templates_that_may_be_called_so_are_both_not_it(link: Link) -> None:
    stacks = link({"a.yaml": NETWORK, "b.yaml": NETWORK, "reader.yaml": reader()})
    assert value(stacks["reader.yaml"]) != stacks["a.yaml"].resources["Bucket"].name
    assert not stacks["reader.yaml"].presumed


def test_a_template_that_is_called_by_two_names_is_two_stacks(link: Link) -> None:
    more = ", W: {'Fn::ImportValue': !Sub '${Other}-Bucket'}"
    stacks = link({"network.yaml": NETWORK, "reader.yaml": reader("", more)})
    assert value(stacks["reader.yaml"]) != value(stacks["reader.yaml"], "W")
    assert value(stacks["reader.yaml"]) != stacks["network.yaml"].resources["Bucket"].name


def test_exports_of_nested_stacks_are_found(link: Link) -> None:
    root = "Resources: {N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: %s}}%s}"
    sibling = ", A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: reader.yaml}}"
    importer = "Resources: {R: {Type: T::R, Properties: {V: !ImportValue shared}}}"
    exporter = NETWORK.replace("!Sub '${AWS::StackName}-Bucket'", "shared")
    stacks = link({
        "root.yaml": root % ("network.yaml", sibling),
        "network.yaml": exporter,
        "reader.yaml": importer,
        "apart.yaml": importer,
    })  # fmt: skip
    bucket = stacks["network.yaml[root.yaml/N]"].resources["Bucket"].name
    assert value(stacks["reader.yaml[root.yaml/A]"]) == bucket
    assert value(stacks["apart.yaml"]) == bucket
    assert len({stack.target for stack in stacks.values()}) == 1


def test_an_import_of_what_several_export_is_a_problem_with_the_paths(link: Link) -> None:
    exporter = NETWORK.replace("!Sub '${AWS::StackName}-Bucket'", "shared")
    importer = "Resources: {R: {Type: T::R, Properties: {V: !ImportValue shared}}}"
    stacks = link({"a.yaml": exporter, "b.yaml": exporter, "c.yaml": importer})
    ((problem, place),) = stacks["c.yaml"].problems
    assert problem.kind == "duplicate-export"
    assert "a.yaml, b.yaml export it" in problem.message
    assert place.path == "c.yaml"


READS = ["!Ref Bucket", "'{{resolve:ssm:/app/bucket}}'"]


@pytest.mark.parametrize("read", READS)
def test_what_one_template_keeps_in_a_parameter_is_known_to_others(link: Link, read: str) -> None:
    stacks = link({"keeper.yaml": KEEPER, "asker.yaml": ASKER.replace("READ", read)})
    assert value(stacks["asker.yaml"]) == stacks["keeper.yaml"].resources["Bucket"].name
    assert stacks["asker.yaml"].presumed == (
        "the SSM parameter /app/bucket holds what keeper.yaml writes into it",
    )


@pytest.mark.parametrize("read", [*READS, "'{{resolve:ssm:/app/bucket:3}}'"])
def test_what_two_templates_or_an_older_version_keep_is_not_known(link: Link, read: str) -> None:
    asker = ASKER.replace("READ", read)
    keepers = ["a.yaml"] if ":3" in read else ["a.yaml", "b.yaml"]
    stacks = link({**dict.fromkeys(keepers, KEEPER), "asker.yaml": asker})
    assert value(stacks["asker.yaml"]) != stacks["a.yaml"].resources["Bucket"].name
    assert not stacks["asker.yaml"].presumed


def test_a_template_does_not_read_what_it_is_about_to_write(link: Link) -> None:
    own = KEEPER + "  R: {Type: T::R, Properties: {V: '{{resolve:ssm:/app/bucket}}'}}\n"
    stacks = link({"own.yaml": own})
    assert value(stacks["own.yaml"]) != stacks["own.yaml"].resources["Bucket"].name
    assert not stacks["own.yaml"].problems


PLACE = """
Resources:
  R: {Type: T::R, Properties: {V: !Sub '${AWS::StackName} ${AWS::AccountId} ${AWS::Region}'}}
"""


def stack(template: str, environment: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "aws:cloudformation:stack",
        "environment": environment,
        "properties": {"templateFile": template, **properties},
    }


def test_a_manifest_says_where_a_stack_goes_and_what_it_is_called(link: Link) -> None:
    manifest = {
        "artifacts": {
            "A": stack("A.template.json", "aws://111122223333/eu-west-1", stackName="shop-a"),
            "B": stack("B.template.json", "aws://111122223333/eu-west-1"),
            "C": stack("C.template.json", "aws://unknown-account/us-east-1"),
            "D": stack("D.template.json", "aws://unknown-account/unknown-region"),
            "N": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-N"}},
        }
    }
    nested = {"artifacts": {"E": stack("E.template.json", "aws://111122223333/eu-west-1")}}
    paths = [f"out/{name}.template.json" for name in "ABCD"] + ["out/assembly-N/E.template.json"]
    stacks = link(
        dict.fromkeys(paths, PLACE),
        {"out/manifest.json": manifest, "out/assembly-N/manifest.json": nested},
        account="999999999999",
    )
    assert [str(value(stacks[path])) for path in paths] == [
        "shop-a 111122223333 eu-west-1",
        "B 111122223333 eu-west-1",
        "C 999999999999 us-east-1",
        "D 999999999999 ${region}",
        "E 111122223333 eu-west-1",
    ]
    targets = {path: stacks[path].target.id for path in paths}
    assert targets[paths[0]] == targets[paths[1]] == targets[paths[4]] != targets[paths[2]]
    assert len({each.component for each in stacks.values()}) == 1


def test_an_account_that_nobody_knows_is_one_in_all_of_an_assembly(link: Link) -> None:
    environments = ("aws://unknown-account/us-east-1", "aws://unknown-account/eu-west-1")
    manifest = {
        "artifacts": {
            name: stack(f"{name}.template.json", environment)
            for name, environment in zip("AB", environments, strict=True)
        }
    }
    stacks = link(
        {f"out/{name}.template.json": PLACE for name in "AB"}, {"out/manifest.json": manifest}
    )
    first, second = stacks.values()
    assert first.target.account == second.target.account
    assert first.target.region != second.target.region


HOSTILE: list[Any] = [
    "{", "[]", "null", {"artifacts": []}, {"artifacts": {"A": 1, "B": {"type": []}}},
    {"artifacts": {"A": stack("../../etc/passwd", "aws://111122223333/eu-west-1")}},
    {"artifacts": {"A": stack("A.template.json", "aws://*/../x")}},
    {"artifacts": {name: stack("A.template.json", "aws://1/eu-west-1") for name in "AB"}},
    {"artifacts": {"A": {"type": "cdk:cloud-assembly", "properties": {"directoryName": ".."}}}},
]  # fmt: skip


@pytest.mark.parametrize("manifest", HOSTILE)
def test_a_manifest_is_data(link: Link, manifest: Any) -> None:
    stacks = link({"out/A.template.json": PLACE}, {"out/manifest.json": manifest})
    assert str(value(stacks["out/A.template.json"])).endswith("${account} ${region}")
    problems = stacks["out/A.template.json"].problems
    assert [each.problem.kind for each in problems] == (["parse-error"] if manifest == "{" else [])


@pytest.mark.parametrize("way", ["metadata", "asset manifest"])
def test_nested_stacks_of_the_cdk_are_found_by_their_assets(link: Link, way: str) -> None:
    name = "ab" * 32
    metadata = "Metadata: {'aws:asset:path': N.nested.template.json}"
    root = f"""
    Resources:
      S:
        Type: AWS::CloudFormation::Stack
        Properties: {{TemplateURL: !Sub 'https://s3.${{AWS::Region}}.amazonaws.com/b/{name}.json'}}
        {metadata if way == "metadata" else ""}
      R: {{Type: T::R, Properties: {{V: !GetAtt S.Outputs.Bucket}}}}
    """
    destination = {"bucketName": "b", "objectKey": f"{name}.json"}
    source = {"path": "N.nested.template.json", "packaging": "file"}
    assets = {"files": {name: {"source": source, "destinations": {"here": destination}}}}
    nested = NETWORK.replace("!Sub '${AWS::StackName}-Bucket'", "n")
    stacks = link(
        {"out/A.template.json": root, "out/N.nested.template.json": nested},
        {"out/A.assets.json": assets} if way != "metadata" else None,
    )
    child = stacks["out/N.nested.template.json[out/A.template.json/S]"]
    assert value(stacks["out/A.template.json"]) == child.resources["Bucket"].name
    assert not child.located


def test_what_the_cdk_brings_from_another_region_is_known(link: Link) -> None:
    key = "/cdk/exports/B/ABucket"
    writer = f"""
    Resources:
      Bucket: {{Type: AWS::S3::Bucket}}
      W:
        Type: Custom::CrossRegionExportWriter
        Properties: {{WriterProps: {{region: eu-west-1, exports: {{{key}: !Ref Bucket}}}}}}
    """
    asker = f"""
    Resources:
      X: {{Type: Custom::CrossRegionExportReader, Properties: {{ReaderProps: {{prefix: B}}}}}}
      R: {{Type: T::R, Properties: {{V: !GetAtt [X, {key}]}}}}
    """
    stacks = link({"a.yaml": writer, "b.yaml": asker})
    assert value(stacks["b.yaml"]) == stacks["a.yaml"].resources["Bucket"].name
    assert stacks["a.yaml"].target != stacks["b.yaml"].target
    assert stacks["a.yaml"].component == stacks["b.yaml"].component


def test_time_and_reads_grow_with_the_number_of_templates(
    link: Link, types: ResourceTypes, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []
    original = template.read_template

    def counted(document: Document, *rest: Any, **more: Any) -> Any:
        reads.append(document.path)
        return original(document, *rest, **more)

    monkeypatch.setattr(f"{reading.__name__}.read_template", counted)

    def count(number: int) -> int:
        reads.clear()
        files = {
            f"{at:04}.yaml": f"""
            Resources:
              B: {{Type: AWS::S3::Bucket}}
              R: {{Type: T::R, Properties: {{V: {{'Fn::ImportValue': 'n{at - 1}'}}}}}}
              N: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: c/{at}.yaml}}}}
            Outputs: {{O: {{Value: !Ref B, Export: {{Name: n{at}}}}}}}
            """
            for at in range(number)
        }
        files |= {f"c/{at}.yaml": "Resources: {B: {Type: AWS::S3::Bucket}}" for at in range(number)}
        assert len(link(files)) == 2 * number
        return len(reads)

    assert count(200) == 10 * count(20) <= 200 * 6
