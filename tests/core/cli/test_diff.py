"""`diff`: what roles gained and lost between two trees or revisions, as users see it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

pytestmark = pytest.mark.slow

Run = Callable[..., Any]
GIT = shutil.which("git")

PIPELINE = """
Resources:
  Artifacts: {Type: AWS::S3::Bucket}
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: shop
      ServiceRole: arn:aws:iam::111122223333:role/build
      Artifacts: {Type: CODEPIPELINE}
      Environment: {ComputeType: BUILD_GENERAL1_SMALL, Image: aws/codebuild/standard:7.0, Type: LINUX_CONTAINER}
      Source: {Type: CODEPIPELINE}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: [%(trusted)s]}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: pipeline
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], Resource: !Sub "${Artifacts.Arn}/*"}
              - {Effect: Allow, Action: ["s3:GetBucketVersioning", "s3:GetBucketAcl", "s3:GetBucketLocation", "s3:ListBucket"], Resource: !GetAtt Artifacts.Arn}
              - {Effect: Allow, Action: [%(actions)s], Resource: "%(resource)s"}
%(more)s
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: !GetAtt Role.Arn
      ArtifactStore: {Type: S3, Location: !Ref Artifacts}
      Stages:
        - Name: Source
          Actions:
            - Name: Source
              ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
              Configuration: {S3Bucket: !Ref Artifacts, S3ObjectKey: source.zip}
              OutputArtifacts: [{Name: Source}]
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: shop}
              InputArtifacts: [{Name: Source}]
"""
DENY = '              - {Effect: Deny, Action: "s3:DeleteObject", Resource: "*"}'
PROJECT = "arn:aws:codebuild:eu-west-1:111122223333:project/shop"


def pipeline(
    *actions: str,
    resource: str = PROJECT,
    trusted: str = "codepipeline.amazonaws.com",
    more: str = "",
) -> str:
    listed = ", ".join(f'"{each}"' for each in actions)
    return PIPELINE % {"actions": listed, "resource": resource, "trusted": trusted, "more": more}


OLD = pipeline("codebuild:StartBuild", "codebuild:BatchGetBuilds")
WITHOUT = pipeline("codebuild:BatchGetBuilds")
WIDE = pipeline("codebuild:*", resource="*")
FACTS = ("--account", "111122223333", "--region", "eu-west-1")


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Writes a template into `base` and one into `head`, beside each other."""
    monkeypatch.chdir(tmp_path)

    def write(base: str, head: str) -> None:
        for name, text in (("base", base), ("head", head)):
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / "pipeline.yaml").write_text(text, "utf-8")

    return write


Folders = Callable[[str, str], None]


def data(run: Run, *arguments: str) -> Any:
    return json.loads(run("diff", "base", "head", "--format", "json", *FACTS, *arguments).out)


def of_role(found: Any) -> Any:
    (change,) = found["identities"]
    assert change["label"] == "Role"
    return change


def test_equal_trees_differ_in_nothing(run: Run, folders: Folders) -> None:
    folders(OLD, OLD.replace("PolicyName: pipeline", "PolicyName: pipeline # a comment"))
    done = run("diff", "base", "head", *FACTS)
    assert done.code == 0
    assert "0 roles changed, 0 permissions gained, 0 lost, 0 new findings" in done.out


def test_what_no_pipeline_needs_is_told_apart_from_what_one_does(
    run: Run, folders: Folders
) -> None:
    folders(
        WITHOUT,
        pipeline(
            "codebuild:BatchGetBuilds",
            "codebuild:StartBuild",
            "codebuild:StopBuild",
            "codebuild:DeleteProject",
        ),
    )
    gained = of_role(data(run))["gained"]
    not_needed = [each for each in gained if each["needed"] == "not needed"]
    assert ["codebuild:DeleteProject"] in [each["actions"] for each in not_needed]
    needed = next(each for each in gained if each["needed"] == "needed")
    assert "codebuild:StartBuild" in needed["actions"]
    by = needed["needed_by"][0]
    assert (by["stage"], by["action"], by["iam_action"]) == (
        "Build",
        "Build",
        "codebuild:StartBuild",
    )
    assert by["source"].startswith("https://")


