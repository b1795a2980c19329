"""One system as one template and as several: what is wrong with it stays the same."""

from __future__ import annotations

import json
from textwrap import indent
from typing import NamedTuple

import pytest
import yaml
from tests.systems.conftest import Outcome, Run

TRUST = "{Statement: [{Effect: Allow, Principal: {Service: %s}, Action: 'sts:AssumeRole'}]}"
CODEPIPELINE, CODEBUILD = (
    TRUST % f"{each}.amazonaws.com" for each in ("codepipeline", "codebuild")
)

STORE = """\
Store: {Type: AWS::S3::Bucket}
"""
ROLES = f"""\
PipelineRole:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument: {CODEPIPELINE}
    Policies:
      - PolicyName: pipeline
        PolicyDocument:
          Statement:
            - {{Effect: Allow, Action: [STORE_ACTIONS], Resource: [<Store.Arn>, <Store.Objects>]}}
            - {{Effect: Allow, Action: [BUILD_ACTIONS], Resource: '*'}}
            - {{Effect: Allow, Action: 'codestar-connections:UseConnection', Resource: '*'}}
BuildRole:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument: {CODEBUILD}
    Policies:
      - PolicyName: build
        PolicyDocument:
          Statement:
            - {{Effect: Allow, Action: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'],
                Resource: <Store.Objects>}}
            - {{Effect: Allow, Action: 'logs:*', Resource: '*'}}
"""
PIPELINE = """\
Project:
  Type: AWS::CodeBuild::Project
  Properties:
    Name: shop-build
    ServiceRole: <BuildRole.Arn>
    Artifacts: {Type: CODEPIPELINE}
    Source: {Type: CODEPIPELINE}
    Environment:
      {Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: 'aws/codebuild/standard:7.0'}
Pipeline:
  Type: AWS::CodePipeline::Pipeline
  Properties:
    RoleArn: <PipelineRole.Arn>
    ArtifactStore: {Type: S3, Location: <Store.Name>}
    Stages:
      - Name: Source
        Actions:
          - Name: Source
            ActionTypeId:
              {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: '1'}
            Configuration:
              ConnectionArn: arn:aws:codestar-connections:eu-west-1:111122223333:connection/c
              FullRepositoryId: o/r
              BranchName: main
            OutputArtifacts: [{Name: S}]
      - Name: Build
        Actions:
          - Name: Build
            ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: '1'}
            Configuration: {ProjectName: !Ref Project}
            InputArtifacts: [{Name: S}]
"""
STORE_ACTIONS = """'s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:ListBucket',
              's3:GetBucketVersioning', 's3:GetBucketAcl', 's3:GetBucketLocation',
              's3:PutObjectAcl', 's3:PutObjectTagging', 's3:GetObjectTagging',
              's3:GetObjectVersionTagging'"""
BUILD_ACTIONS = "'codebuild:StartBuild', 'codebuild:BatchGetBuilds', 'codebuild:StopBuild'"

SYSTEMS = {
    "sound": (STORE_ACTIONS, BUILD_ACTIONS),
    "no StartBuild": (STORE_ACTIONS, "'codebuild:BatchGetBuilds'"),
    "no PutObject": ("'s3:GetObject', 's3:GetObjectVersion', 's3:GetBucketVersioning'", BUILD_ACTIONS),
    "next to nothing": ("'s3:GetBucketVersioning'", "'codebuild:ListBuilds'"),
}  # fmt: skip

GIVEN = {
    "Store.Name": "!Ref Store",
    "Store.Arn": "!GetAtt Store.Arn",
    "Store.Objects": "!Sub '${Store.Arn}/*'",
    "PipelineRole.Arn": "!GetAtt PipelineRole.Arn",
    "BuildRole.Arn": "!GetAtt BuildRole.Arn",
}
"""What the parts of the system know of each other where they stand in one template."""


class Part(NamedTuple):
    """A part of the system: resources, what it tells others, what it asks of them."""

    name: str
    resources: str
    tells: tuple[str, ...]
    asks: tuple[str, ...]


