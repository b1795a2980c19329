"""Files that are copies of each other are read as one, and findings are those of each."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ENVIRONMENT = """\
resource "aws_iam_role" "build" {
  name = "${terraform.workspace}-build"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
  })
}
resource "aws_iam_role_policy" "build" {
  role = aws_iam_role.build.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObjekt", Resource = "*" }]
  })
}
resource "aws_iam_role" "broken" {
  name = = "x"
}
"""


def told(folder: Path, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    monkeypatch.chdir(folder)
    report = json.loads(run("check", ".", "--format", "json", "--no-cache").out)
    found = [*report["findings"], *report["diagnostics"]]
    return [
        (each.get("rule") or each["kind"], each["message"], json.dumps(each["location"]))
        for each in found
    ]


def test_each_copy_has_the_findings_that_it_has_alone(
    tmp_path: Path, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    together = tmp_path / "together"
    expected = []
    for name in ("dev", "prod"):
        for root in (together, tmp_path / name):
            (root / name).mkdir(parents=True)
            (root / name / "main.tf").write_text(ENVIRONMENT, encoding="utf-8")
        expected += told(tmp_path / name, run, monkeypatch)
    assert {rule for rule, _, _ in expected} >= {"action-unknown", "parse-error"}
    assert sorted(told(together, run, monkeypatch)) == sorted(expected)