def test_a_wildcard_on_everything_is_wider_than_needed(run: Run, folders: Folders) -> None:
    folders(OLD, WIDE)
    gained = of_role(data(run))["gained"]
    assert {tuple(each["resources"]) for each in gained} == {("*",)}
    wider = [each for each in gained if each["needed"] == "wider than needed"]
    assert [PROJECT] in [each["beyond"] for each in wider]
    assert sum(each["number"] for each in gained if each["needed"] == "not needed") > 50
    assert not of_role(data(run))["lost"]


def test_gained_is_lost_the_other_way_round(run: Run, folders: Folders) -> None:
    def what(permissions: Any) -> list[Any]:
        named = ("how", "actions", "but_actions", "resources", "principals", "statement")
        return sorted([{name: each[name] for name in named} for each in permissions], key=str)

    folders(OLD, WIDE)
    there = of_role(data(run))
    folders(WIDE, OLD)
    back = of_role(data(run))
    merged = {json.dumps(each["resources"]) for each in there["gained"]}
    assert merged == {json.dumps(each["resources"]) for each in back["lost"]}
    assert sum(e["number"] for e in there["gained"]) == sum(e["number"] for e in back["lost"])
    assert there["lost"] == back["gained"] == []
    assert what(there["gained"]) == what(back["lost"])


def test_a_deny_that_is_added_is_lost(run: Run, folders: Folders) -> None:
    folders(pipeline("s3:*", resource="*"), pipeline("s3:*", resource="*", more=DENY))
    change = of_role(data(run))
    assert change["gained"] == []
    (lost,) = change["lost"]
    assert (lost["how"], lost["actions"]) == ("deny", ["s3:DeleteObject"])
    assert "is now denied s3:DeleteObject on everything" in run("diff", "base", "head", *FACTS).out


def test_who_may_newly_assume_it(run: Run, folders: Folders) -> None:
    actions = ("codebuild:StartBuild", "codebuild:BatchGetBuilds")
    folders(OLD, pipeline(*actions, trusted="codepipeline.amazonaws.com, lambda.amazonaws.com"))
    (gained,) = of_role(data(run))["gained"]
    assert gained["how"] == "trust"
    assert gained["principals"] == ["Service lambda.amazonaws.com"]
    assert gained["needed"] == "not needed"


def test_a_permission_that_is_lost_and_needed_is_a_new_finding(run: Run, folders: Folders) -> None:
    folders(OLD, WITHOUT)
    done = run("diff", "base", "head", *FACTS)
    assert done.code == 1
    assert "may no longer do codebuild:StartBuild" in done.out
    assert "needed by Build/Build" in done.out
    assert "New finding: pipeline.yaml:" in done.out
    assert "1 new finding (1 critical)" in done.out
    assert run("diff", "base", "head", "--fail-on", "never", *FACTS).code == 0
    folders(WITHOUT, OLD)
    done = run("diff", "base", "head", *FACTS)
    assert done.code == 0
    assert "Finding that is gone: pipeline.yaml:" in done.out


def test_gained_permissions_fail_only_where_that_is_asked_for(run: Run, folders: Folders) -> None:
    folders(OLD, WIDE)
    assert run("diff", "base", "head", "--fail-on", "never", *FACTS).code == 0
    assert run("diff", "base", "head", "--fail-on", "never", "--fail-on-gained", *FACTS).code == 1
    folders(WIDE, OLD)
    assert run("diff", "base", "head", "--fail-on", "never", "--fail-on-gained", *FACTS).code == 0


