"""docs/configuration.md: its example holds every key, is taken, and means what its comments say."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from passrole.configuration import facts
from passrole.configuration.keys import BY_PATH, KEYS, TABLES
from passrole.configuration.schema import schema
from passrole.configuration.user_reading import WORDS

Run = Callable[..., "tuple[int, str, str]"]


@pytest.fixture
def page(repository: Path) -> str:
    return (repository / "docs" / "configuration.md").read_text("utf-8")


def examples(page: str) -> list[str]:
    return re.findall(r"^```toml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


def files_in(value: Any) -> Iterator[str]:
    """The texts that name files."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from files_in(each)
    elif isinstance(value, str) and re.fullmatch(r"[\w/-]+\.(json|tfvars)", value):
        yield value


def test_the_example_is_complete_and_is_taken(page: str, tree: Path, run: Run) -> None:
    text = examples(page)[0]
    values = tomllib.loads(text)
    assert values.keys() == {*(key.name for key in KEYS), *TABLES}
    assert values["paths"][0].keys() == {
        "match",
        "rules",
        "categories",
        *(key.name for key in BY_PATH),
    }
    assert values["facts"].keys() == facts.TABLES.keys()
    assert (
        values["facts"]["roles"]["arn:aws:iam::111122223333:role/ci/pipeline"].keys()
        == facts.ROLE.keys()
    )
    jsonschema.validate(json.loads(json.dumps(values, default=str)), schema())
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
    }
    for file in files_in(values):
        (tree / file).parent.mkdir(parents=True, exist_ok=True)
        content: Any = {} if "parameters" in file or "account" in file else policy
        (tree / file).write_text("" if file.endswith(".tfvars") else json.dumps(content))
    for folder in values["files"]:
        (tree / folder).mkdir(exist_ok=True)
    (tree / "passrole.toml").write_text(text)
    code, out, err = run("config", "--format", "json")
    assert code == 0, err
    shown = {each["name"]: each for each in json.loads(out)["settings"]}
    assert {each["source"].partition(":")[0] for each in shown.values()} == {"passrole.toml"}
    assert [each["name"] for each in shown["parameters"]["value"]] == ["dev", "prod", "trial"]
    (tree / "passrole-baseline.json").unlink()
    code, _, err = run("check", "--isolated", ".")
    assert code in (0, 1), err


def test_each_default_that_it_shows_is_the_default(page: str) -> None:
    values = tomllib.loads(examples(page)[0])
    for key in KEYS:
        if key.name.startswith("max-") or key.name in ("ruleset", "fail-on", "partition", "format"):
            assert values[key.name] == key.default


def test_the_line_that_it_quotes_is_printed(page: str, tree: Path, run: Run) -> None:
    (quoted,) = re.findall(r"^```text\n(.*)\n```$", page, re.MULTILINE)
    text = examples(page)[0]
    line = int(quoted.split(":")[1])
    assert text.splitlines()[line - 1].startswith("ignore = ")
    (tree / "passrole.toml").write_text("\n" * (line - 1) + 'ignore = ["polling-source"]\n')
    assert quoted in run("check", ".")[1].splitlines()


def test_the_user_settings_that_it_shows_are_all(
    page: str, tree: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = examples(page)[1]
    assert tomllib.loads(text).keys() == WORDS.keys()
    (tree / "own.toml").write_text(text)
    monkeypatch.setenv("PASSROLE_CONFIG", str(tree / "own.toml"))
    code, out, _ = run("config")
    assert code == 0
    assert re.search(r"^third-party +acme$", out, re.MULTILINE)