def parts(system: str) -> tuple[Part, ...]:
    store_actions, build_actions = SYSTEMS[system]
    roles = ROLES.replace("STORE_ACTIONS", store_actions).replace("BUILD_ACTIONS", build_actions)
    return (
        Part("store", STORE, ("Store.Name", "Store.Arn"), ()),
        Part("roles", roles, ("PipelineRole.Arn", "BuildRole.Arn"), ("Store.Arn", "Store.Objects")),
        Part(
            "pipeline", PIPELINE, (), ("Store.Name", "PipelineRole.Arn", "BuildRole.Arn"),
        ),
    )  # fmt: skip


def filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"<{name}>", value)
    return text


def template(resources: str, **sections: str) -> str:
    rest = "".join(f"{name}:\n{indent(text, '  ')}" for name, text in sections.items() if text)
    return f"AWSTemplateFormatVersion: '2010-09-09'\nResources:\n{indent(resources, '  ')}{rest}"


def key(name: str) -> str:
    return name.replace(".", "")


def one(system: str) -> dict[str, str]:
    resources = "".join(filled(part.resources, GIVEN) for part in parts(system))
    return {"template.yaml": template(resources)}


def nested(system: str, url: str = "./children/{}.yaml") -> dict[str, str]:
    files, stacks = {}, ""
    tellers = {name: part.name for part in parts(system) for name in part.tells}
    for part in parts(system):
        asked = [name for name in part.asks if name != "Store.Objects"]
        values = {name: f"!Ref {key(name)}" for name in asked}
        values["Store.Objects"] = "!Sub '${StoreArn}/*'"
        told = "".join(f"{key(name)}: {{Value: {GIVEN[name]}}}\n" for name in part.tells)
        files[f"children/{part.name}.yaml"] = template(
            filled(part.resources, values),
            Parameters="".join(f"{key(name)}: {{Type: String}}\n" for name in asked),
            Outputs=told,
        )
        passed = ", ".join(
            f"{key(name)}: !GetAtt {tellers[name].title()}Stack.Outputs.{key(name)}"
            for name in asked
        )
        stacks += (
            f"{part.name.title()}Stack:\n  Type: AWS::CloudFormation::Stack\n  Properties:\n"
            f"    TemplateURL: {url.format(part.name)}\n    Parameters: {{{passed}}}\n"
        )
    return {**files, "root.yaml": template(stacks)}


def uploaded(system: str) -> dict[str, str]:
    url = "!Sub 'https://${{Bucket}}.s3.amazonaws.com/${{Prefix}}children/{}.yaml'"
    files = nested(system, url)
    bucket = "Bucket: {Type: String}\nPrefix: {Type: String, Default: shop/}\n"
    root = files["root.yaml"] + f"Parameters:\n{indent(bucket, '  ')}"
    return {**files, "root.yaml": root}


def exported(
    system: str, named: str = "shop-{}", asked: str = "'Fn::ImportValue': shop-{}"
) -> dict[str, str]:
    files = {}
    for part in parts(system):
        values = {name: f"{{{asked.format(key(name))}}}" for name in part.asks}
        store = asked.format("StoreArn")
        values["Store.Objects"] = f"!Sub ['${{A}}/*', {{A: {{{store}}}}}]"
        told = "".join(
            f"{key(name)}: {{Value: {GIVEN[name]}, Export: {{Name: {named.format(key(name))}}}}}\n"
            for name in part.tells
        )
        files[f"{part.name}.yaml"] = template(filled(part.resources, values), Outputs=told)
    return files


