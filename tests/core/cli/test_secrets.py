"""What is secret in a scanned tree stands in no report and in no map, whatever the format."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

CHECK = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown", "csv", "html")
MAP = ("tree", "json", "mermaid", "dot", "graphml", "html")
COMMANDS = [("check", each, "--show-unknown", "--ruleset", "strict") for each in CHECK] + [
    ("map", each) for each in MAP
]

DEFAULT = "c4n4ry0d1f8a7c9b"
VARIABLE = "c4n4ryhorse77"
FROM_STATE = "canary-of-the-state"

PARAMETER = f"""\
Parameters:
  Token: {{Type: String, NoEcho: true, Default: {DEFAULT}}}

Resources:
"""
VARIABLES = f"""\
        EnvironmentVariables:
          - {{Name: DB_PASSWORD, Value: {VARIABLE}}}
          - Name: API_KEY
            Value: {VARIABLE}
          - {{Name: NPM_TOKEN, Value: !Ref Token}}
"""
IMAGE = "        Image: aws/codebuild/standard:7.0\n"


@pytest.fixture
def template(tree: Path) -> Path:
    """A repository whose template holds a secret in a default and one in a build's variables."""
    text = (tree / "pipeline.yaml").read_text("utf-8")
    text = text.replace("Resources:\n", PARAMETER, 1).replace(IMAGE, IMAGE + VARIABLES)
    text = text.replace("{ProjectName: !Ref Shop}", "{ProjectName: !Ref Shop, Token: !Ref Token}")
    (tree / "pipeline.yaml").write_text(text, "utf-8")
    return tree


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: "-".join(command[:2]))
def test_secrets_of_a_template(command: tuple[str, ...], template: Path, run: Run) -> None:
    name, form, *options = command
    done = run(name, ".", "--format", form, *options)
    assert "pipeline.yaml" in done.out or name == "map"
    if name == "check":
        assert done.out.count("plaintext-secret-in-build-env") > 2
    assert DEFAULT not in done.out + done.err
    assert VARIABLE not in done.out + done.err


ADDRESS = "registry.terraform.io/hashicorp/aws"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "codepipeline.amazonaws.com"},
        }
    ],
}


def managed(type_: str, attributes: dict[str, Any], hidden: list[Any]) -> dict[str, Any]:
    return {
        "mode": "managed", "type": type_, "name": "shop",
        "provider": f'provider["{ADDRESS}"]',
        "instances": [
            {"schema_version": 0, "attributes": attributes, "sensitive_attributes": hidden}
        ],
    }  # fmt: skip


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state of Terraform: the project that its pipeline starts is marked as sensitive."""
    role = "arn:aws:iam::111122223333:role/shop"
    action = {
        "name": "Build", "category": "Build", "owner": "AWS", "provider": "CodeBuild",
        "version": "1", "configuration": {"ProjectName": FROM_STATE},
    }  # fmt: skip
    path = [{"type": "get_attr", "value": "stage"}]
    resources = [
        managed(
            "aws_iam_role",
            {"name": "shop", "arn": role, "assume_role_policy": json.dumps(TRUST)},
            [],
        ),
        managed(
            "aws_codepipeline",
            {"name": "shop", "role_arn": role, "stage": [{"name": "Build", "action": [action]}]},
            [path],
        ),
    ]
    (tmp_path / ".git").mkdir()
    content = {"version": 4, "terraform_version": "1.9.0", "resources": resources}
    (tmp_path / "shop.tfstate").write_text(json.dumps(content, indent=1), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: "-".join(command[:2]))
def test_secrets_of_a_state(command: tuple[str, ...], state: Path, run: Run) -> None:
    name, form, *options = command
    done = run(name, "shop.tfstate", "--format", form, *options)
    assert "shop" in done.out
    assert FROM_STATE not in done.out + done.err
