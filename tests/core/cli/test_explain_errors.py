"""`explain` with an error text: the causes in order, what to add, where, and the place."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passrole.cli.causes import Explained
from passrole.cli.options import load_contributions
from passrole.cli.parser import build_parser
from passrole.contributions import Contributions
from passrole.reporters.escaping import printable

Run = Callable[..., Any]


def denied(who: str, action: str, resource: str, why: str = "no identity-based policy") -> str:
    return (
        f"User: arn:aws:sts::111122223333:assumed-role/{who} is not authorized to perform: {action}"
        f" on resource: {resource} because {why} allows the {action} action"
    )


def refused(who: str, action: str, resource: str, where: str) -> str:
    return (
        f"User: arn:aws:sts::111122223333:assumed-role/{who} is not authorized to perform: {action}"
        f" on resource: {resource} with an explicit deny in {where}"
    )


PIPELINE, BUILD = "PipelineRole/1668000000000", "shop-build/AWSCodeBuild-3f1c"
PROJECT = "arn:aws:codebuild:eu-west-1:111122223333:project/shop-build"
OBJECT = "arn:aws:s3:::artifacts/shop/Source/x"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1"
CONNECTION = "arn:aws:codestar-connections:eu-west-1:111122223333:connection/1"
ROLE = "arn:aws:iam::111122223333:role"
SERVICE = "(Service: AWSCodePipeline; Status Code: 400; Error Code: InvalidStructureException)"

TEXTS = [
    # The text names another thing than the one that is wrong.
    (
        "codedeploy-ecs-register-taskdef-missing",
        "The provided role does not have sufficient permissions to access CodeDeploy",
    ),
    ("connection-use-missing", f"[GitHub] Unable to use Connection: {CONNECTION}."),
    (
        "build-connection-token-missing",
        f"OAuthProviderException: User is not authorized to access connection {CONNECTION}",
    ),
    (
        "artifact-kms-permission-missing",
        "Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied)",
    ),
    ("beanstalk-describe-events-hang", "our Elastic Beanstalk deployment hangs"),
    ("beanstalk-describe-events-hang", "Beanstalk action is stuck in progress"),
    ("lambda-job-result-missing", "The AWS Lambda function notify failed to return a result."),
    (
        "ecs-pass-role-missing",
        "The provided role does not have sufficient permissions to access ECS",
    ),
    ("stepfunctions-execution-arn-mismatch", "An API call to StepFunctions.describeExecution"),
    # A denial in AWS's standard form leads to the rule of the action.
    ("codebuild-start-build-missing", denied(PIPELINE, "codebuild:StartBuild", PROJECT)),
    ("codebuild-batch-permissions", denied(PIPELINE, "codebuild:StartBuildBatch", PROJECT)),
    ("missing-action-permission", denied(PIPELINE, "codecommit:GetBranch", "arn:aws:codecommit:x")),
    ("missing-action-permission", denied(PIPELINE, "iam:ListRoles", "*")),
    ("artifact-bucket-access-missing", denied(PIPELINE, "s3:GetObject", OBJECT)),
    ("artifact-kms-permission-missing", denied(PIPELINE, "kms:GenerateDataKey", KEY)),
    (
        "artifact-bucket-access-missing",
        "Failed replicating artifact: Check source and destination artifact buckets exist and x has permission to access it.",
    ),
    (
        "artifact-key-policy-missing-principal",
        denied("Deploy/1", "kms:Decrypt", KEY, "no resource-based policy"),
    ),
    ("lambda-invoke-missing", denied(PIPELINE, "lambda:InvokeFunction", "arn:aws:lambda:x")),
    ("lambda-job-result-missing", denied("fn/fn", "codepipeline:PutJobSuccessResult", "*")),
    ("ecs-tag-resource-missing", denied(PIPELINE, "ecs:TagResource", "arn:aws:ecs:x")),
    ("cfn-pass-role-missing", denied(PIPELINE, "iam:PassRole", f"{ROLE}/stack")),
    ("ecs-pass-role-missing", denied(PIPELINE, "iam:PassRole", f"{ROLE}/ecsTaskExecutionRole")),
    ("approval-arn-wrong-level", denied("Dev/jo", "codepipeline:PutApprovalResult", "arn:x")),
    ("connection-pass-missing", denied("cfn/1", "codestar-connections:PassConnection", CONNECTION)),
    # Who was denied tells the roles apart.
    ("build-role-artifact-access-missing", denied(BUILD, "s3:GetObject", OBJECT)),
    (
        "clone-ref-build-role-missing",
        denied(BUILD, "codestar-connections:UseConnection", CONNECTION),
    ),
    ("build-env-secret-read-missing", denied(BUILD, "secretsmanager:GetSecretValue", "arn:x")),
    # The policy that the text names comes before the action.
    ("explicit-deny-hit", refused(PIPELINE, "s3:PutObject", OBJECT, "a resource-based policy")),
    (
        "scp-blocks-pipeline",
        refused(PIPELINE, "codebuild:StartBuild", PROJECT, "a service control policy"),
    ),
    (
        "permissions-boundary-blocks",
        denied(PIPELINE, "codebuild:StartBuild", PROJECT, "no permissions boundary"),
    ),
    # Trust.
    (
        "service-role-trust-missing",
        f"CodePipeline is not authorized to perform AssumeRole on role {ROLE}/shop {SERVICE}",
    ),
    (
        "action-role-trust-missing",
        f"{ROLE}/Pipeline is not authorized to perform AssumeRole on role {ROLE}/Deploy {SERVICE}",
    ),
    ("cfn-role-trust-missing", f"Role {ROLE}/cfn is invalid or cannot be assumed"),
    ("cross-account-pass-role", "Cross-account pass role is not allowed."),
    # Other services' own words.
    ("s3-deploy-permission-missing", "You do not have sufficient permissions to call s3.putObject"),
    ("build-role-vpc-missing", "VPC_CLIENT_ERROR: Unexpected EC2 error: UnauthorizedOperation"),
    ("event-rule-role-missing", "RoleArn is required for target arn:aws:codepipeline:x."),
    ("policy-size-exceeded", "Maximum policy size of 10240 bytes exceeded for role shop"),
    ("cfn-missing-capability", "Requires capabilities : [CAPABILITY_NAMED_IAM]"),
    (
        "s3-deploy-acl-not-supported",
        "AccessControlListNotSupported: The bucket does not allow ACLs",
    ),
    ("codedeploy-instance-profile-artifact-access", "DownloadBundle: Access Denied"),
]


@pytest.fixture(scope="module")
def contributions() -> Contributions:
    return load_contributions(build_parser().parse_args(["rules", "--no-third-party"]))


@pytest.mark.parametrize(
    ("rule", "text"), TEXTS, ids=[f"{r}-{n}" for n, (r, _) in enumerate(TEXTS)]
)
def test_the_right_cause_comes_first(rule: str, text: str, contributions: Contributions) -> None:
    found = [cause.rule.id for cause in Explained(text, contributions).causes]
    assert found[:1] == [rule]


def test_a_text_of_nothing_but_the_phrases_of_a_symptom_finds_its_rule(
    contributions: Contributions,
) -> None:
    lost = []
    for rule in contributions.rules:
        for symptom in rule.symptoms:
            causes = Explained("; ".join(symptom.phrases), contributions).causes
            if rule.id not in [cause.rule.id for cause in causes[:3]]:
                lost.append((rule.id, symptom.phrases))
    assert lost == []


def test_every_statement_of_a_symptom_is_one(contributions: Contributions) -> None:
    for rule in contributions.rules:
        for symptom in rule.symptoms:
            assert isinstance(symptom.phrases, tuple)
            assert all(len(phrase) > 1 for phrase in symptom.phrases)
            if symptom.add:
                assert json.loads(symptom.add)["Effect"] == "Allow"


# What is printed


def test_the_parts_of_the_message_the_statement_and_the_role(run: Run) -> None:
    done = run("explain", denied(PIPELINE, "codebuild:StartBuild", PROJECT))
    assert done.code == 0
    assert "who       role PipelineRole of account 111122223333" in done.out
    assert "by        no identity-based policy allows it" in done.out
    assert "1. codebuild-start-build-missing" in done.out
    statement = re.search(r"to add +(\{.*\})", done.out)
    assert statement is not None
    assert json.loads(statement[1]) == {
        "Effect": "Allow",
        "Action": "codebuild:StartBuild",
        "Resource": PROJECT,
    }
    assert "where     role PipelineRole of account 111122223333" in done.out


def test_the_session_of_a_build_is_told(run: Run) -> None:
    done = run("explain", denied(BUILD, "s3:GetObject", OBJECT))
    assert "role shop-build of account 111122223333, which CodeBuild uses" in done.out


def test_an_action_without_resources_is_allowed_on_the_star(run: Run) -> None:
    done = run("explain", denied(PIPELINE, "ecr:GetAuthorizationToken", "arn:aws:ecr:x"))
    assert '"Action": "ecr:GetAuthorizationToken", "Resource": "*"' in done.out


def test_against_a_deny_there_is_no_statement_to_add(run: Run) -> None:
    done = run("explain", refused(PIPELINE, "s3:PutObject", OBJECT, "a resource-based policy"))
    assert "No Allow helps against a Deny" in done.out
    assert "to add" not in done.out


def test_a_passed_role_is_passed_to_its_service(run: Run) -> None:
    done = run("explain", denied(PIPELINE, "iam:PassRole", f"{ROLE}/stack"))
    assert '{"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}' in done.out


def test_an_encoded_message_says_how_to_decode_it(run: Run) -> None:
    text = "You are not authorized. Encoded authorization failure message: 4GIOHlTkIaWHQD0Q"
    done = run("explain", text)
    assert done.code == 0
    assert "aws sts decode-authorization-message" in done.out


def test_the_page_of_a_rule_shows_how_it_is_seen(run: Run) -> None:
    assert "Seen as:\n  Unable to use Connection" in run("explain", "connection-use-missing").out


# With templates


@pytest.mark.usefixtures("tree")
def test_the_place_in_the_templates(run: Run) -> None:
    done = run("explain", "Error calling startBuild", ".")
    assert done.code == 0
    assert re.search(r"  pipeline\.yaml:\d+:\d+  codebuild-start-build-missing", done.out)


@pytest.mark.usefixtures("tree")
def test_a_role_that_is_written_otherwise_is_told(run: Run) -> None:
    data = json.loads(run("why", "codebuild:StartBuild", "--format", "json").out)
    role, resource = data["needs"][0]["principal"], data["needs"][0]["resource"]
    name = f"shop-{role}-1A2B3C4D5E6F"
    done = run("explain", denied(f"{name}/1", "codebuild:StartBuild", resource), "pipeline.yaml")
    assert "codebuild-start-build-missing\n" in done.out
    assert f"Role {name} is {role}, defined at pipeline.yaml:" in done.out
    other = run("explain", denied("Nobody/1", "codebuild:StartBuild", PROJECT), "pipeline.yaml")
    assert "no finding fits this text" in other.out
    assert "No role here is called Nobody." in other.out
    held = run("explain", denied(f"{role}/1", "sqs:PurgeQueue", "arn:aws:sqs:x"), "pipeline.yaml")
    assert "it may not do sqs:PurgeQueue there." in " ".join(held.out.split())


def test_a_role_that_may_do_it_already_is_said(run: Run, tree: Path) -> None:
    (tree / "role.yaml").write_text(
        "Resources:\n  Reader:\n    Type: AWS::IAM::Role\n    Properties:\n"
        "      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: []}\n"
        "      Policies:\n        - PolicyName: all\n          PolicyDocument:\n"
        "            Version: '2012-10-17'\n"
        "            Statement: [{Effect: Allow, Action: 'sqs:*', Resource: '*'}]\n",
        "utf-8",
    )
    queue = "arn:aws:sqs:eu-west-1:111122223333:shop"
    done = run("explain", denied("Reader/1", "sqs:PurgeQueue", queue), "role.yaml")
    assert "it may do sqs:PurgeQueue there: what is deployed may be" in " ".join(done.out.split())


NAMED = """
Resources:
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub "${AWS::StackName}-pipeline"
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: []}
  Build:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: []}
  Fixed:
    Type: AWS::IAM::Role
    Properties:
      RoleName: fixed
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: []}
"""


@pytest.mark.parametrize(
    ("deployed", "role"),
    [
        ("shop-pipeline", "Deploy"),
        ("shop-Build-1A2B3C4D5E6F", "Build"),
        ("Build", "Build"),
        ("fixed", "fixed"),
        ("shop-Build", None),
        ("shop-Fixed-1A2B3C4D5E6F", None),
        ("other-fixed", None),
    ],
)
def test_the_names_that_a_role_may_have(
    deployed: str, role: str | None, tree: Path, run: Run
) -> None:
    (tree / "named.yaml").write_text(NAMED, "utf-8")
    done = run("explain", denied(f"{deployed}/1", "sqs:PurgeQueue", "arn:aws:sqs:x"), "named.yaml")
    told = (
        f"Role {deployed} is {role}, defined at named.yaml:" if role else "No role here is called"
    )
    assert told in done.out
    assert done.out.count("defined at") == bool(role)


@pytest.mark.parametrize("nowhere", ["nowhere.yaml", "no/where"])
@pytest.mark.usefixtures("tree")
def test_a_path_that_is_not_there_gives_2(nowhere: str, run: Run) -> None:
    done = run("explain", "Unable to use Connection", nowhere)
    assert done.code == 2
    assert f"{nowhere}: no such file" in done.err


# How the text may come


def test_a_text_without_quotes_with_a_path_after_it(run: Run, tree: Path) -> None:
    (tree / "Connection").mkdir()  # a word of the text is no path
    done = run("explain", *["Unable", "to", "use", "Connection"], "pipeline.yaml")
    assert "1. connection-use-missing" in done.out
    assert "In the templates" in done.out
    assert "In the templates" not in run("explain", *["Unable", "to", "use", "Connection"]).out


def process(tree: Path, text: str, *paths: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "passrole", "explain", "-", *paths]
    return subprocess.run(
        command, cwd=tree, check=False, timeout=60, capture_output=True, text=True, input=text
    )


def test_a_log_comes_from_standard_input(tree: Path) -> None:
    wrapped = denied(PIPELINE, "codebuild:StartBuild", PROJECT).replace(" ", "\n   ")
    done = process(tree, f"12:00 starting\n{wrapped}\n12:01 failed\n", "pipeline.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1. codebuild-start-build-missing" in done.stdout
    assert "In the templates" in done.stdout


@pytest.mark.parametrize(
    "text",
    [
        "arn:" * 16_000,
        "User: is not authorized to perform: " * 1_800,
        "not authorized to perform: a:b on resource: " * 1_400,
        '"action":"' * 6_000 + '"matchedStatements"',
        "&#x1b;[31m::error::\x1b]0;x\x07 Unable to use Connection \u202e" * 900,
        "%3A%25" * 10_000,
        "\\" * 65_000 + "x",
        " ".join(f"w{number:04}" for number in range(10_000)),
    ],
)
def test_hostile_texts_are_bounded_and_shown_harmlessly(text: str, tree: Path) -> None:
    done = process(tree, text)
    assert done.returncode in (0, 2)
    assert "Traceback" not in done.stderr
    assert len(done.stdout) < 100_000
    for line in (*done.stdout.splitlines(), *done.stderr.splitlines()):
        assert printable(line) == line


def test_a_log_in_any_encoding_is_read(tree: Path) -> None:
    command = [sys.executable, "-P", "-m", "passrole", "explain", "-"]
    text = b"\xff\xfe\x00 Unable to use Connection \xe4"
    done = subprocess.run(
        command, cwd=tree, check=False, timeout=60, capture_output=True, input=text
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"1. connection-use-missing" in done.stdout


@pytest.mark.parametrize(("text", "words"), [("", "no text"), ("x " * 40_000, "longer than 65536")])
def test_a_text_that_is_empty_or_too_long_gives_2(text: str, words: str, tree: Path) -> None:
    done = process(tree, text)
    assert done.returncode == 2
    assert words in done.stderr
