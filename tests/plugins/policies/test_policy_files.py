"""Policies in files of their own are judged where they stand."""

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest

from passrole.cli import main

READ = {"Effect": "Allow", "Action": "s3:GetObjects", "Resource": "*"}
POLICY = {"Version": "2012-10-17", "Statement": [READ]}


def findings(folder: Path, data: Any, capsys: pytest.CaptureFixture[str]) -> list[Any]:
    """The rule and the line of each finding in a file that holds ``data``."""
    path = folder / "policy.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data, indent=1))
    main(["check", str(path), "--format", "json", "--no-third-party"])
    listed = json.loads(capsys.readouterr().out)["findings"]
    return [(each["rule"], each["location"]["line"]) for each in listed]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (POLICY, 6),
        ([POLICY], 7),
        ({"PolicyVersion": {"Document": POLICY, "VersionId": "v1"}}, 8),
    ],
    ids=["alone", "listed", "output of the command line"],
)
def test_a_policy_file_is_judged_at_its_exact_place(
    data: Any, line: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert findings(tmp_path, data, capsys) == [("action-unknown", line)]


def test_what_a_script_will_put_in_is_not_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    resource = "arn:aws:s3:::<BUCKET>/${prefix}/*"
    statement = READ | {"Action": "{{ACTION}}", "Resource": resource, "Sid": "$SID"}
    assert not findings(tmp_path, {"Version": "2012-10-17", "Statement": statement}, capsys)


def test_a_file_that_only_assumes_roles_is_a_trust_policy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"AWS": "111122223333"},
    }
    document = {"Version": "2012-10-17", "Statement": [statement | {"Resource": "*"}]}
    assert findings(tmp_path, document, capsys) == [("policy-element-unsupported", 10)]


def test_json_types_of_condition_values_are_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    condition = {"NumericEquals": {"s3:max-keys": [10, "20"]}}
    statement = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement | {"Condition": condition}]}
    assert ("condition-value-invalid", 10) in findings(tmp_path, document, capsys)


def test_a_file_that_terraform_reads_is_judged_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "role.tf").write_text(
        'resource "aws_iam_policy" "read" {\n  policy = file("${path.module}/policy.json")\n}\n'
    )
    (tmp_path / "policy.json").write_text(json.dumps(POLICY, indent=1))
    main(["check", str(tmp_path), "--format", "json", "--no-third-party"])
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [(each["rule"], each["location"]["line"]) for each in found] == [("action-unknown", 6)]


def test_inline_policies_are_measured_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    resource = f"arn:aws:s3:::{'a' * 4_000}/*"
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    policies = [{"PolicyName": name, "PolicyDocument": document} for name in "abc"]
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "111122223333"}}
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": trust},
            "Policies": policies,
        },
    }
    template = {"Resources": {"Big": role}}
    assert findings(tmp_path, template, capsys) == [("policy-size-exceeded", 3)]
    policies.pop()
    assert not findings(tmp_path, template, capsys)


@pytest.mark.parametrize(
    ("written", "flagged"), [("012345670123", True), ('"012345670123"', False)]
)
def test_yaml_loses_the_zero_of_an_account(
    written: str, flagged: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template = f"""
        Resources:
          Role:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {{Effect: Allow, Action: sts:AssumeRole, Principal: {{AWS: {written}}}}}
    """
    path = tmp_path / "role.yaml"
    path.write_text(textwrap.dedent(template))
    main(["check", str(path), "--format", "json", "--no-third-party"])
    found = [each["rule"] for each in json.loads(capsys.readouterr().out)["findings"]]
    assert found == (["invalid-principal-format"] if flagged else [])
