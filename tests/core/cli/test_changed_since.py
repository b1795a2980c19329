"""`check --changed-since`: what depends on files that changed, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
GIT = shutil.which("git")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(GIT is None, reason="there is no git here to make repositories with"),
]

STAGES = """
      ArtifactStore: {Type: S3, Location: artifacts}
      Stages:
        - Name: Source
          Actions:
            - Name: Source
              ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
              Configuration: {S3Bucket: artifacts, S3ObjectKey: source.zip}
              OutputArtifacts: [{Name: Source}]
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: shop}
              InputArtifacts: [{Name: Source}]
"""
TRUST = """
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: codepipeline.amazonaws.com}, Action: sts:AssumeRole}]
"""
GRANTS = """
        - PolicyName: grants
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: ["s3:*", "codebuild:*"], Resource: "*"}
"""


def role(name: str, grants: str = GRANTS) -> str:
    policies = f"      Policies:{grants}" if grants else ""
    return f"  {name}:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: {name.lower()}{TRUST}{policies}"


def pipeline(role_arn: str) -> str:
    return f"  Pipeline:\n    Type: AWS::CodePipeline::Pipeline\n    Properties:\n      RoleArn: {role_arn}{STAGES}"


FILES = {
    # A pipeline alone, which lacks everything.
    "alone/pipeline.yaml": f"Resources:\n{role('Alone', '')}{pipeline('!GetAtt Alone.Arn')}",
    # A pipeline whose role another template makes and exports.
    "linked/roles.yaml": f"Resources:\n{role('Shared')}\nOutputs:\n  R: {{Value: !GetAtt Shared.Arn, Export: {{Name: shared-role}}}}\n",
    "linked/pipeline.yaml": f"Resources:\n{pipeline('!ImportValue shared-role')}",
    # A pipeline whose role gets its policy from another template, which names the role.
    "named/pipeline.yaml": f"Resources:\n{role('Named', '')}{pipeline('!GetAtt Named.Arn')}",
    "named/policy.yaml": """
Resources:
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: grants
      Roles: [named]
      PolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Action: ["s3:*", "codebuild:*"], Resource: "*"}]
""",
    # A pipeline in a template that another one nests.
    "nested/root.yaml": """
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {Project: shop}}
""",
    "nested/child.yaml": f"Parameters: {{Project: {{Type: String}}}}\nResources:\n{role('Nested')}{pipeline('!GetAtt Nested.Arn')}",
    # Terraform: a module, a file that is read, and variables.
    "tf/main.tf": """
variable "actions" { default = ["s3:*", "codebuild:*"] }
module "role" {
  source = "./role"
  extra  = var.actions
}
resource "aws_codepipeline" "p" {
  name     = "p"
  role_arn = module.role.arn
  artifact_store {
    type     = "S3"
    location = "artifacts"
  }
  stage {
    name = "Source"
    action {
      name             = "Source"
      category         = "Source"
      owner            = "AWS"
      provider         = "S3"
      version          = "1"
      output_artifacts = ["s"]
      configuration    = { S3Bucket = "artifacts", S3ObjectKey = "a.zip" }
    }
  }
  stage {
    name = "Build"
    action {
      name            = "Build"
      category        = "Build"
      owner           = "AWS"
      provider        = "CodeBuild"
      version         = "1"
      input_artifacts = ["s"]
      configuration   = { ProjectName = "shop" }
    }
  }
}
""",
    "tf/role/main.tf": """
