"""[facts]: what the scanned code does not hold becomes known, and findings point at what gave it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., "tuple[int, str, str]"]

PIPELINE = """
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: ROLE
      ArtifactStore: {Type: S3, Location: BUCKET}
      Stages:
        - Name: Source
          Actions:
            - Name: Source
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: '1'}
              Configuration: {RepositoryName: shop, BranchName: main, PollForSourceChanges: false}
              OutputArtifacts: [{Name: s}]
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: '1'}
              Configuration: {ProjectName: shop}
              InputArtifacts: [{Name: s}]
"""
ARN = "arn:aws:iam::111122223333:role/ci/deployer"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "codepipeline.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}  # fmt: skip
LACKING = "codebuild-start-build-missing"


def allowing(*actions: str, resource: str = "*") -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.fixture
def pipeline(tree: Path) -> Path:
    """A repository whose pipeline has a role and a bucket that are made elsewhere."""
    write(tree, ARN, "artifacts")
    return tree


def write(tree: Path, role: str, bucket: str) -> None:
    text = PIPELINE.replace("ROLE", role).replace("BUCKET", bucket)
    (tree / "pipeline.yaml").write_text(text, "utf-8")


def toml(value: Any) -> str:
    """A value as TOML writes it in a line."""
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{json.dumps(key)} = {toml(each)}" for key, each in value.items())
            + "}"
        )
    return "[" + ", ".join(map(toml, value)) + "]" if isinstance(value, list) else json.dumps(value)


def own(tree: Path, **tables: Any) -> None:
    lines = [
        "[facts]",
        *(f"{name.replace('_', '-')} = {toml(each)}" for name, each in tables.items()),
    ]
    (tree / "passrole.toml").write_text("\n".join(lines) + "\n", "utf-8")


def checked(run: Run, *options: str) -> dict[str, Any]:
    code, out, err = run("check", ".", "--format", "json", *options)
    assert code in (0, 1), err
    found: dict[str, Any] = json.loads(out)
    return found


def rules(found: dict[str, Any]) -> set[str]:
    return {each["rule"] for each in found["findings"]}


def test_a_role_elsewhere_is_judged_by_the_policies_that_are_given(
    pipeline: Path, run: Run
) -> None:
    before = checked(run)
    assert before["summary"]["unknown"] > 20
    assert not before["findings"]
    own(pipeline, roles={ARN: {"trust": TRUST, "policies": [allowing("codecommit:*", "s3:*")]}})
    found = checked(run)
    assert found["summary"]["unknown"] < 5
    lacking = next(each for each in found["findings"] if each["rule"] == LACKING)
    assert lacking["location"]["path"] == "pipeline.yaml"
    assert "role deployer" in lacking["message"]
    assert lacking["confidence"] == "high"
    defined = next(each for each in lacking["related"] if "is defined here" in each["message"])
    assert (defined["location"]["path"], defined["location"]["line"]) == ("passrole.toml", 2)
    excess = next(each for each in found["findings"] if each["rule"] == "service-wildcard-actions")
    assert excess["location"]["path"] == "passrole.toml"
    told = [each["message"] for each in found["diagnostics"] if each["kind"] == "settings"]
    assert told == ["facts: 1 role taken as given, not scanned"]
    assert checked(run, "--isolated") == before


def test_policies_may_stand_in_files_of_their_own(pipeline: Path, run: Run) -> None:
    (pipeline / "trust.json").write_text(json.dumps(TRUST))
    (pipeline / "own.json").write_text(json.dumps({"PolicyDocument": allowing("s3:*")}, indent=1))
    managed = f"{ARN.replace('role', 'policy').replace('deployer', 'builder')}"
    (pipeline / "managed.yaml").write_text(
        "Version: 2012-10-17\nStatement:\n  - {Effect: Deny, Action: 'codebuild:*', Resource: '*'}\n"
    )
    own(
        pipeline,
        roles={ARN: {"trust": "trust.json", "policies": "own.json", "managed-policies": [managed]}},
        policies={managed: "managed.yaml"},
    )
    found = checked(run)
    denied = next(each for each in found["findings"] if each["rule"] == "explicit-deny-hit")
    assert any(each["location"]["path"] == "managed.yaml" for each in denied["related"])
    own(
        pipeline,
        roles={ARN: {"trust": "trust.json", "policies": "own.json", "managed-policies": managed}},
    )
    assert "explicit-deny-hit" not in rules(checked(run)), "without its document it is unknown"


def test_a_boundary_holds(pipeline: Path, run: Run) -> None:
    boundary = "arn:aws:iam::111122223333:policy/boundary"
    role = {"trust": TRUST, "policies": [allowing("*")], "boundary": boundary}
    own(pipeline, roles={ARN: role}, policies={boundary: allowing("s3:*", "codecommit:*")})
    assert "permissions-boundary-blocks" in rules(checked(run))


def test_a_role_by_name_is_in_whatever_account_the_stack_is(tree: Path, run: Run) -> None:
    write(tree, "!Sub 'arn:aws:iam::${AWS::AccountId}:role/deployer'", "artifacts")
    role = {"trust": TRUST, "policies": [allowing("s3:*", "codecommit:*")]}
    own(tree, roles={"deployer": role})
    assert LACKING in rules(checked(run))
    assert LACKING in rules(checked(run, "--account", "111122223333"))


def test_what_is_scanned_beats_what_is_given(tree: Path, run: Run) -> None:
    write(tree, "!GetAtt Role.Arn", "artifacts")
    policy = json.dumps({"PolicyName": "p", "PolicyDocument": allowing("*")})
    with (tree / "pipeline.yaml").open("a") as file:
        file.write(
            f"  Role:\n    Type: AWS::IAM::Role\n    Properties: {{RoleName: deployer, AssumeRolePolicyDocument: {json.dumps(TRUST)}, Policies: [{policy}]}}\n"
        )
    own(tree, roles={"deployer": {"trust": TRUST, "policies": []}})
    found = checked(run)
    assert LACKING not in rules(found)
    assert found["summary"]["roles"] == 1


def test_exports_and_parameters_are_known(tree: Path, run: Run) -> None:
    write(tree, "!ImportValue ci-role", "'{{resolve:ssm:/ci/bucket}}'")
    own(
        tree,
        roles={
            ARN: {"trust": TRUST, "policies": [allowing("s3:*", resource="arn:aws:s3:::other/*")]}
        },
        exports={"ci-role": ARN},
        ssm_parameters={"/ci/bucket": "artifacts"},
    )
    found = checked(run)
    assert LACKING in rules(found)
    missing = [
        each for each in found["findings"] if each["subject"]["iam_action"] == "s3:PutObject"
    ]
    assert [each["subject"]["resource"] for each in missing] == ["arn:aws:s3:::artifacts/*"]
    told = [each["message"] for each in found["diagnostics"] if each["kind"] == "settings"]
    assert told == ["facts: 1 role, 1 export, 1 SSM parameter taken as given, not scanned"]


def test_a_bucket_elsewhere_may_refuse_by_its_policy(pipeline: Path, run: Run) -> None:
    role = {"trust": TRUST, "policies": [allowing("*")]}
    deny = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:PutObject",
                "Resource": "arn:aws:s3:::artifacts/*",
            }
        ],
    }
    own(pipeline, roles={ARN: role}, buckets={"artifacts": {"policy": deny}})
    assert "explicit-deny-hit" in rules(checked(run))


@pytest.mark.parametrize("suffix", [".json", ".yaml", ".toml"])
def test_facts_may_stand_in_files_of_their_own(suffix: str, pipeline: Path, run: Run) -> None:
    table = {
        "roles": {ARN: {"trust": TRUST, "policies": [allowing("s3:*")]}},
        "exports": {"a": "b"},
    }
    (pipeline / "given").mkdir()
    text = (
        f"roles = {toml(table['roles'])}\nexports = {{a = 'b'}}"
        if suffix == ".toml"
        else json.dumps(table)
    )
    (pipeline / "given" / f"account{suffix}").write_text(text)
    own(pipeline, files=[f"given/account{suffix}"])
    found = checked(run)
    lacking = next(each for each in found["findings"] if each["rule"] == LACKING)
    assert any(each["location"]["path"] == f"given/account{suffix}" for each in lacking["related"])


def test_the_details_of_a_whole_account_are_read_for_what_is_mentioned(
    pipeline: Path, run: Run
) -> None:
    def role(name: str, path: str = "/") -> dict[str, Any]:
        return {
            "Path": path, "RoleName": name, "Arn": f"arn:aws:iam::111122223333:role{path}{name}",
            "AssumeRolePolicyDocument": TRUST,
            "RolePolicyList": [{"PolicyName": "inline", "PolicyDocument": allowing("s3:*")}],
            "AttachedManagedPolicies": [{"PolicyName": "own", "PolicyArn": "arn:aws:iam::111122223333:policy/own"}],
        }  # fmt: skip

    policies = [
        {"PolicyName": "own", "Arn": "arn:aws:iam::111122223333:policy/own", "PolicyVersionList": [
            {"Document": allowing("codebuild:*"), "VersionId": "v2", "IsDefaultVersion": True},
            {"Document": allowing("codecommit:*"), "VersionId": "v1", "IsDefaultVersion": False}]},
        {"PolicyName": "AdministratorAccess", "Arn": "arn:aws:iam::aws:policy/AdministratorAccess", "PolicyVersionList": []},
    ]  # fmt: skip
    details = {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": [role("deployer", "/ci/"), role("stranger")],
        "Policies": policies,
    }
    (pipeline / "account.json").write_text(json.dumps(details, indent=2))
    own(pipeline, files="account.json")
    found = checked(run)
    assert not [each for each in found["findings"] if "stranger" in each["message"]]
    assert found["summary"]["roles"] == 0, "it counts what was scanned"
    assert LACKING not in rules(found)
    missing = {
        each["subject"]["iam_action"] for each in found["findings"] if each["category"] == "breaks"
    }
    assert "codecommit:GetBranch" in missing
    write(pipeline, "!Ref RoleArn", "artifacts")
    with (pipeline / "pipeline.yaml").open("a") as file:
        file.write("Parameters: {RoleArn: {Type: String}}\n")
    assert not rules(checked(run))
    (pipeline / "p.json").write_text(json.dumps({"RoleArn": ARN}))
    again = checked(run, "--parameters", "p.json")
    assert rules(again) == rules(found), "a name that a parameter gives is a mention"


def test_terraform_is_served_alike(tree: Path, run: Run) -> None:
    (tree / "pipeline.yaml").unlink()
    (tree / "main.tf").write_text(
        'resource "aws_codepipeline" "p" {\n  name = "p"\n  role_arn = "' + ARN + '"\n'
        '  artifact_store {\n    location = "artifacts"\n    type = "S3"\n  }\n'
        '  stage {\n    name = "Build"\n    action {\n      name = "Build"\n      category = "Build"\n      owner = "AWS"\n      provider = "CodeBuild"\n      version = "1"\n      input_artifacts = ["s"]\n      configuration = { ProjectName = "shop" }\n    }\n  }\n}\n'
    )
    own(tree, roles={ARN: {"trust": TRUST, "policies": [allowing("s3:*")]}})
    assert LACKING in rules(checked(run))


@pytest.mark.parametrize("account", ["", "111122223333"])
@pytest.mark.parametrize("key", ["deployer", ARN])
def test_data_sources_of_terraform_ask_for_what_is_given(
    key: str, account: str, tree: Path, run: Run
) -> None:
    (tree / "pipeline.yaml").unlink()
    (tree / "main.tf").write_text("""