def test_an_administrator_is_told_first(run: Run, folders: Folders) -> None:
    folders(OLD, pipeline("*", resource="*"))
    done = run("diff", "base", "head", *FACTS)
    assert "  ! is an administrator now, or makes itself one: it may do everything" in done.out
    assert of_role(data(run))["escalations_gained"] == ["it may do everything"]


def test_a_role_of_a_renamed_file_has_moved_and_is_no_news(
    run: Run, folders: Folders, tmp_path: Path
) -> None:
    folders(WITHOUT, WITHOUT)
    (tmp_path / "head" / "pipeline.yaml").rename(tmp_path / "head" / "other.yaml")
    found = data(run)
    change = of_role(found)
    assert change["moved_from"].startswith("Role (pipeline.yaml:")
    assert change["gained"] == change["lost"] == []
    assert found["summary"]["findings_new"] == found["summary"]["findings_gone"] == 0


def test_roles_that_come_and_go(run: Run, folders: Folders) -> None:
    folders(OLD, "Resources: {}\n")
    assert [each["state"] for each in data(run)["identities"]] == ["gone"]
    folders("Resources: {}\n", OLD)
    found = data(run)
    assert [each["state"] for each in found["identities"]] == ["new"]
    assert [each["state"] for each in found["pipelines"]] == ["new"]


def test_a_policy_outside_of_the_tree_is_not_known(run: Run, folders: Folders) -> None:
    named = "      ManagedPolicyArns: [arn:aws:iam::111122223333:policy/ours]\n      Policies:"
    folders(OLD, OLD.replace("      Policies:", named))
    (words,) = of_role(data(run))["unknown"]
    assert words.startswith("it may have gained anything: ")
    assert "policy/ours" in words


def test_what_a_boundary_forbids_is_not_gained(run: Run, folders: Folders) -> None:
    bounded = """      PermissionsBoundary: !Ref Boundary
      Policies:"""
    boundary = """
  Boundary:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Action: ["s3:*", "codebuild:*"], Resource: "*"}]
"""
    old = OLD.replace("      Policies:", bounded) + boundary
    more = old.replace(
        '"codebuild:BatchGetBuilds"', '"codebuild:BatchGetBuilds", "sqs:SendMessage"'
    )
    folders(old, more)
    assert data(run)["identities"] == []
    folders(old, old.replace('"codebuild:*"]', '"codebuild:StartBuild"]'))
    (lost,) = of_role(data(run))["lost"]
    assert (lost["how"], lost["actions"]) == ("boundary", ["codebuild:BatchGetBuilds"])
    folders(old, OLD)
    assert of_role(data(run))["boundary"] == "its permissions boundary is gone"


def test_a_side_that_cannot_be_read_makes_it_incomplete(run: Run, folders: Folders) -> None:
    folders(OLD, WITHOUT)
    Path("base/broken.yaml").write_text("AWSTemplateFormatVersion: [\nResources: {", "utf-8")
    done = run("diff", "base", "head", *FACTS)
    assert done.code == 3
    assert "The analysis of base is incomplete" in done.out
    assert run("diff", "base", "head", "--allow-incomplete", *FACTS).code == 1


def test_what_may_be_new_is_not_called_new(run: Run, folders: Folders) -> None:
    folders("AWSTemplateFormatVersion: [\nResources: {", WITHOUT)
    found = data(run)
    assert found["findings"]["new"] == []
    assert [each["rule"] for each in found["findings"]["maybe_new"]]
    assert [each["state"] for each in found["identities"]] == ["perhaps new"]
    assert run("diff", "base", "head", "--allow-incomplete", *FACTS).code == 1


@pytest.mark.parametrize("arguments", [(), ("base",), ("base", "nowhere"), ("--", "-x")])
def test_wrong_arguments_are_usage_errors(run: Run, folders: Folders, arguments: Any) -> None:
    folders(OLD, OLD)
    done = run("diff", *arguments)
    assert done.code == 2
    assert done.out == ""


def test_the_help_has_examples(run: Run) -> None:
    done = run("diff", "--help")
    assert done.code == 0
    assert "passrole diff origin/main...HEAD" in done.out


