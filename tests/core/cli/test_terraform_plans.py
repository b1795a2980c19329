"""Plans and states from the command line: what is found is what their configuration gives."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

MAIN = """\
provider "aws" {
  region = "eu-west-1"
}

resource "aws_s3_bucket" "artifacts" {}

resource "aws_codestarconnections_connection" "github" {
  name          = "github"
  provider_type = "GitHub"
}

resource "aws_iam_role" "pipeline" {
  name = "pipeline"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "codepipeline.amazonaws.com" }
    }]
  })
}

data "aws_iam_policy_document" "pipeline" {
  statement {
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.artifacts.arn, "${aws_s3_bucket.artifacts.arn}/*"]
  }
  statement {
    actions   = ["codestar-connections:UseConnection"]
    resources = [aws_codestarconnections_connection.github.arn]
  }
  statement {
    actions   = ["codebuild:BatchGetBuilds"]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "pipeline" {
  name   = "pipeline"
  role   = aws_iam_role.pipeline.id
  policy = data.aws_iam_policy_document.pipeline.json
}

resource "aws_codepipeline" "shop" {
  name     = "shop"
  role_arn = aws_iam_role.pipeline.arn

  artifact_store {
    location = aws_s3_bucket.artifacts.bucket
    type     = "S3"
  }

  stage {
    name = "Source"
    action {
      name             = "Source"
      category         = "Source"
      owner            = "AWS"
      provider         = "CodeStarSourceConnection"
      version          = "1"
      output_artifacts = ["source"]
      configuration = {
        ConnectionArn    = aws_codestarconnections_connection.github.arn
        FullRepositoryId = "shop/shop"
        BranchName       = "main"
      }
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
      input_artifacts = ["source"]
      configuration   = { ProjectName = "shop" }
    }
  }
}
"""
TRUST = {
    "Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow",
                   "Principal": {"Service": "codepipeline.amazonaws.com"}}],
    "Version": "2012-10-17",
}  # fmt: skip
BUCKET, CONNECTION = "aws_s3_bucket.artifacts", "aws_codestarconnections_connection.github"
ROLE, DOCUMENT = "aws_iam_role.pipeline", "data.aws_iam_policy_document.pipeline"


def constant(value: Any) -> dict[str, Any]:
    return {"constant_value": value}


def refers(*references: str) -> dict[str, Any]:
    return {"references": [each for one in references for each in (one, one.rpartition(".")[0])]}


def action(name: str, provider: str, **more: Any) -> dict[str, Any]:
    found = {"name": name, "category": name, "owner": "AWS", "provider": provider, "version": "1"}
    return found | {"role_arn": None, "region": None} | more


STATEMENTS = [
    {"actions": ["s3:*"], "resources": [None, None], "principals": [], "condition": []},
    {"actions": ["codestar-connections:UseConnection"], "resources": [None], "condition": []},
    {"actions": ["codebuild:BatchGetBuilds"], "resources": ["*"], "condition": []},
]
STAGES = [
    {"name": "Source", "action": [
        action("Source", "CodeStarSourceConnection", output_artifacts=["source"],
               configuration={"FullRepositoryId": "shop/shop", "BranchName": "main"})]},
    {"name": "Build", "action": [
        action("Build", "CodeBuild", input_artifacts=["source"],
               configuration={"ProjectName": "shop"})]},
]  # fmt: skip
# Of each address: what is planned, what is known after apply, and what the plan says is written.
PLANNED: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    BUCKET: ({}, {"arn": True, "bucket": True, "id": True}, {}),
    CONNECTION: (
        {"name": "github", "provider_type": "GitHub"}, {"arn": True, "id": True},
        {"name": constant("github"), "provider_type": constant("GitHub")},
    ),
    ROLE: (
        {"name": "pipeline", "path": "/", "assume_role_policy": json.dumps(TRUST)},
        {"arn": True, "id": True, "inline_policy": True, "managed_policy_arns": True},
        {"name": constant("pipeline"), "assume_role_policy": {}},
    ),
    DOCUMENT: (
        {"statement": STATEMENTS},
        {"json": True, "id": True, "statement": [
            {"resources": [True, True]}, {"resources": [True]}, {"resources": [False]}]},
        {"statement": [
            {"actions": constant(["s3:*"]), "resources": refers(f"{BUCKET}.arn", f"{BUCKET}.arn")},
            {"actions": constant(["codestar-connections:UseConnection"]),
             "resources": refers(f"{CONNECTION}.arn")},
            {"actions": constant(["codebuild:BatchGetBuilds"]), "resources": constant(["*"])}]},
    ),
    "aws_iam_role_policy.pipeline": (
        {"name": "pipeline"}, {"id": True, "policy": True, "role": True},
        {"name": constant("pipeline"), "role": refers(f"{ROLE}.id"),
         "policy": refers(f"{DOCUMENT}.json")},
    ),
    "aws_codepipeline.shop": (
        {"name": "shop", "stage": STAGES, "artifact_store": [{"type": "S3", "region": None}]},
        {"arn": True, "id": True, "role_arn": True, "artifact_store": [{"location": True}],
         "stage": [{"action": [{"configuration": {"ConnectionArn": True}}]}, {"action": [{}]}]},
        {"name": constant("shop"), "role_arn": refers(f"{ROLE}.arn"),
         "artifact_store": [{"location": refers(f"{BUCKET}.bucket"), "type": constant("S3")}],
         "stage": [
             {"action": [{"name": constant("Source"), "configuration": refers(f"{CONNECTION}.arn")}]},
             {"action": [{"name": constant("Build"), "configuration": constant({"ProjectName": "shop"})}]}]},
    ),
}  # fmt: skip


def plan(version: str = "1.2") -> dict[str, Any]:
    """The plan of ``MAIN``, nothing of it being deployed."""

    def described(address: str) -> dict[str, Any]:
        type_name, name = address.split(".")[-2:]
        mode = "data" if address.startswith("data.") else "managed"
        return {"address": address, "mode": mode, "type": type_name, "name": name}

    return {
        "format_version": version,
        "terraform_version": "1.9.5",
        "planned_values": {
            "root_module": {
                "resources": [
                    described(address) | {"values": values, "sensitive_values": {}}
                    for address, (values, _, _) in PLANNED.items()
                ]
            }
        },
        "resource_changes": [
            described(address)
            | {"change": {"actions": ["create"], "after": values, "after_unknown": unknown}}
            for address, (values, unknown, _) in PLANNED.items()
        ],
        "configuration": {
            "provider_config": {
                "aws": {"name": "aws", "expressions": {"region": constant("eu-west-1")}}
            },
            "root_module": {
                "resources": [
                    described(address) | {"provider_config_key": "aws", "expressions": written}
                    for address, (_, _, written) in PLANNED.items()
                ]
            },
        },
    }


@pytest.fixture
def folder(tree: Path) -> Path:
    (tree / "pipeline.yaml").unlink()
    return tree


def checked(run: Run, *arguments: str | Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(
        run("check", *arguments, "--ruleset", "strict", "--format", "json").out
    )
    return report


def found(report: dict[str, Any]) -> set[tuple[Any, ...]]:
    return {
        (each["rule"], each["message"], each["location"]["path"], each["location"]["line"])
        for each in report["findings"]
    }


def missing(report: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (each["subject"]["principal"], each["subject"]["iam_action"])
        for each in report["findings"] if each["subject"]["iam_action"]
    }  # fmt: skip


@pytest.mark.parametrize("version", ["0.1", "1.0", "1.2"])
def test_a_plan_beside_its_configuration_finds_the_same_at_the_same_places(
    folder: Path, run: Run, version: str
) -> None:
    (folder / "main.tf").write_text(MAIN)
    configured = checked(run, ".")
    (folder / "plan.json").write_text(json.dumps(plan(version)))
    planned = checked(run, ".")
    assert found(planned) == found(configured)
    assert any(each["rule"] == "codebuild-start-build-missing" for each in planned["findings"])
    assert planned["summary"]["pipelines"] == 1
    assert planned["unknowns"] == configured["unknowns"]


def test_a_plan_alone_reports_no_more_than_its_configuration(folder: Path, run: Run) -> None:
    (folder / "main.tf").write_text(MAIN)
    configured = checked(run, "main.tf")
    (folder / "main.tf").unlink()
    (folder / "plan.json").write_text(json.dumps(plan()))
    planned = checked(run, ".")
    assert missing(planned) <= missing(configured)
    assert ("pipeline", "codebuild:StartBuild") in missing(planned)
    assert {each["rule"] for each in planned["findings"]} <= {
        each["rule"] for each in configured["findings"]
    }
    # What depends on how an expression is made is not known, and not missing.
    blocked = {each["subject"]["iam_action"] for each in planned["unknowns"]}
    assert "s3:GetObject" in blocked
    reason = next(each["reason"] for each in planned["unknowns"])
    assert f"{BUCKET}.arn" in reason or f"{CONNECTION}.arn" in reason


def test_the_address_stands_beside_the_line(folder: Path, run: Run) -> None:
    (folder / "plan.json").write_text(json.dumps(plan()))
    place = next(
        each["location"] for each in checked(run, ".")["findings"]
        if each["rule"] == "codebuild-start-build-missing"
    )  # fmt: skip
    assert (place["path"], place["address"]) == ("plan.json", "aws_codepipeline.shop")
    outcome = run("check", ".")
    assert outcome.code == 1
    assert " aws_codepipeline.shop  critical  codebuild-start-build-missing" in outcome.out


def state(values: dict[str, dict[str, Any]]) -> dict[str, Any]:
    resources = []
    for address, attributes in values.items():
        type_name, name = address.split(".")
        instance = {"schema_version": 0, "attributes": attributes, "sensitive_attributes": []}
        resources.append(
            {"mode": "managed", "type": type_name, "name": name, "instances": [instance],
             "provider": 'provider["registry.terraform.io/hashicorp/aws"]'}
        )  # fmt: skip
    return {"version": 4, "terraform_version": "1.9.5", "serial": 1, "resources": resources}


def deployed() -> dict[str, Any]:
    """The state after the plan was applied."""
    account = "111122223333"
    connection = f"arn:aws:codestar-connections:eu-west-1:{account}:connection/0a1b"
    role = f"arn:aws:iam::{account}:role/pipeline"
    source, build = (dict(stage) for stage in STAGES)
    settings = {"ConnectionArn": connection, "FullRepositoryId": "shop/shop", "BranchName": "main"}
    source["action"] = [
        action("Source", "CodeStarSourceConnection", output_artifacts=["source"],
               configuration=settings)
    ]  # fmt: skip
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "s3:*",
             "Resource": ["arn:aws:s3:::art", "arn:aws:s3:::art/*"]},
            {"Effect": "Allow", "Action": "codestar-connections:UseConnection",
             "Resource": connection},
            {"Effect": "Allow", "Action": "codebuild:BatchGetBuilds", "Resource": "*"},
        ],
    }  # fmt: skip
    return state(
        {
            BUCKET: {"arn": "arn:aws:s3:::art", "id": "art", "bucket": "art", "policy": ""},
            CONNECTION: {"arn": connection, "id": connection, "name": "github"},
            ROLE: {"arn": role, "id": "pipeline", "name": "pipeline", "path": "/",
                   "assume_role_policy": json.dumps(TRUST),
                   "inline_policy": [{"name": "pipeline", "policy": json.dumps(policy)}]},
            "aws_iam_role_policy.pipeline": {"name": "pipeline", "role": "pipeline",
                                             "policy": json.dumps(policy)},
            "aws_codepipeline.shop": {
                "arn": f"arn:aws:codepipeline:eu-west-1:{account}:shop", "name": "shop",
                "role_arn": role, "stage": [source, build],
                "artifact_store": [{"location": "art", "type": "S3", "region": ""}]},
        }
    )  # fmt: skip


def test_a_state_is_decided_to_the_end(folder: Path, run: Run) -> None:
    (folder / "terraform.tfstate").write_text(json.dumps(deployed()))
    (folder / "terraform.tfstate.backup").write_text("not read")
    report = checked(run, ".")
    lacking = [
        each for each in report["findings"] if each["rule"] == "codebuild-start-build-missing"
    ]
    assert [(each["subject"]["iam_action"], each["subject"]["resource"]) for each in lacking] == [
        ("codebuild:StartBuild", "arn:aws:codebuild:eu-west-1:111122223333:project/shop")
    ]
    assert not {"artifact-bucket-access-missing", "policy-race-no-dependency",
                "connection-created-pending"} & {each["rule"] for each in report["findings"]}  # fmt: skip
    assert report["summary"]["incomplete"] is False


def test_a_state_beside_a_configuration_is_passed_over(folder: Path, run: Run) -> None:
    (folder / "main.tf").write_text(MAIN)
    (folder / "terraform.tfstate").write_text(json.dumps(deployed()))
    report = checked(run, ".")
    assert report["passed_over"] == [{"path": "terraform.tfstate", "reason": "superseded"}]
    assert report["summary"]["pipelines"] == 1
    assert {each["location"]["path"] for each in report["findings"]} == {"main.tf"}
    # Named alone, it is what is asked about.
    assert checked(run, "terraform.tfstate")["passed_over"] == []


def test_a_plan_in_the_format_of_terraform_itself_is_passed_over(folder: Path, run: Run) -> None:
    with zipfile.ZipFile(folder / "tfplan", "w") as archive:
        archive.writestr("tfplan", "…")
    (folder / "other.tfplan").write_bytes((folder / "tfplan").read_bytes())
    (folder / "named.out").write_bytes((folder / "tfplan").read_bytes())
    report = checked(run, ".")
    assert report["passed_over"] == [
        {"path": "other.tfplan", "reason": "binary-plan"},
        {"path": "tfplan", "reason": "binary-plan"},
    ]
    assert checked(run, "named.out")["passed_over"] == [
        {"path": "named.out", "reason": "binary-plan"}
    ]
    assert "terraform show -json" in run("check", ".").out


def test_a_format_that_nobody_knows_is_passed_over(folder: Path, run: Run) -> None:
    (folder / "plan.json").write_text(json.dumps(plan("2.0")))
    old = {"version": 3, "terraform_version": "0.11.1", "modules": []}
    (folder / "terraform.tfstate").write_text(json.dumps(old))
    report = checked(run, ".")
    assert {each["reason"] for each in report["passed_over"]} == {"saved-format"}
    assert report["summary"]["stacks"] == 0


def test_no_format_prints_what_is_sensitive(folder: Path, run: Run) -> None:
    content = plan()
    canary = "canary-of-the-shop"
    planned = content["planned_values"]["root_module"]["resources"]
    pipeline = planned[-1]
    pipeline["values"]["stage"][1]["action"][0]["configuration"]["ProjectName"] = canary
    marks = {"stage": [{}, {"action": [{"configuration": {"ProjectName": True}}]}]}
    pipeline["sensitive_values"] = marks
    content["resource_changes"][-1]["change"]["after_sensitive"] = marks
    content["configuration"]["root_module"]["resources"][-1]["expressions"]["stage"] = []
    for indent in (None, 1):
        (folder / "plan.json").write_text(json.dumps(content, indent=indent))
        for form in ("text", "json", "sarif", "html"):
            outcome = run("check", ".", "--ruleset", "strict", "--format", form, "--show-unknown")
            assert canary not in outcome.out + outcome.err
        assert canary not in run("map", ".").out


def test_a_plan_is_checked_by_a_process_of_its_own(folder: Path) -> None:
    (folder / "plan.json").write_text(json.dumps(plan()))
    outcome = subprocess.run(
        [sys.executable, "-P", "-m", "passrole", "check", "plan.json"],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert outcome.returncode == 1, outcome.stderr
    assert "codebuild:StartBuild" in outcome.stdout
    assert "Traceback" not in outcome.stderr
