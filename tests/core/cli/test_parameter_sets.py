"""Several deployments of the same templates: ``--parameters`` more than once, as a process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

PIPELINE = """\
Parameters:
  Env: {Type: String, AllowedValues: [dev, test, prod], Default: dev}
  Approvers: {Type: CommaDelimitedList, Default: ""}
  Start: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  MayStart: !Equals [!Ref Start, "yes"]
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: codepipeline.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: "s3:*", Resource: "*"}
              - {Effect: Allow, Action: "codebuild:BatchGetBuilds", Resource: "*"}
              - !If
                - MayStart
                - {Effect: Allow, Action: "codebuild:StartBuild", Resource: "*"}
                - !Ref AWS::NoValue
              - !If
                - IsProd
                - !Ref AWS::NoValue
                - {Effect: Allow, Action: "cloudformation:DescribeStacks", Resource: "*"}
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: !GetAtt Role.Arn
      ArtifactStore: {Type: S3, Location: artifacts}
      Stages:
        - Name: Source
          Actions:
            - Name: S3
              ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
              Configuration: {S3Bucket: b, S3ObjectKey: k, PollForSourceChanges: "false"}
              OutputArtifacts: [{Name: a}]
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: shop}
              InputArtifacts: [{Name: a}]
"""
RULE = "codebuild-start-build-missing"


class Scan:
    """A folder with a template, in which commands run as processes of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / ".git").mkdir()
        self.write("pipeline.yaml", PIPELINE)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, "utf-8")

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "passrole", *arguments],
            cwd=self.folder, capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def check(self, *files: str, select: str = RULE) -> Any:
        options = [part for file in files for part in ("--parameters", file)]
        return json.loads(self.run("check", ".", "--select", select, "--format", "json", *options))


@pytest.fixture
def scan(tmp_path: Path) -> Scan:
    scan = Scan(tmp_path)
    scan.write("dev.json", '{"Env": "dev", "Start": "yes"}')
    scan.write("test.json", '{"Env": "test", "Start": "no"}')
    scan.write("prod.json", '{"Env": "prod", "Start": "no"}')
    return scan


def findings(data: Any) -> list[tuple[str, list[str]]]:
    return [(each["rule"], each["parameter_sets"]) for each in data["findings"]]


def test_what_holds_with_some_sets_is_one_finding_that_lists_them(scan: Scan) -> None:
    data = scan.check("dev.json", "test.json", "prod.json")
    assert findings(data) == [(RULE, ["test.json", "prod.json"])]
    (finding,) = data["findings"]
    assert "This holds with test.json, with prod.json." in finding["message"]
    assert finding["confidence"] == "high"
    assert data["summary"]["pipelines"] == data["summary"]["stacks"] == 1
    assert data["summary"]["roles"] == 1


def test_what_holds_with_every_set_lists_none(scan: Scan) -> None:
    data = scan.check("test.json", "prod.json")
    assert findings(data) == [(RULE, [])]
    assert "This holds" not in data["findings"][0]["message"]


def test_one_set_is_one_deployment(scan: Scan) -> None:
    assert findings(scan.check("dev.json")) == []
    assert findings(scan.check("test.json")) == [(RULE, [])]


def test_files_of_one_option_are_one_deployment(scan: Scan) -> None:
    scan.write("start.json", '{"Start": "yes"}')
    assert findings(scan.check("test.json,start.json")) == []
    assert findings(scan.check("start.json,test.json")) == [(RULE, [])]


def test_a_finding_says_when_it_holds_with_each_set(scan: Scan) -> None:
    scan.write("open.json", '{"Env": "prod"}')
    (finding,) = scan.check("dev.json", "test.json", "open.json")["findings"]
    assert (
        "This holds with test.json, and with open.json when Start is not yes." in finding["message"]
    )


def test_a_set_that_gives_nothing_a_template_has_does_not_multiply_it(scan: Scan) -> None:
    scan.write("other.json", '{"Other": "1"}')
    alone, beside = scan.check("test.json"), scan.check("test.json", "other.json")
    assert findings(beside) == [(RULE, [])]
    assert alone["summary"] == beside["summary"]
    assert [d["message"] for d in beside["diagnostics"]] == [
        "other.json gives Other a value, and no template has such a parameter"
    ]