def exported_with_stack_name(system: str) -> dict[str, str]:
    """The names of the exporters' stacks stand in parameters without a default."""
    files = exported(
        system, "!Sub '${{AWS::StackName}}-{}'", "'Fn::ImportValue': !Sub '${{Stack{0}}}-{0}'"
    )
    names = ("StoreArn", "StoreName", "PipelineRoleArn", "BuildRoleArn")
    found = {}
    for path, text in files.items():
        body = text
        for name in names:
            teller = "Stores" if name.startswith("Store") else "Roles"
            body = body.replace(f"Stack{name}}}", f"{teller}}}")
        used = [name for name in ("Stores", "Roles") if f"{{{name}}}" in body]
        asked = "".join(f"{name}: {{Type: String}}\n" for name in used)
        found[path] = body + (f"Parameters:\n{indent(asked, '  ')}" if asked else "")
    return found


def stored(system: str) -> dict[str, str]:
    """Written into SSM parameters, read by dynamic references and a parameter of a template."""
    files = {}
    for part in parts(system):
        asked = [name for name in part.asks if name != "Store.Objects"]
        values = {name: f"'{{{{resolve:ssm:/shop/{key(name)}}}}}'" for name in asked}
        values["Store.Objects"] = "!Sub '${StoreArn}/*'"
        values["Store.Arn"] = "!Ref StoreArn"
        told = "".join(
            f"Keep{key(name)}:\n  Type: AWS::SSM::Parameter\n"
            f"  Properties: {{Type: String, Name: /shop/{key(name)}, Value: {GIVEN[name]}}}\n"
            for name in part.tells
        )
        parameters = ""
        if "Store.Arn" in asked:
            parameters = (
                "StoreArn: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /shop/StoreArn}\n"
            )
        files[f"{part.name}.yaml"] = template(
            filled(part.resources, values) + told, Parameters=parameters
        )
    return files


def assembly(system: str) -> dict[str, str]:
    """As the CDK writes it: exports between stacks, a manifest that says where they go."""
    files = {
        f"cdk.out/{path.removesuffix('.yaml')}.template.json": text
        for path, text in exported(system).items()
    }
    manifest = {
        "version": "38.0.0",
        "artifacts": {
            part.name: {
                "type": "aws:cloudformation:stack",
                "environment": "aws://unknown-account/unknown-region",
                "properties": {"templateFile": f"{part.name}.template.json"},
            }
            for part in parts(system)
        },
    }
    as_json = {path: _json(text) for path, text in files.items()}
    return {**as_json, "cdk.out/manifest.json": json.dumps(manifest)}


def _json(text: str) -> str:
    """A template in YAML as JSON: every tag as the function it stands for."""

    class Loader(yaml.SafeLoader):
        pass

    def function(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> object:
        name = tag if tag == "Ref" else f"Fn::{tag}"
        if isinstance(node, yaml.ScalarNode):
            value: object = loader.construct_scalar(node)
            if tag == "GetAtt":
                value = str(value).split(".", 1)
        elif isinstance(node, yaml.SequenceNode):
            value = loader.construct_sequence(node, deep=True)
        else:
            value = loader.construct_mapping(node, deep=True)
        return {name: value}

    Loader.add_multi_constructor("!", function)
    return json.dumps(yaml.load(text, Loader))  # noqa: S506 - a subclass of SafeLoader


WAYS = {
    "nested": nested,
    "nested, uploaded to S3": uploaded,
    "exports": exported,
    "exports named after stacks": exported_with_stack_name,
    "SSM parameters": stored,
    "CDK assembly": assembly,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_is_what_it_is_in_however_many_files(run: Run, system: str, way: str) -> None:
    whole = Outcome.of(run({f"one/{path}": text for path, text in one(system).items()}, "one"))
    files = {f"many/{path}": text for path, text in WAYS[way](system).items()}
    apart = Outcome.of(run(files, "many"))
    assert apart.verdicts == whole.verdicts
    assert apart.findings == whole.findings
    # A pair that says nothing would be equal, too.
    verdicts = {verdict for *_, verdict in whole.verdicts}
    assert verdicts >= ({"allowed"} if system == "sound" else {"allowed", "missing"})
    # Its role is wide, which is a risk; what breaks is another matter.
    breaks = [finding for finding in whole.findings if finding[0] != "unscoped-resource"]
    assert bool(breaks) is (system != "sound")
