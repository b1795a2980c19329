"""A value in the file and the same value on the command line give equal settings."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from passrole.cli.options import settings_from
from passrole.cli.parser import build_parser
from passrole.configuration.keys import KEYS
from passrole.settings import Settings

NAMES = st.lists(
    st.sampled_from(["rule-a", "rule-b", "rule-c"]), min_size=1, max_size=3, unique=True
)
PATTERNS = st.lists(st.sampled_from(["*.draft.yaml", "/a/", "b/**", "!x"]), min_size=1, max_size=3)

# For each key: values as they stand in the file, and the arguments that say the same.
SAME: dict[str, st.SearchStrategy[tuple[Any, list[str]]]] = {
    "exclude": PATTERNS.map(lambda v: (v, [f"--exclude={each}" for each in v])),
    "ruleset": st.sampled_from(["default", "strict", "team.yaml"]).map(lambda v: (v, ["--ruleset", v])),
    "select": NAMES.map(lambda v: (v, ["--select", ",".join(v)])),
    "ignore": NAMES.map(lambda v: (",".join(v), [f"--ignore={each}" for each in v])),
    "fail-on": st.sampled_from(["critical", "high", "info", "unknown", "never"]).map(lambda v: (v, ["--fail-on", v])),
    "show-unknown": st.booleans().map(lambda v: (v, ["--show-unknown" if v else "--no-show-unknown"])),
    "allow-incomplete": st.booleans().map(lambda v: (v, ["--allow-incomplete" if v else "--no-allow-incomplete"])),
    "baseline": st.just(("b.json", ["--baseline", "b.json"])),
    "account": st.from_regex(r"[0-9]{12}", fullmatch=True).map(lambda v: (v, ["--account", v])),
    "region": st.sampled_from(["eu-central-1", "us-gov-west-1"]).map(lambda v: (v, ["--region", v])),
    "partition": st.sampled_from(["aws", "aws-cn"]).map(lambda v: (v, ["--partition", v])),
    "parameters": st.sampled_from([
        ("p.json", ["--parameters", "p.json"]),
        (["p.json", "p.json,q.json"], ["--parameters", "p.json", "--parameters", "p.json,q.json"]),
    ]),
    "var-file": st.just((["v.tfvars"], ["--var-file", "v.tfvars"])),
    "scp": st.sampled_from([
        (["s.json"], ["--scp", "s.json"]),
        ([["s.json", "t.json"], "s.json"], ["--scp", "s.json,t.json", "--scp", "s.json"]),
    ]),
    "max-depth": st.integers(10, 1000).map(lambda v: (v, ["--max-depth", str(v)])),
    "max-nodes": st.integers(99, 5_000_000).map(lambda v: (v, ["--max-nodes", str(v)])),
    "max-aliases": st.integers(1, 10_000_000).map(lambda v: (v, ["--max-aliases", str(v)])),
    "max-file-size": st.integers(999, 80_000_000).map(lambda v: (v, ["--max-file-size", str(v)])),
    "jobs": st.integers(1, 256).map(lambda v: (v, ["--jobs", str(v)])),
}  # fmt: skip

POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}],
}


def test_every_key_with_a_twin_has_a_law() -> None:
    assert SAME.keys() == {key.name for key in KEYS if key.option}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("law")
    (root / ".git").mkdir()
    for name in ("s", "t"):
        (root / f"{name}.json").write_text(json.dumps(POLICY))
    (root / "p.json").write_text('{"A": "1"}')
    (root / "q.json").write_text('{"A": "2", "B": "3"}')
    (root / "v.tfvars").write_text('a = "1"\n')
    (root / "team.yaml").write_text("extends: default\n")
    with contextlib.chdir(root):
        yield root


def settings(*arguments: str) -> Settings:
    return settings_from(build_parser().parse_args(["check", *arguments]))


def told(found: Settings) -> dict[str, Any]:
    """Settings as data that can be compared: files of variables by what is in them."""
    fields = {name: getattr(found, name) for name in Settings.__dataclass_fields__}
    deployment = fields.pop("deployment")
    facts = {name: getattr(deployment, name) for name in type(deployment).__dataclass_fields__}
    facts["variables"] = [(each.path, each.text) for each in facts["variables"]]
    for aside in ("notices", "rule_places", "project_file", "today"):
        fields.pop(aside)
    return {**fields, **facts}


@limits(max_examples=40)
@given(st.data())
def test_a_file_and_the_command_line_say_the_same(folder: Path, data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(SAME)), min_size=1, max_size=6, unique=True))
    file, arguments = [], []
    for name in names:
        value, words = data.draw(SAME[name])
        file.append(f"{name} = {json.dumps(value)}")
        arguments += words
    (folder / "passrole.toml").write_text("\n".join(file))
    assert told(settings()) == told(settings("--isolated", *arguments))
    assert told(settings(*arguments)) == told(settings("--isolated", *arguments))
    (folder / "passrole.toml").unlink()
    (folder / "pyproject.toml").write_text("[tool.passrole]\n" + "\n".join(file))
    assert told(settings()) == told(settings("--isolated", *arguments))
    (folder / "pyproject.toml").unlink()


@limits(max_examples=40)
@given(st.data())
def test_the_command_line_beats_the_file(folder: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SAME.keys() - {"ignore", "select"})))
    value, _ = data.draw(SAME[name])
    _, arguments = data.draw(SAME[name])
    (folder / "passrole.toml").write_text(f"{name} = {json.dumps(value)}")
    assert told(settings(*arguments)) == told(settings("--isolated", *arguments))
    (folder / "passrole.toml").unlink()


def test_nothing_said_is_the_default_of_the_table(folder: Path) -> None:
    said = [f"{key.name} = {json.dumps(key.default)}" for key in KEYS if key.default is not None]
    (folder / "passrole.toml").write_text("\n".join(said))
    assert told(settings()) == told(settings("--isolated"))
    assert os.listdir(folder)  # noqa: PTH208 - it is there
    (folder / "passrole.toml").unlink()