# Markdown


def test_a_comment_says_first_what_somebody_should_look_at(run: Run, folders: Folders) -> None:
    folders(OLD, pipeline("codebuild:BatchGetBuilds", "sqs:SendMessage", resource="*"))
    text = run("diff", "base", "head", "--format", "markdown", *FACTS).out
    assert text.startswith(SHOWN)
    assert text.count("<details>") == text.count("</details>")


SHOWN = """\
<!-- passrole diff -->
## passrole: 4 things to look at

From `base` to `head`:
1 role changed, 2 permissions gained (2 not needed), 1 lost, 3 new findings (1 critical, 2 medium), 0 gone, 0 unchanged.

- role `Role` may now do `sqs:SendMessage` on everything: not needed: no pipeline here needs it
- role `Role` may now do `codebuild:BatchGetBuilds` on everything: wider than needed: needed by `Build/Build` on `arn:aws:codebuild:eu-west-1:111122223333:project/shop`
- role `Role` may no longer do `codebuild:StartBuild` on `arn:aws:codebuild:eu-west-1:111122223333:project/shop`: needed by `Build/Build`
- new finding, critical: `codebuild-start-build-missing` `pipeline.yaml:42`

### Roles

**role Role (changed)** `pipeline.yaml:12`

<details><summary>2 gained, 1 lost</summary>
"""


def test_a_comment_keeps_to_the_limit_and_says_so(run: Run, folders: Folders) -> None:
    role = """
  Role{0}:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {{Version: "2012-10-17", Statement: []}}
      Policies: [{{PolicyName: p, PolicyDocument: {{Version: "2012-10-17", Statement: [
        {{Effect: Allow, Action: "sqs:SendMessage", Resource: "arn:aws:sqs:eu-west-1:111122223333:{1}"}}]}}}}]
"""
    many = "".join(role.format(number, "q" * 300) for number in range(120))
    folders("Resources: {}\n", f"Resources:\n{many}")
    text = run("diff", "base", "head", "--format", "markdown").out
    assert 50_000 < len(text) <= 65_536
    assert "more parts left out: a comment holds 65,536 characters." in text


def test_names_of_the_tree_are_text_in_a_comment(run: Run, folders: Folders) -> None:
    hostile = "x</details><img src=x onerror=alert(1)>@everyone #1 ![a](http://x) \\u202e`"
    named = pipeline("codebuild:StartBuild", "codebuild:BatchGetBuilds").replace(
        "PolicyName: pipeline", f'PolicyName: "{hostile}"'
    )
    folders(named, named.replace('"codebuild:StartBuild", ', f'"codebuild:{hostile}", "*", '))
    shown = {}
    for form in ("markdown", "text", "json"):
        shown[form] = run("diff", "base", "head", "--format", form, *FACTS).out
        assert "\u202e" not in shown[form]
    html = MarkdownIt("gfm-like", {"linkify": False}).render(shown["markdown"])
    assert "<img" not in html
    assert "<a href" not in html
    assert html.count("</details>") == html.count("<details>")


