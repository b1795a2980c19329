"""Roles that another template of the scanned tree defines."""

from pathlib import Path

from passrole.analysis import Analysis, analyse
from passrole.contributions import gather
from passrole.plugin_loading import find_plugins, load_plugins, select_plugins
from passrole.settings import Settings
from passrole.stacks.deployments import Deployment

ROLES = """
Resources:
  Shared:
    Type: AWS::IAM::Role
    Properties:
      RoleName: shared-pipeline
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
"""
PIPELINE = """
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: !Sub arn:aws:iam::${AWS::AccountId}:role/shared-pipeline
      ArtifactStore: {Type: S3, Location: store}
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: shop}
"""


def scan(folder: Path, **facts: str) -> Analysis:
    (folder / "roles.yaml").write_text(ROLES, "utf-8")
    (folder / "pipeline.yaml").write_text(PIPELINE, "utf-8")
    contributions = gather(load_plugins(select_plugins(find_plugins(), third_party=False)))
    settings = Settings(paths=(folder,), root=folder, deployment=Deployment(**facts))
    return analyse(settings, contributions)


def test_a_role_is_found_by_its_name_where_one_template_alone_defines_it(tmp_path: Path) -> None:
    results = scan(tmp_path).results
    found = [f for f in results.findings if f.rule == "codebuild-start-build-missing"]
    assert {f.confidence for f in found} == {"medium"}
    words = "pipeline.yaml means the role shared-pipeline of roles.yaml"
    assert all(f"This takes for granted that {words}" in f.message for f in found)
    assert words in results.assumptions


def test_which_role_is_meant_is_not_known_where_two_templates_define_one(tmp_path: Path) -> None:
    (tmp_path / "others.yaml").write_text(ROLES, "utf-8")
    results = scan(tmp_path).results
    assert not [f for f in results.findings if f.category == "breaks"]
    assert any("shared-pipeline is not in the scanned tree" in u.reason for u in results.unknowns)


def test_no_role_is_found_in_an_account_that_is_known_to_be_another_one(tmp_path: Path) -> None:
    written = PIPELINE.replace("${AWS::AccountId}", "999999999999")
    (tmp_path / "elsewhere.yaml").write_text(written, "utf-8")
    results = scan(tmp_path, account="111122223333").results
    paths = {f.location.path for f in results.findings if f.rule == "codebuild-start-build-missing"}
    assert paths == {"pipeline.yaml"}


def test_in_a_known_account_a_role_is_found_wherever_it_is_defined(tmp_path: Path) -> None:
    results = scan(tmp_path, account="111122223333").results
    found = [f for f in results.findings if f.rule == "codebuild-start-build-missing"]
    assert {f.subject.iam_action for f in found} == {
        "codebuild:StartBuild",
        "codebuild:BatchGetBuilds",
    }
    (place,) = {related.location.path for f in found for related in f.related}
    assert place == "roles.yaml"


POLICY = """
Parameters:
  RoleName: {Type: String, Default: shared-pipeline}
Resources:
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: build
      Roles: [!Ref RoleName]
      PolicyDocument:
        Statement: {Effect: Allow, Action: 'codebuild:*', Resource: '*'}
"""


def test_a_policy_attaches_to_a_role_of_another_template_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
    for results in (scan(tmp_path).results, scan(tmp_path, account="111122223333").results):
        assert "codebuild-start-build-missing" not in {f.rule for f in results.findings}
        assert any(f.category == "breaks" for f in results.findings)