data "aws_iam_role" "ci" { name = "deployer" }
data "aws_ssm_parameter" "bucket" { name = "/ci/bucket" }
data "aws_cloudformation_export" "project" { name = "project" }
resource "aws_codepipeline" "p" {
  name     = "p"
  role_arn = data.aws_iam_role.ci.arn
  artifact_store {
    location = data.aws_ssm_parameter.bucket.value
    type     = "S3"
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
      configuration   = { ProjectName = data.aws_cloudformation_export.project.value }
    }
  }
}
""")
    options = ("--account", account) if account else ()
    assert LACKING not in rules(checked(run, *options))
    own(
        tree,
        roles={
            key: {"trust": TRUST, "policies": [allowing("s3:*", resource="arn:aws:s3:::other/*")]}
        },
        exports={"project": "shop"},
        ssm_parameters={"/ci/bucket": "artifacts"},
    )
    found = checked(run, *options)["findings"]
    lacking = {
        each["subject"]["resource"].rpartition(":")[2] for each in found if each["rule"] == LACKING
    }
    assert lacking == {"project/shop"}


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"role": {}}, "2:1: unknown key 'role' in facts; did you mean 'roles'?"),
        ({"roles": {"arn:aws:iam::1:role/x": {}}}, "2:10: 'arn:aws:iam::1:role/x' is neither the ARN nor the name of a role"),
        ({"roles": {"a": {"trusts": 1}}}, "2:17: unknown key 'trusts' in facts.roles.a; did you mean 'trust'?"),
        ({"roles": {"a": {"policies": [{"Statement": 1}]}}}, "2:31: facts.roles.a.policies is no policy document: it has no Statement"),
        ({"roles": {"a": {"policies": ["none.json"]}}}, "2:31: facts.roles.a.policies: there is no file 'none.json', relative to this file"),
        ({"roles": {"a": {"managed-policies": ["ReadOnlyAccess"]}}}, "2:39: facts.roles.a.managed-policies: 'ReadOnlyAccess' is no ARN of a managed policy"),
        ({"policies": {"a b": {}}}, "2:13: 'a b' is neither the ARN nor the name of a policy"),
        ({"policies": {"a": "pipeline.yaml"}}, "2:19: facts.policies.a names pipeline.yaml, which holds no policy"),
        ({"policies": {"a": "../x.json"}}, "2:19: facts.policies.a: '../x.json' leads out of the tree that the settings are for"),
        ({"buckets": {"A": {}}}, "2:12: 'A' is no name of a bucket"),
        ({"exports": {"a": ["b"]}}, "2:18: facts.exports.a is a list, not a text"),
        ({"files": "pipeline.yaml"}, "pipeline.yaml:2:1: unknown key 'Resources'"),
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused(
    tables: dict[str, Any], words: str, pipeline: Path, run: Run
) -> None:
    own(pipeline, **tables)
    code, _, err = run("check", ".")
    assert code == 2
    expected = words if words.startswith("pipeline") else f"passrole.toml:{words}"
    assert err == f"passrole: error: {expected}\n"


def test_a_role_that_is_given_twice_is_refused(pipeline: Path, run: Run) -> None:
    (pipeline / "more.json").write_text(json.dumps({"roles": {ARN: {}}}))
    own(pipeline, roles={ARN: {}}, files="more.json")
    code, _, err = run("check", ".")
    assert code == 2
    assert re.search(r"more\.json:1:12: roles\..* is given twice, also in passrole\.toml:2:10", err)