# Revisions


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with `OLD` and then `WITHOUT` on main; cwd is there."""
    if GIT is None:
        pytest.skip("there is no git here to make a repository with")
    top = tmp_path / "repo"
    top.mkdir()
    monkeypatch.chdir(top)
    git("init", "-q", "-b", "main")
    for text in (OLD, WITHOUT):
        (top / "pipeline.yaml").write_text(text, "utf-8")
        git("add", "-A")
        git("commit", "-q", "-m", "x")
    return top


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


def test_two_revisions_and_the_work_tree(run: Run, repository: Path) -> None:
    done = run("diff", "HEAD~1", "HEAD", *FACTS)
    assert done.code == 1
    assert done.out.startswith(f"From HEAD~1 ({git('rev-parse', 'HEAD~1')[:12]}) to HEAD (")
    assert "may no longer do codebuild:StartBuild" in done.out
    done = run("diff", "HEAD", *FACTS)
    assert done.code == 0
    (repository / "pipeline.yaml").write_text(OLD, "utf-8")  # not committed
    done = run("diff", "HEAD", *FACTS)
    assert "to work tree" in done.out
    assert "may now do codebuild:StartBuild" in done.out
    assert "0 roles changed" in run("diff", "HEAD~1", *FACTS).out


def test_what_a_pull_request_changes(run: Run, repository: Path) -> None:
    git("checkout", "-q", "-b", "topic", "HEAD~1")
    (repository / "other.yaml").write_text("Resources: {R: {Type: 'AWS::SNS::Topic'}}\n", "utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "x")
    git("checkout", "-q", "main")
    assert run("diff", "main..topic", *FACTS).out != run("diff", "main...topic", *FACTS).out
    done = run("diff", "main...topic", *FACTS)
    assert done.code == 0
    assert "0 roles changed" in done.out
    assert run("diff", "main...topic", "HEAD", *FACTS).code == 2


def test_only_what_is_below_a_path(run: Run, repository: Path) -> None:
    (repository / "sub").mkdir()
    (repository / "sub" / "new.yaml").write_text(OLD, "utf-8")
    done = run("diff", "HEAD~1", "--path", "sub", *FACTS)
    assert "role Role (new)  sub/new.yaml:12" in done.out
    assert "pipeline.yaml" not in done.out
    assert run("diff", "HEAD~1", "HEAD", "--path", "nowhere", *FACTS).code == 2
    assert run("diff", "HEAD~1", "HEAD", "--path", "../..", *FACTS).code == 2


def test_a_folder_against_a_revision_from_elsewhere(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    (tmp_path / "new").mkdir()
    shutil.copy(repository / "pipeline.yaml", tmp_path / "new")
    os.chdir(tmp_path)
    done = run("diff", "HEAD~1", "new", "--repo", "repo", *FACTS)
    assert done.code == 1
    assert "to new" in done.out
    assert run("diff", "HEAD~1", "new", *FACTS).code == 2


@pytest.mark.usefixtures("repository")
def test_same_input_same_bytes() -> None:
    program = Path(sys.executable).with_name("passrole")
    for form in ("text", "json", "markdown"):
        found = {
            subprocess.run(
                [str(program), "diff", "HEAD~1", "HEAD", "--format", form, *FACTS],
                env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C"},
                capture_output=True, check=False,
            ).stdout
            for seed in ("1", "7", "42")
        }  # fmt: skip
        assert len(found) == 1
        assert found.pop()


def test_a_report_goes_into_a_file(run: Run, repository: Path) -> None:
    done = run("diff", "HEAD~1", "HEAD", "--format", "markdown", "-o", "comment.md", *FACTS)
    assert done.out == ""
    assert (repository / "comment.md").read_text("utf-8").startswith("<!-- passrole diff -->")


def test_settings_of_the_newer_tree_hold_and_are_named(run: Run, folders: Folders) -> None:
    folders(OLD, WITHOUT)
    Path("head/passrole.toml").write_text('fail-on = "never"\n', "utf-8")
    done = run("diff", "base", "head", *FACTS)
    assert done.code == 0
    assert "passrole.toml:1:" in done.out
    assert run("diff", "base", "head", "--isolated", *FACTS).code == 1


IGNORED = 'ignore = ["codebuild-start-build-missing"]\n'


def test_each_side_is_read_with_its_own_settings(run: Run, folders: Folders) -> None:
    folders(WITHOUT, WITHOUT)
    assert run("diff", "base", "head", *FACTS).code == 0
    Path("base/passrole.toml").write_text(IGNORED, "utf-8")
    done = run("diff", "base", "head", *FACTS)
    assert done.code == 1
    assert "codebuild-start-build-missing" in done.out
    Path("both.toml").write_text(IGNORED, "utf-8")
    assert run("diff", "base", "head", "--config", "both.toml", *FACTS).code == 0
    assert run("diff", "base", "head", "--isolated", *FACTS).code == 0


def test_files_that_settings_name_are_those_of_their_own_side(run: Run, folders: Folders) -> None:
    Path(".git").mkdir()  # the root is above both
    folders(OLD, OLD)
    for side in ("base", "head"):
        Path(side, "old").mkdir()
        Path(side, "passrole.toml").write_text('exclude = ["/old/"]\n', "utf-8")
    Path("head/old/more.yaml").write_text(WITHOUT, "utf-8")
    assert run("diff", "base", "head", *FACTS).code == 0
    Path("head/passrole.toml").write_text('exclude = ["/older/"]\n', "utf-8")
    assert run("diff", "base", "head", *FACTS).code == 1


def test_service_control_policies_that_change_are_told(run: Run, folders: Folders) -> None:
    folders(OLD, OLD)
    everything: dict[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    denied = {**everything, "Effect": "Deny", "Action": "codebuild:StartBuild"}
    for side, statements in (("base", [everything]), ("head", [everything, denied])):
        policy = {"Version": "2012-10-17", "Statement": statements}
        Path(side, "scp.json").write_text(json.dumps(policy), "utf-8")
        Path(side, "passrole.toml").write_text('scp = ["scp.json"]\n', "utf-8")
    change = of_role(data(run))
    assert change["gained"] == []
    (lost,) = change["lost"]
    assert (lost["how"], lost["actions"]) == ("scp", ["codebuild:StartBuild"])
    done = run("diff", "head", "base", *FACTS)
    assert "+ is no longer kept by a service control policy from codebuild:StartBuild" in done.out
    assert run("diff", "base", "head", "--scp", "base/scp.json", *FACTS).code == 0


def test_a_revision_has_the_settings_that_it_was_committed_with(run: Run, repository: Path) -> None:
    settings = repository / "passrole.toml"
    settings.write_text(IGNORED, "utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "settings")
    settings.write_text('fail-on = "never"\n', "utf-8")
    assert run("diff", "HEAD~2", "HEAD", *FACTS).code == 0  # ignored there
    assert run("diff", "HEAD~2", "HEAD~1", *FACTS).code == 1  # what is not committed has no say
    assert run("diff", "HEAD~2", *FACTS).code == 0


def test_no_report_names_the_folder_that_a_revision_was_written_to(
    run: Run, repository: Path
) -> None:
    (repository / "passrole.toml").write_text(
        'files = ["pipeline.yaml"]\nruleset = "team.yaml"\nbaseline = "known.json"\n', "utf-8"
    )
    ruleset = repository / "team.yaml"
    ruleset.write_text(
        "extends: default\nchecks:\n  acme-role-is-named:\n    of: role\n"
        "    title: A role has no name.\n    flag: {id: Role}\n    message: Role {id}.\n",
        "utf-8",
    )
    git("add", "-A")
    git("commit", "-q", "-m", "settings")
    for form in ("text", "json", "markdown"):
        done = run("diff", "HEAD~1", "HEAD", "--format", form, *FACTS)
        assert "acme-role-is-named" in done.out, done.err
        assert "what is checked is up to team.yaml" in done.out
        assert "passrole-diff" not in done.out
        # Neither is of use for a comparison.
        assert "known.json" not in done.out and "only pipeline.yaml" not in done.out
    ruleset.write_text("extnds: default\n", "utf-8")
    git("commit", "-q", "-a", "-m", "broken")
    done = run("diff", "HEAD~1", "HEAD", *FACTS)
    assert done.code == 2
    assert "HEAD: ruleset 'team.yaml' (team.yaml:1:1): unknown key" in done.err


def test_settings_of_a_revision_that_cannot_be_read_are_told_with_its_name(
    run: Run, repository: Path
) -> None:
    settings = repository / "passrole.toml"
    settings.write_text("fail-on = 3\n", "utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "settings")
    settings.write_text("", "utf-8")
    done = run("diff", "HEAD", *FACTS)
    assert done.code == 2 and not done.out
    assert "HEAD: passrole.toml:1:11: fail-on" in done.err
    assert "--isolated takes none" in done.err
    assert run("diff", "HEAD", "--isolated", *FACTS).code == 0
    assert run("diff", "HEAD", "--config", "passrole.toml", *FACTS).code == 0


def test_deployments_that_differ_are_told_apart(run: Run, folders: Folders) -> None:
    condition = """Parameters: {Env: {Type: String}}
