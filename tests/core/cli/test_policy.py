"""`policy`: the least-privilege policy of each role, in every format."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from passrole.documents.limits import Limits
from passrole.documents.recognition import parse

Run = Callable[..., Any]

TERRAFORM = """
resource "aws_s3_bucket" "store" {}
resource "aws_codebuild_project" "build" {
  name         = "shop-build"
  service_role = aws_iam_role.build.arn
  source {
    type = "CODEPIPELINE"
  }
  artifacts {
    type = "CODEPIPELINE"
  }
}
resource "aws_iam_role" "build" {
  assume_role_policy = data.aws_iam_policy_document.build_trust.json
}
resource "aws_iam_role" "pipeline" {
  assume_role_policy = data.aws_iam_policy_document.pipeline_trust.json
}
resource "aws_codepipeline" "shop" {
  name     = "shop"
  role_arn = aws_iam_role.pipeline.arn
  artifact_store {
    type     = "S3"
    location = aws_s3_bucket.store.bucket
  }
  stage {
    name = "Source"
    action {
      name             = "Code"
      category         = "Source"
      owner            = "AWS"
      provider         = "CodeCommit"
      version          = "1"
      output_artifacts = ["code"]
      configuration    = { RepositoryName = "shop", BranchName = "main" }
    }
  }
  stage {
    name = "Build"
    action {
      name            = "Project"
      category        = "Build"
      owner           = "AWS"
      provider        = "CodeBuild"
      version         = "1"
      input_artifacts = ["code"]
      configuration   = { ProjectName = aws_codebuild_project.build.name }
    }
  }
}
"""


class Loader(yaml.SafeLoader):
    """Reads short forms as the long ones."""


def _long(loader: Loader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    name = suffix if suffix == "Ref" else f"Fn::{suffix}"
    return {name: value.split(".", 1) if suffix == "GetAtt" else value}


Loader.add_multi_constructor("!", _long)


@pytest.fixture
def shop(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example shop, in a repository of its own."""
    (tmp_path / ".git").mkdir()
    text = (repository / "examples" / "shop" / "pipeline.yaml").read_text("utf-8")
    (tmp_path / "pipeline.yaml").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Terraform module whose roles have no policies yet."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.tf").write_text(TERRAFORM, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def broken(run: Run) -> list[Any]:
    found = json.loads(run("check", ".", "--format", "json").out)["findings"]
    return [each for each in found if each["category"] == "breaks"]


def test_text_says_what_each_statement_is_for(run: Run, shop: Path) -> None:
    done = run("policy", "--role", "PipelineRole")
    assert done.code == 0
    for words in (
        "Role PipelineRole  pipeline.yaml:46:3\n  the role of the pipeline, pipeline shop\n",
        "    BuildCodeBuild\n      codebuild:BatchGetBuilds\n      codebuild:StartBuild\n",
        "      on arn:aws:codebuild:${Region}:${Account}:project/shop-build\n",
        "        for Build/CodeBuild (ProjectName)\n        https://docs.aws.amazon.com/",
        "Managed policy to attach: arn:aws:iam::aws:policy/AdministratorAccess-AWSElasticBeanstalk",
        "Optional, left out (--include-disputed puts them in):",
        "Service codepipeline.amazonaws.com may sts:AssumeRole\n",
        "<name of Artifacts>  the service makes up the name",
    ):
        assert words in done.out
    assert "Role BuildRole" not in done.out


def test_json_holds_documents_that_can_be_used(run: Run, shop: Path) -> None:
    data = json.loads(run("policy", "--format", "json", "--account", "111122223333").out)
    assert data["version"] == 1
    build, pipeline = data["roles"]
    assert (build["name"], pipeline["name"]) == ("BuildRole", "PipelineRole")
    (policy,) = pipeline["policies"]
    assert policy["kind"] == "inline"
    assert [each["Sid"] for each in policy["document"]["Statement"]] == [
        each["sid"] for each in policy["statements"]
    ]
    assert policy["document"]["Statement"][1]["Resource"] == (
        "arn:aws:codecommit:${Region}:111122223333:shop"
    )
    assert {each["name"] for each in pipeline["placeholders"]} == {
        "${Region}", "<name of Artifacts>",
    }  # fmt: skip
    assert build["trust"]["Statement"][0]["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "111122223333"}
    }
    assert build["open"] == ["The build's own commands may need more."]
    names = [each["name"] for each in pipeline["optional"]]
    assert "codebuild-stop-build" in names
    assert len(names) == len(set(names))


@pytest.mark.parametrize("form", ["cloudformation", "cloudformation-json"])
def test_the_fragment_put_into_the_template_mends_it(run: Run, shop: Path, form: str) -> None:
    assert broken(run)
    run("policy", "--format", form, "-o", "fragment")
    text = Path("fragment").read_text("utf-8")
    fragment = json.loads(text) if form.endswith("json") else yaml.load(text, Loader)  # noqa: S506
    template = yaml.load(Path("pipeline.yaml").read_text("utf-8"), Loader)  # noqa: S506
    for name, resource in fragment["Resources"].items():
        kept = template["Resources"].setdefault(name, resource)
        kept["Properties"].update(resource["Properties"])
    Path("pipeline.yaml").write_text(json.dumps(template), "utf-8")
    assert broken(run) == []
    assert "Parameters" not in fragment


def test_the_fragment_is_written_in_the_templates_own_references(run: Run, shop: Path) -> None:
    out = run("policy", "--format", "cloudformation").out
    assert "Resource: !GetAtt Build.Arn" in out
    assert 'Resource: !Sub "${Artifacts.Arn}/*"' in out
    assert "aws:SourceAccount: !Ref AWS::AccountId" in out
    assert "# Optional, codebuild-stop-build: disputed: only the AWS CDK grants it" in out
    assert "              # - Sid: BuildCodeBuildStopBuild\n" in out


def test_what_would_be_a_circle_stands_apart_from_the_role(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(
        """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: codebuild.amazonaws.com}, Action: sts:AssumeRole}
  Project:
    Type: AWS::CodeBuild::Project
    Properties: {ServiceRole: !GetAtt Role.Arn, Source: {Type: CODEPIPELINE}}
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: arn:aws:iam::111122223333:role/elsewhere
      Stages:
        - Name: Build
          Actions:
            - Name: Project
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: !Ref Project}
""",
        "utf-8",
    )
    fragment = json.loads(run("policy", tmp_path, "--format", "cloudformation-json").out)
    assert "Policies" not in fragment["Resources"]["Role"]["Properties"]
    apart = fragment["Resources"]["RolePolicy"]
    assert apart["Type"] == "AWS::IAM::Policy"
    assert apart["Properties"]["Roles"] == [{"Ref": "Role"}]
    assert "${Project}" in json.dumps(apart)


@pytest.mark.parametrize("form", ["terraform", "terraform-json"])
def test_the_terraform_put_into_the_module_mends_it(run: Run, module: Path, form: str) -> None:
    suffix = ".tf.json" if form.endswith("json") else ".tf"
    done = run("policy", "--format", form, "-o", f"policies{suffix}")
    assert done.code == 0
    text = Path(f"policies{suffix}").read_text("utf-8")
    assert not parse(f"p{suffix}", text.encode(), Limits()).problems
    assert "aws_codebuild_project.build.arn" in text
    assert "${aws_s3_bucket.store.arn}/*" in text
    wait = "depends_on = [aws_iam_role_policy.pipeline]"
    if suffix == ".tf":
        assert f"#   {wait}\nresource" in text
    main = TERRAFORM.replace('name     = "shop"', f'name     = "shop"\n  {wait}')
    Path("main.tf").write_text(main, "utf-8")
    assert broken(run) == []
    plain = run("policy", "--format", "terraform").out
    assert 'data "aws_caller_identity" "current" {}' not in plain


def test_a_role_of_the_other_format_gets_placeholders(run: Run, module: Path) -> None:
    fragment = json.loads(run("policy", "--format", "cloudformation-json").out)
    assert "AwsS3BucketStoreName" in fragment["Parameters"]
    assert "AwsIamRolePipeline" in fragment["Resources"]


def test_a_role_that_is_not_in_the_tree_is_named(run: Run, tmp_path: Path) -> None:
    text = TERRAFORM.replace(
        "role_arn = aws_iam_role.pipeline.arn", 'role_arn = "arn:aws:iam::111122223333:role/ours"'
    )
    (tmp_path / "main.tf").write_text(text, "utf-8")
    out = run("policy", tmp_path).out
    assert "scan the files that make them as well:\n  arn:aws:iam::111122223333:role/ours, " in out
    data = json.loads(run("policy", tmp_path, "--format", "json").out)
    assert [(each["role"], each["as"]) for each in data["elsewhere"]] == [
        ("arn:aws:iam::111122223333:role/ours", "the role of the pipeline")
    ]


def test_several_roles_may_be_asked_for(run: Run, shop: Path) -> None:
    done = run("policy", "--role", "BuildRole", "--role", "PipelineRole", "--format", "json")
    assert [each["name"] for each in json.loads(done.out)["roles"]] == ["BuildRole", "PipelineRole"]


def test_a_role_that_is_not_there_is_named(run: Run, shop: Path) -> None:
    done = run("policy", "--role", "PipelineRoll")
    assert done.code == 2
    assert "there is no role 'PipelineRoll' here; did you mean 'PipelineRole'?" in done.err


def test_a_tree_without_pipelines_says_so(run: Run, tmp_path: Path) -> None:
    done = run("policy", tmp_path)
    assert done.code == 0
    assert done.out == "No pipeline here uses a role that is in the scanned tree.\n"


def test_what_could_not_be_read_is_told(run: Run, shop: Path) -> None:
    (shop / "broken.yaml").write_text("AWSTemplateFormatVersion: x\nResources: [\n", "utf-8")
    done = run("policy")
    assert done.code == 3
    assert "broken.yaml" in done.out
    assert "The analysis is incomplete, and so may the policies be." in done.out
    assert run("policy", "--allow-incomplete").code == 0


def test_the_same_input_gives_the_same_bytes(run: Run, shop: Path) -> None:
    for form in ("text", "json", "cloudformation", "terraform"):
        assert run("policy", "--format", form).out == run("policy", "--format", form).out


def test_names_cannot_leave_a_comment(run: Run, tmp_path: Path) -> None:
    text = TERRAFORM.replace('name            = "Project"', 'name = "Pro\\njector { #"')
    (tmp_path / "main.tf").write_text(text, "utf-8")
    out = run("policy", tmp_path, "--format", "terraform").out
    assert not parse("p.tf", out.encode(), Limits()).problems
    assert "\njector" not in out


NARROW = """
Resources:
  Store: {Type: AWS::S3::Bucket}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
      Policies:
        - PolicyName: own
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Sid: Store
                Effect: Allow
                Action: ["s3:*", "sqs:SendMessage"]
                Resource: !Sub "${Store.Arn}/*"
              - {Sid: Secure, Effect: Deny, NotAction: "s3:*", Resource: "*", Condition: {Bool: {aws:SecureTransport: false}}}
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: !GetAtt Role.Arn
      ArtifactStore: {Type: S3, Location: !Ref Store}
      Stages:
        - Name: Source
          Actions:
            - Name: Code
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
              Configuration: {RepositoryName: shop, BranchName: main}
              OutputArtifacts: [{Name: Code}]
"""


@pytest.fixture
def wide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A template whose role has more than it needs."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "t.yaml").write_text(NARROW, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_narrow_says_what_it_takes_away_and_writes_the_rest(run: Run, wide: Path) -> None:
    out = run("policy", "--narrow").out
    assert out.startswith(
        "Policy own of role Role, t.yaml:12:13\nTaken away, as nothing needs it:\n"
    )
    assert "  statement Store: sqs:SendMessage on arn:aws:s3:::${Store.name}/*\n" in out
    assert "  statement Store: s3:* is now s3:GetObject, " in out
    assert '"Resource": "arn:aws:s3:::<name of Store>/*"' in out
    assert '"NotAction": "s3:*"' in out


def test_narrow_writes_each_format(run: Run, wide: Path) -> None:
    data = json.loads(run("policy", "--narrow", "--format", "json").out)
    (policy,) = data["roles"][0]["policies"]
    store, denial = policy["document"]["Statement"]
    assert "sqs:SendMessage" not in store["Action"]
    assert denial["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert policy["removed"]

    text = run("policy", "--narrow", "--format", "cloudformation").out
    fragment = yaml.load(text, Loader)  # noqa: S506 - a loader of our own
    assert fragment["PolicyDocument"]["Statement"][0]["Resource"] == {"Fn::Sub": "${Store.Arn}/*"}

    data = json.loads(run("policy", "--narrow", "--format", "cloudformation-json").out)
    document = data["roles"][0]["policies"][0]["document"]
    assert document["Statement"][0]["Resource"] == {"Fn::Sub": "${Store.Arn}/*"}

    text = run("policy", "--narrow", "--format", "terraform").out
    assert not parse("p.tf", text.encode(), Limits()).problems
    assert 'not_actions = ["s3:*"]' in text
    assert 'effect    = "Deny"' in text

    data = json.loads(run("policy", "--narrow", "--format", "terraform-json").out)
    blocks = data["roles"][0]["policies"][0]["document"]["data"]["aws_iam_policy_document"]
    assert blocks["role_own"]["statement"][1]["not_actions"] == ["s3:*"]


def test_narrow_of_a_role_that_is_asked_for(run: Run, shop: Path) -> None:
    out = run("policy", "--narrow", "--role", "BuildRole").out
    assert "Stays as it is: the build's own commands may need it." in out
    assert "PipelineRole" not in out
