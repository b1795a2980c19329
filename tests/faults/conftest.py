"""A repository that has something of everything, and commands run in this process."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from passrole.cli import main

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
TERRAFORM = """
module "roles" {
  source = "./roles"
}
resource "aws_codebuild_project" "b" {
  name         = "b"
  service_role = module.roles.arn
}
"""
ROLES = """
resource "aws_iam_role" "b" {
  name               = "b"
  assume_role_policy = file("${path.module}/trust.json")
}
output "arn" { value = aws_iam_role.b.arn }
"""
TRUST = (
    '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}'
)
PARENT = """
Resources:
  Nested:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./clean/pipeline.yaml}
"""


class Outcome(NamedTuple):
    """What a command leaves behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its root; cwd is there."""
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    for name in ("missing-start-build", "clean", "hanging-beanstalk"):
        shutil.copytree(TEMPLATES / name, root / name)
    (root / "parent.yaml").write_text(PARENT)
    (root / "infra" / "roles").mkdir(parents=True)
    (root / "infra" / "main.tf").write_text(TERRAFORM)
    (root / "infra" / "roles" / "main.tf").write_text(ROLES)
    (root / "infra" / "roles" / "trust.json").write_text(TRUST)
    (root / ".gitignore").write_text("*.log\n")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command, never lets a traceback pass."""

    def command(*arguments: str | Path) -> Outcome:
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Outcome(code, out, err)

    return command
