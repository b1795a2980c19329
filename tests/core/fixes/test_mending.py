"""check --fix and --diff, as users see them."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest

from passrole.cli import main


class Mend(Protocol):
    def __call__(self, text: str, rules: str = ..., name: str = ...) -> str: ...


TEMPLATE = """\
# what ships the shop
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: !GetAtt Role.Arn
      ArtifactStore: {Type: S3, Location: !Ref Artifacts}
      Stages:
        - Name: Source
          Actions:
            - Name: Source
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
              Configuration: {RepositoryName: shop, BranchName: main}
              OutputArtifacts: [{Name: source}]
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              InputArtifacts: [{Name: source}]
              Configuration: {ProjectName: !Ref Project}
  Artifacts:
    Type: AWS::S3::Bucket
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
      Policies:
        - PolicyName: pipeline
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              # the source
              - Effect: Allow
                Action: codecommit:*   # all of it
                Resource: "*"
              - Effect: Allow
                Action: s3:*
                Resource: '*'
              - Effect: Allow
                Action:
                  - codebuild:BatchGetBuilds
                Resource:
                  - !GetAtt Project.Arn
                # and nothing else
  Project:
    Type: AWS::CodeBuild::Project
    Properties:
      ServiceRole: arn:aws:iam::111122223333:role/build
      Artifacts: {Type: CODEPIPELINE}
      Environment: {Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: aws/codebuild/standard:7.0}
      Source: {Type: CODEPIPELINE}
"""
MISSING = "codebuild-start-build-missing"


@pytest.fixture
def mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mend:
    """The text of a file after ``check --fix --select`` of one rule."""

    def mended(text: str, rules: str = MISSING, name: str = "pipeline.yaml") -> str:
        monkeypatch.chdir(tmp_path)
        path = tmp_path / name
        path.write_text(text, "utf-8", newline="")
        main(["check", ".", "--fix", "--select", rules, "--fail-on", "never"])
        return path.read_bytes().decode("utf-8")

    return mended


def test_an_action_joins_those_of_the_same_service_and_resource(mend: Mend) -> None:
    expected = TEMPLATE.replace(
        "- codebuild:BatchGetBuilds\n",
        "- codebuild:BatchGetBuilds\n                  - codebuild:StartBuild\n",
    )
    assert mend(TEMPLATE) == expected


def test_line_ends_stay(mend: Mend) -> None:
    text = TEMPLATE.replace("\n", "\r\n")
    after = mend(text)
    assert after != text
    assert after.count("\n") == after.count("\r\n") == text.count("\n") + 1


def test_a_statement_of_its_own_in_the_references_of_the_template(mend: Mend) -> None:
    text = TEMPLATE.replace("- codebuild:BatchGetBuilds", "- codebuild:ListBuilds")
    text = text.replace("!GetAtt Project.Arn", "arn:aws:codebuild:eu-west-1:111122223333:project/x")
    after = mend(text)
    added = """\
                # and nothing else
              - Effect: Allow
                Action:
                  - codebuild:BatchGetBuilds
                  - codebuild:StartBuild
                Resource: !GetAtt Project.Arn
"""
    assert after == text.replace("                # and nothing else\n", added)


def test_mending_again_changes_nothing(mend: Mend) -> None:
    once = mend(TEMPLATE)
    assert mend(once) == once


def test_what_an_alias_uses_too_is_left_alone(mend: Mend) -> None:
    text = TEMPLATE.replace(
        "Statement:\n              # the source", "Statement: &all\n              # the source"
    )
    text = text.replace(
        "        Statement:\n          - {Effect",
        "        Other: *all\n        Statement:\n          - {Effect",
    )
    assert mend(text) == text


def test_a_diff_is_shown_and_nothing_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "pipeline.yaml"
    path.write_text(TEMPLATE, "utf-8")
    assert main(["check", ".", "--diff", "--select", MISSING]) == 1
    assert path.read_text("utf-8") == TEMPLATE
    assert (
        capsys.readouterr().out
        == """\
--- a/pipeline.yaml
+++ b/pipeline.yaml
@@ -41,6 +41,7 @@
               - Effect: Allow
                 Action:
                   - codebuild:BatchGetBuilds
+                  - codebuild:StartBuild
                 Resource:
                   - !GetAtt Project.Arn
                 # and nothing else
"""
    )
    path.write_text(TEMPLATE.replace("- codebuild:BatchGetBuilds", "- codebuild:*"), "utf-8")
    assert main(["check", ".", "--diff", "--select", MISSING]) == 0


CONDITIONAL = (
    TEMPLATE.replace(
        "  Project:\n    Type: AWS::CodeBuild::Project\n",
        "  Project:\n    Type: AWS::CodeBuild::Project\n    Condition: Builds\n",
    )
    .replace("- !GetAtt Project.Arn", "- arn:aws:codebuild:eu-west-1:111122223333:project/other")
    .replace(
        "Resources:\n",
        'Parameters:\n  Env: {Type: String}\nConditions:\n  Builds: !Equals [!Ref Env, "prod"]\nResources:\n',
        1,
    )
)


def test_what_may_not_be_there_is_not_referred_to(mend: Mend) -> None:
    assert mend(CONDITIONAL) == CONDITIONAL


DISPUTED = "cross-account-put-object-acl-missing,connection-prefix-mismatch"


def test_what_is_disputed_is_mended_only_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = TEMPLATE.replace("Provider: CodeCommit", "Provider: CodeStarSourceConnection").replace(
        "{RepositoryName: shop, BranchName: main}",
        "{ConnectionArn: arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b,"
        " FullRepositoryId: a/b, BranchName: main}",
    )
    text = text.replace("codecommit:*", "codestar-connections:UseConnection")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pipeline.yaml").write_text(text, "utf-8")
    arguments = ["check", ".", "--ruleset", "strict", "--select", DISPUTED, "--diff"]
    assert main(arguments) == 0
    assert capsys.readouterr().out == ""
    assert main([*arguments, "--unsafe-fixes"]) == 1
    assert "codeconnections:UseConnection" in capsys.readouterr().out