def test_a_file_for_each_template_is_no_file_for_the_others(scan: Scan) -> None:
    scan.write(
        "second.yaml", PIPELINE.replace("Start", "Second").replace("SecondBuild", "StartBuild")
    )
    scan.write("first.json", '{"Start": "no"}')
    scan.write("second.json", '{"Second": "no"}')
    data = scan.check("first.json", "second.json")
    assert findings(data) == [(RULE, []), (RULE, [])]
    together = scan.check("first.json,second.json")
    assert data["findings"] == together["findings"]


def test_a_name_that_no_template_has_is_told_with_its_place(scan: Scan) -> None:
    scan.write("wrong.yaml", "Env: prod\nStrat: 'yes'\n")
    (told,) = scan.check("wrong.yaml")["diagnostics"]
    assert told["kind"] == "unknown-parameter"
    assert told["message"].endswith("; did you mean 'Start'?")
    assert (told["location"]["path"], told["location"]["line"]) == ("wrong.yaml", 2)


def test_a_value_that_cloudformation_refuses_is_told_and_not_used(scan: Scan) -> None:
    scan.write("stage.json", '{"Env": "stage", "Start": "no"}')
    data = scan.check("stage.json")
    (told,) = data["diagnostics"]
    assert told["kind"] == "refused-value"
    assert told["message"].endswith("'stage' is none of the AllowedValues dev, test, prod")
    assert data["assumptions"][-1] != "parameter Env=dev, its default"


def test_a_value_that_the_stack_keeps_is_not_known_whatever_the_default(scan: Scan) -> None:
    text = PIPELINE.replace("Start: {Type: String}", 'Start: {Type: String, Default: "no"}')
    scan.write("pipeline.yaml", text)
    scan.write("keep.json", '[{"ParameterKey": "Start", "UsePreviousValue": true}]')
    assert "when" not in scan.check()["findings"][0]["message"]
    assert "when Start is not yes" in scan.check("keep.json")["findings"][0]["message"]


def test_the_map_shows_a_pipeline_once_for_each_outcome(scan: Scan) -> None:
    options = [f"--parameters={name}.json" for name in ("dev", "test", "prod")]
    tree = scan.run("map", ".", *options)
    assert [line for line in tree.splitlines() if line.startswith("Pipeline ")] == [
        "Pipeline  pipeline.yaml:28:3  with dev.json",
        "Pipeline  pipeline.yaml:28:3  with test.json, prod.json",
    ]
    data = json.loads(scan.run("map", ".", "--format", "json", *options))
    assert [each["parameter_sets"] for each in data["pipelines"]] == [
        ["dev.json"], ["test.json", "prod.json"],
    ]  # fmt: skip
    data = json.loads(scan.run("map", ".", "--format", "json", *options[1:]))
    assert [each["parameter_sets"] for each in data["pipelines"]] == [[]]


def test_an_unknown_of_one_set_names_it(scan: Scan) -> None:
    scan.write("pipeline.yaml", PIPELINE.replace("ProjectName: shop", "ProjectName: !Ref Name")
               .replace("  Start: {", "  Name: {Type: String}\n  Start: {", 1)
               .replace('"codebuild:StartBuild", Resource: "*"',
                        '"codebuild:StartBuild", Resource: !Sub "arn:${AWS::Partition}:codebuild:${AWS::Region}:${AWS::AccountId}:project/shop"'))  # fmt: skip
    scan.write("named.json", '{"Name": "shop", "Start": "yes"}')
    reasons = [
        each["reason"]
        for each in scan.check("dev.json", "named.json")["unknowns"]
        if each["subject"]["iam_action"] == "codebuild:StartBuild"
    ]
    assert len(reasons) == 1
    assert reasons[0].endswith("(with dev.json)")


def test_the_order_of_the_options_changes_nothing_but_the_order_of_names(scan: Scan) -> None:
    one = scan.check("dev.json", "prod.json", "test.json")
    other = scan.check("test.json", "prod.json", "dev.json")
    assert one["summary"] == other["summary"]
    (first,), (second,) = one["findings"], other["findings"]
    assert first["fingerprint"] == second["fingerprint"]
    assert sorted(first["parameter_sets"]) == sorted(second["parameter_sets"])
