"""`why`: what needs an IAM action, and which statements grant or deny it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

HELD = """
Resources:
  Reader:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}
      ManagedPolicyArns: [!ImportValue shared-policy]
      Policies:
        - PolicyName: reading
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: sqs:Purge*
                Resource: arn:aws:sqs:eu-west-1:111122223333:shop
                Condition: {StringEquals: {aws:RequestedRegion: eu-west-1}}
              - {Effect: Deny, NotAction: "s3:*", Resource: "*"}
"""


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with a role and no pipeline."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "role.yaml").write_text(HELD, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("tree")
def test_a_need_is_shown_with_its_role_its_verdict_and_its_source(run: Run) -> None:
    done = run("why", "codebuild:startbuild")
    assert done.code == 0
    assert done.out.startswith("Needed: codebuild:StartBuild\n")
    for words in (
        "Build/AWS/CodeBuild/1  pipeline.yaml:",
        "when       not (BatchEnabled is true)",
        "(the role of the pipeline), pipeline.yaml:",
        "which is   MISSING",
        "certainty  high, from current documentation",
        "source     https://docs.aws.amazon.com/",
    ):
        assert words in done.out


@pytest.mark.usefixtures("tree")
def test_a_pattern_is_every_action_that_it_matches(run: Run) -> None:
    data = json.loads(run("why", "codebuild:*Build?", "--format", "json", ".").out)
    assert "codebuild:BatchGetBuilds" in data["actions"]
    assert {each["iam_action"] for each in data["needs"]} == {"codebuild:BatchGetBuilds"}
    everything = json.loads(run("why", "*", "--format", "json").out)
    assert len(everything["needs"]) > 5
    assert everything["pipelines"] == 1


@pytest.mark.usefixtures("held")
def test_statements_that_grant_or_deny_are_shown_with_their_places(run: Run) -> None:
    done = run("why", "sqs:PurgeQueue")
    assert done.code == 0
    assert "No pipeline here" in done.out
    assert "role Reader  role.yaml:3" in done.out
    assert "Allow      statement 1 of policy reading, role.yaml:16" in done.out
    assert "if         StringEquals aws:RequestedRegion eu-west-1" in done.out
    assert "Deny       statement 2 of policy reading, role.yaml:20" in done.out
    assert "all but s3:*" in done.out
    # The reference row follows where nothing needs it.
    assert "sqs:PurgeQueue  Write  (Amazon SQS)" in done.out


@pytest.mark.usefixtures("held")
def test_a_policy_that_is_not_in_the_tree_may_hold_it_as_well(run: Run) -> None:
    done = run("why", "sns:Publish")
    assert "Not known, so perhaps held as well:" in done.out
    assert "role Reader  role.yaml:3:" in done.out
    (holder,) = json.loads(run("why", "sns:Publish", "--format", "json").out)["holders"]
    assert holder["unknown"]
    assert [each["effect"] for each in holder["statements"]] == ["Deny"]


@pytest.mark.usefixtures("held")
def test_a_trust_policy_is_shown_where_it_stands(run: Run) -> None:
    done = run("why", "sts:AssumeRole")
    assert "trust policy" in done.out
    assert "Allow      statement 1 of" in done.out


@pytest.mark.usefixtures("tree")
def test_what_nothing_needs_is_said(run: Run) -> None:
    done = run("why", "codepipeline:PutApprovalResult")
    assert done.code == 0
    assert "No pipeline action here needs codepipeline:PutApprovalResult" in done.out
    assert "No statement here grants or denies codepipeline:PutApprovalResult." in done.out
    assert "Needed to approve or reject at a manual approval action." in done.out


@pytest.mark.usefixtures("tree")
def test_one_role_alone(run: Run) -> None:
    whole = json.loads(run("why", "s3:*", "--format", "json").out)
    names = {each["principal"] for each in whole["needs"]}
    name = min(names)
    one = json.loads(run("why", "s3:*", "--role", name, "--format", "json", ".").out)
    assert {each["principal"] for each in one["needs"]} == {name}
    assert {each["name"] for each in one["holders"]} <= {name}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("codebuild:StartBiuld",), "did you mean codebuild:StartBuild"),
        (("codebiuld:StartBuild",), "no action 'codebiuld:StartBuild'; did you mean codebuild:"),
        (("codebuild:Strat*",), "no action 'codebuild:Strat*'"),
        (("PutObject",), "'PutObject' is no IAM action"),
        (("s3:GetObject", "--role", "nobody-at-all"), "there is no role 'nobody-at-all' here"),
        (("s3:GetObject", "nowhere"), "nowhere: no such file or folder"),
        ((), "required: ACTION"),
    ],
)
@pytest.mark.usefixtures("tree")
def test_what_is_not_there_gives_2(arguments: tuple[str, ...], words: str, run: Run) -> None:
    done = run("why", *arguments)
    assert done.code == 2
    assert words in done.err
    assert done.out == ""


def test_a_tree_that_cannot_be_read_gives_3(tree: Path, run: Run) -> None:
    (tree / "broken.yaml").write_text("Resources: {A: {Type: AWS::IAM::Role, [}}", "utf-8")
    done = run("why", "codebuild:StartBuild")
    assert done.code == 3
    assert "The answer is incomplete" in done.out
    assert run("why", "codebuild:StartBuild", "--allow-incomplete").code == 0


def test_as_a_process(tree: Path) -> None:
    command = [sys.executable, "-P", "-m", "passrole", "why", "iam:PassRole", "pipeline.yaml"]
    done = subprocess.run(
        command, cwd=tree, check=False, timeout=60, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "iam:PassRole" in done.stdout