variable "extra" {}
resource "aws_iam_role" "r" {
  name               = "tf"
  assume_role_policy = file("${path.module}/trust.json")
}
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = var.extra, Resource = "*" }] })
}
output "arn" { value = aws_iam_role.r.arn }
""",
    "tf/role/trust.json": '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "codepipeline.amazonaws.com"}, "Action": "sts:AssumeRole"}]}',
    "readme.md": "nothing",
}
DROPPED = ('"codebuild:*"', '"codebuild:BatchGetBuilds"')


def git(*arguments: str) -> str:
    names = {
        f"GIT_{who}_{what}": "a@example.com"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    environment = {
        **os.environ,
        **names,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    return subprocess.run(
        [str(GIT), *arguments], env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    top = tmp_path / "repo"
    for name, text in FILES.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text, "utf-8")
    monkeypatch.chdir(top)
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-q", "-m", "x")
    return top


def found(run: Run, *arguments: str) -> dict[str, str]:
    """The findings of a run, by fingerprint: the rule and the file."""
    data = json.loads(run("check", ".", "--format", "json", *arguments).out)
    return {
        each["fingerprint"]: f"{each['rule']} {each['location']['path']}"
        for each in data["findings"]
    }


def since(run: Run, revision: str = "HEAD", *arguments: str) -> dict[str, str]:
    return found(run, "--changed-since", revision, *arguments)


def edit(name: str, old: str, new: str) -> None:
    path = Path(name)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.usefixtures("repository")
def test_where_nothing_changed_nothing_is_found(run: Run) -> None:
    assert found(run)
    assert since(run) == {}
    Path("readme.md").write_text("more", "utf-8")
    Path("new.md").write_text("more", "utf-8")
    assert since(run) == {}


EDITS: dict[str, Callable[[], object]] = {
    "a role's template": lambda: edit("linked/roles.yaml", *DROPPED),
    "an export that goes": lambda: edit("linked/roles.yaml", "Export: {Name: shared-role}", ""),
    "a template that is gone": lambda: Path("linked/roles.yaml").unlink(),
    "a policy of another template": lambda: edit("named/policy.yaml", *DROPPED),
    "a policy that attaches no more": lambda: edit("named/policy.yaml", "[named]", "[other]"),
    "a policy that is gone": lambda: Path("named/policy.yaml").unlink(),
    "a nested template": lambda: edit("nested/child.yaml", *DROPPED),
    "a nested template that is gone": lambda: Path("nested/child.yaml").unlink(),
    "a template that nests": lambda: edit("nested/root.yaml", "{Project: shop}", "{}"),
    "configuration": lambda: edit("tf/main.tf", *DROPPED),
    "a module": lambda: edit("tf/role/main.tf", "var.extra", '"s3:*"'),
    "a file that is read": lambda: edit("tf/role/trust.json", "codepipeline", "lambda"),
    "a file that is read and gone": lambda: Path("tf/role/trust.json").unlink(),
    "variables": lambda: Path("tf/x.auto.tfvars").write_text('actions = ["s3:*"]', "utf-8"),
    "a module's file that is gone": lambda: Path("tf/role/main.tf").unlink(),
    "a second template with the same export": lambda: shutil.copy("linked/roles.yaml", "two.yaml"),
    "a new template": lambda: shutil.copy("alone/pipeline.yaml", "new.yaml"),
    "a template that is renamed": lambda: Path("named/policy.yaml").rename("named/other.yaml"),
    "a folder that is renamed": lambda: Path("linked").rename("moved"),
}


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize("ruleset", ["default", "strict"])
@pytest.mark.usefixtures("repository")
def test_whatever_a_change_brings_is_found(run: Run, name: str, ruleset: str) -> None:
    before = found(run, "--ruleset", ruleset)
    EDITS[name]()
    after = found(run, "--ruleset", ruleset)
    limited = since(run, "HEAD", "--ruleset", ruleset)
    assert after.keys() - before.keys() <= limited.keys()
    assert limited.keys() <= after.keys()
    if name not in ("a new template", "a template that is renamed"):
        assert not [each for each in limited.values() if each.endswith("alone/pipeline.yaml")]


@pytest.mark.usefixtures("repository")
def test_a_changed_role_breaks_a_pipeline_of_an_unchanged_file(run: Run) -> None:
    EDITS["a policy that is gone"]()
    rules = {
        each for each in since(run).values() if each.startswith("codebuild-start-build-missing")
    }
    assert rules == {"codebuild-start-build-missing named/pipeline.yaml"}


@pytest.mark.usefixtures("repository")
def test_committed_staged_and_untracked_are_all_changes(run: Run) -> None:
    edit("linked/roles.yaml", *DROPPED)
    git("add", "-A")
    assert since(run)  # staged
    git("commit", "-q", "-m", "x")
    assert since(run) == {}
    assert since(run, "HEAD~1")  # committed
    assert since(run, "main...") == {}
    Path("new.yaml").write_text(FILES["alone/pipeline.yaml"], "utf-8")
    assert {each.split()[1] for each in since(run).values()} == {"new.yaml"}


@pytest.mark.usefixtures("repository")
def test_other_ends_of_lines_are_no_change(run: Run) -> None:
    path = Path("alone/pipeline.yaml")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert since(run) == {}


@pytest.mark.usefixtures("repository")
def test_a_parameter_file_that_changed_has_a_say_in_everything(run: Run) -> None:
    Path("parameters.json").write_text('{"Parameters": {"Project": "shop"}}', "utf-8")
    assert (
        since(run, "HEAD", "--parameters", "parameters.json").keys()
        == found(run, "--parameters", "parameters.json").keys()
    )
    done = run("check", ".", "--changed-since", "HEAD", "--parameters", "parameters.json")
    assert "everything is analysed, because parameters.json changed since HEAD (" in done.out


@pytest.mark.parametrize(
    "form", ["text", "json", "sarif", "junit", "github", "gitlab", "markdown", "csv", "html"]
)
@pytest.mark.usefixtures("repository")
def test_every_report_says_that_the_run_was_limited(run: Run, form: str) -> None:
    done = run("check", ".", "--changed-since", "HEAD", "--format", form)
    assert done.code == 0
    words = done.out.replace("`", "").replace("\\n", " ")
    assert "only what depends on files that changed since HEAD" in words
    assert "No pipeline is among them" not in words  # it was not looked at


@pytest.mark.usefixtures("repository")
def test_what_needs_a_whole_run_is_refused(run: Run) -> None:
    for option in ("--write-baseline", "--fix", "--diff"):
        done = run("check", ".", "--changed-since", "HEAD", option)
        assert done.code == 2
        assert f"{option} needs a whole run" in done.err
    assert run("check", ".", "--changed-since", "nowhere").code == 2
    assert run("check", ".", "--changed-since", "--output=x").code == 2


@pytest.mark.usefixtures("repository")
def test_suppressions_and_baselines_of_what_is_not_looked_at_are_not_called_unused(
    run: Run,
) -> None:
    assert run("check", ".", "--write-baseline").code == 0
    done = run("check", ".", "--changed-since", "HEAD", "--baseline", "passrole-baseline.json")
    assert done.code == 0
    assert "fixed" not in done.out
