"""A template inside a stack set is read as a template of its own, at its places in the file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

INNER = """\
Parameters:
  Project: {Type: String, Default: shop}
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: !GetAtt Role.Arn
      ArtifactStore: {Type: S3, Location: artifacts}
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: '1'}
              Configuration: {ProjectName: !Ref Project}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}]
"""

AS_JSON = json.dumps(
    {
        "Resources": {
            "Pipeline": {
                "Type": "AWS::CodePipeline::Pipeline",
                "Properties": {
                    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                    "ArtifactStore": {"Type": "S3", "Location": "artifacts"},
                    "Stages": [
                        {
                            "Name": "Build",
                            "Actions": [
                                {
                                    "Name": "Build",
                                    "ActionTypeId": {
                                        "Category": "Build",
                                        "Owner": "AWS",
                                        "Provider": "CodeBuild",
                                        "Version": "1",
                                    },
                                    "Configuration": {"ProjectName": "shop"},
                                }
                            ],
                        }
                    ],
                },
            },
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": {
                        "Statement": {
                            "Effect": "Allow",
                            "Action": "sts:AssumeRole",
                            "Principal": {"Service": "codepipeline.amazonaws.com"},
                        }
                    }
                },
            },
        }
    }
)


def in_yaml(body: str, more: str = "") -> str:
    return f"""\
Resources:
  Everywhere:
    Type: AWS::CloudFormation::StackSet
    Properties:
      PermissionModel: SERVICE_MANAGED
{more}      TemplateBody: {body}
"""


def indented(text: str) -> str:
    return "".join(f"        {line}\n" for line in text.splitlines())


def check(run: Run, tree: Path, name: str, text: str) -> dict[str, Any]:
    (tree / name).write_text(text, encoding="utf-8")
    report: dict[str, Any] = json.loads(run("check", tree, "--format", "json").out)
    return report


def missing(report: dict[str, Any]) -> set[tuple[str, int]]:
    return {
        (each["location"]["path"].rpartition("/")[2], each["location"]["line"])
        for each in report["findings"]
        if each["rule"] == "codebuild-start-build-missing"
    }


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("|\n" + indented(INNER), 18),
        ("|-\n" + indented(INNER).rstrip(), 18),
        ("\n" + indented(INNER), 18),
        (json.dumps(AS_JSON), 6),
        ("'" + AS_JSON.replace("'", "''") + "'", 6),
        (AS_JSON, 6),
    ],
    ids=["block", "stripped block", "object", "double quotes", "single quotes", "flow object"],
)
def test_an_inline_template_is_checked(body: str, line: int, tmp_path: Path, run: Run) -> None:
    report = check(run, tmp_path, "sets.yaml", in_yaml(body))
    assert missing(report) == {("sets.yaml", line)}
    # The functions in an object are those of the template around it, which has no such resource.
    assert body[:1] in "\n{" or not report["diagnostics"]
    assert report["summary"]["files"] == 1
    assert report["summary"]["pipelines"] == 1


@pytest.mark.parametrize("body", [AS_JSON, json.loads(AS_JSON)], ids=["text", "object"])
def test_in_a_template_of_json(body: object, tmp_path: Path, run: Run) -> None:
    template = {
        "Resources": {
            "Everywhere": {
                "Type": "AWS::CloudFormation::StackSet",
                "Properties": {"TemplateBody": body},
            }
        }
    }
    report = check(run, tmp_path, "sets.json", json.dumps(template))
    assert missing(report) == {("sets.json", 1)}


def test_a_template_that_is_put_together_is_told(tmp_path: Path, run: Run) -> None:
    report = check(run, tmp_path, "sets.yaml", in_yaml("!Sub |\n" + indented(INNER)))
    assert [each["kind"] for each in report["diagnostics"]] == ["stack-set"]
    assert not missing(report)


def test_a_broken_one_is_a_failure_at_its_place(tmp_path: Path, run: Run) -> None:
    broken = INNER.replace("Resources:", "Resources: [")
    report = check(run, tmp_path, "sets.yaml", in_yaml("|\n" + indented(broken)))
    (problem,) = report["diagnostics"]
    assert problem["kind"] == "parse-error"
    assert problem["location"]["line"] > 6
    assert report["summary"]["incomplete"] is True


def test_a_parameter_that_the_stack_set_gives_is_left_open(tmp_path: Path, run: Run) -> None:
    given = "      Parameters: [{ParameterKey: Project, ParameterValue: other}]\n"
    text = in_yaml("|\n" + indented(INNER), given)
    report = check(run, tmp_path, "sets.yaml", text)
    resources = {
        each["subject"]["resource"]
        for each in report["findings"]
        if each["rule"] == "codebuild-start-build-missing"
    }
    assert resources == {"arn:aws:codebuild:${region}:${account}:project/${Project}"}


def test_other_stacks_beside_it_are_other_stacks(tmp_path: Path, run: Run) -> None:
    text = in_yaml("|\n" + indented(INNER))
    report = check(run, tmp_path, "sets.yaml", text)
    assert report["summary"]["stacks"] == 2