Conditions: {IsProd: !Equals [!Ref Env, prod]}
"""
    more = """              - !If [IsProd, {Effect: Allow, Action: "codebuild:DeleteProject", Resource: "*"}, !Ref AWS::NoValue]"""
    actions = ("codebuild:StartBuild", "codebuild:BatchGetBuilds")
    folders(condition + OLD, condition + pipeline(*actions, more=more))
    for env in ("dev", "prod"):
        Path(f"{env}.json").write_text(json.dumps({"Parameters": {"Env": env}}), "utf-8")
    change = of_role(data(run, "--parameters", "dev.json", "--parameters", "prod.json"))
    assert change["sets"] == ["prod.json"]
    (gained,) = of_role(data(run))["gained"]
    assert gained["when"] == "Env is prod"


@pytest.mark.usefixtures("repository")
def test_the_installed_command_runs_nothing_of_the_repository(tmp_path: Path) -> None:
    canary, evil = tmp_path / "canary", tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\ntouch {canary}\ncat\n", "utf-8")
    evil.chmod(0o755)
    Path(".gitattributes").write_text("* filter=evil diff=evil\n", "utf-8")
    for key in ("core.fsmonitor", "filter.evil.smudge", "filter.evil.clean", "filter.evil.process",
                "diff.external", "diff.evil.textconv", "core.pager", "core.sshCommand"):  # fmt: skip
        git("config", key, str(evil))
    git("config", "alias.rev-parse", f"!{evil}")
    git("config", "alias.cat-file", f"!{evil}")
    shutil.copy(evil, Path(".git", "hooks", "post-index-change"))
    canary.unlink(missing_ok=True)
    program = Path(sys.executable).with_name("passrole")
    for arguments in (("diff", "HEAD~1"), ("check", ".", "--changed-since", "HEAD~1")):
        done = subprocess.run([str(program), *arguments], capture_output=True, check=False)
        assert done.returncode in (0, 1), done.stderr
    assert not canary.exists()


def test_a_finding_stays_where_only_a_name_in_it_is_another(run: Run, folders: Folders) -> None:
    folders(
        WITHOUT,
        WITHOUT.replace("project/shop", "project/other").replace(
            "ProjectName: shop", "ProjectName: other"
        ),
    )
    found = data(run)["findings"]
    assert "codebuild-start-build-missing" not in [each["rule"] for each in found["new"]]


def test_the_account_of_the_pipeline_may_be_trusted(run: Run, folders: Folders) -> None:
    own = """
  Own:
    Type: AWS::IAM::Role
    Properties:
      RoleName: own
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {AWS: %s}, Action: sts:AssumeRole}]
"""
    action = "Configuration: {ProjectName: shop}\n              RoleArn: !GetAtt Own.Arn"
    text = OLD.replace("Configuration: {ProjectName: shop}", action)
    nobody, everybody = (own % each for each in ("arn:aws:iam::444455556666:role/x", '"*"'))
    folders(text + nobody, text + own % "arn:aws:iam::111122223333:root")
    (change,) = data(run)["identities"]
    assert [(each["how"], each["needed"]) for each in change["gained"]] == [("trust", "needed")]
    folders(text + nobody, text + everybody)
    (change,) = data(run)["identities"]
    assert [each["needed"] for each in change["gained"]] == ["wider than needed"]
