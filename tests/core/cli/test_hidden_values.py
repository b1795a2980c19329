"""The value of an input with NoEcho, or that is sensitive, is used like any other and never shown.

The trees of ``hidden`` use such values wherever a name or a text can stand: by default, given by a
file of parameters, passed to a nested stack or a module, and as pieces of longer texts.
"""

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passrole import scans

Run = Callable[..., Any]

HIDDEN = Path(__file__).with_name("hidden")
TREES = ("cloudformation", "terraform")
GIVEN = {"cloudformation": ("--parameters", "parameters.json"), "terraform": ()}
CANARY = re.compile("c4n4ry|YzRuNHJ5", re.IGNORECASE)
"""How all the values begin, and so their Base64."""

CHECK = ("json", "sarif", "junit", "github", "gitlab", "markdown", "csv", "html", "text")
STRICT = ("--show-unknown", "--ruleset", "strict")
COMMANDS = [
    ("check", ".", *(part for each in CHECK for part in ("--format", each, "-o", f"{each}.out")),
     "--write-baseline", "baseline.json", *STRICT),
    *(("map", ".", "--format", each) for each in ("json", "mermaid", "dot", "graphml", "html")),
    *(("policy", ".", "--format", each) for each in ("text", "cloudformation", "terraform")),
    ("why", "iam:PassRole", "."),
    ("why", "s3:*", ".", "--format", "json"),
    ("check", ".", *STRICT),
    ("check", ".", "--fix", "--unsafe-fixes", "--diff"),
    ("diff", "empty", "."),
]  # fmt: skip


@pytest.fixture(params=TREES)
def hidden(request: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Path]:
    """A tree whose inputs have hidden values, and its name; cwd is there."""
    tree = tmp_path / "tree"
    shutil.copytree(HIDDEN / request.param, tree)
    (tree / ".git").mkdir()
    (tree / "empty").mkdir()
    monkeypatch.chdir(tree)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(scans, "FEWEST", 1)
    monkeypatch.setenv("PASSROLE_CACHE_DIR", str(tmp_path / "cache"))
    return request.param, tree


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: "-".join(command[:4]))
def test_neither_output_nor_cache_show_a_hidden_value(
    command: tuple[str, ...], hidden: tuple[str, Path], run: Run, tmp_path: Path
) -> None:
    name, tree = hidden
    before = {each for each in tree.rglob("*") if each.is_file()}
    done = run(*command, *(GIVEN[name] if command[0] != "diff" else ()))
    assert done.code in (0, 1)
    made = {each for each in tmp_path.rglob("*") if each.is_file()} - before
    texts = [done.out, done.err, *(each.read_bytes().decode("latin-1") for each in made)]
    assert sum(map(len, texts)) > 500
    assert [line for text in texts for line in text.splitlines() if CANARY.search(line)] == []
    if command == ("check", ".", *STRICT):
        assert made  # by the cache


def test_hidden_values_are_decided_about_like_any_others(
    hidden: tuple[str, Path], run: Run
) -> None:
    name, tree = hidden
    command = ("check", ".", "--format", "json", *STRICT, *GIVEN[name])
    shown = json.loads(run(*command).out)
    for file in (*tree.rglob("*.yaml"), *tree.rglob("*.tf")):
        text = file.read_text("utf-8")
        bare = re.sub(r"(NoEcho|sensitive)( *[:=] )true", r"\1\2false", text)
        file.write_text(bare, "utf-8")
    bare = json.loads(run(*command).out)
    assert CANARY.search(json.dumps(bare))
    assert shown["summary"] == bare["summary"]
    assert Counter(map(_decided, shown["findings"])) == Counter(map(_decided, bare["findings"]))


def _decided(finding: dict[str, Any]) -> tuple[str, ...]:
    place = finding["location"]
    return (
        finding["rule"], finding["severity"], finding["confidence"],
        f"{place['path']}:{place['line']}", place["pointer"],
    )  # fmt: skip


KEYS = """
variable "secret" {
  sensitive = true
  default   = "c4n4ry0d1f8a"
}
resource "aws_iam_policy" "by_hand" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect = "Allow", Action = "s3:GetObject", Resource = "*", "Extra${var.secret}" = "x"
      Condition = { "String${var.secret}" = { "aws:RequestTagg/${var.secret}" = "x" } }
    }]
  })
}
resource "aws_iam_policy" "made" {
  policy = jsonencode(merge(
    { for name in [var.secret] : name => "x" }, zipmap([var.secret], ["x"]),
    transpose({ x = [var.secret] })
  ))
}
data "aws_iam_policy_document" "blocks" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
    principals {
      type        = var.secret
      identifiers = ["*"]
    }
    condition {
      test     = var.secret
      variable = "aws:RequestTagg/${var.secret}"
      values   = ["x"]
    }
  }
}
resource "aws_iam_policy" "blocks" { policy = data.aws_iam_policy_document.blocks.json }
resource "aws_iam_policy" "known" {
  policy = jsonencode({
    Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObjects", Resource = "*" }]
  })
}
"""


def test_names_of_fields_do_not_show_a_hidden_value(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.tf").write_text(KEYS, "utf-8")
    for command in (("check", ".", *STRICT), ("check", ".", "--format", "json", *STRICT)):
        done = run(*command)
        assert "s3:GetObjects" in done.out
        assert not CANARY.search(done.out + done.err)
