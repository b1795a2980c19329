"""What a buildspec in a template asks for is seen, in YAML and in JSON, with holes in it."""

import json

import pytest

from passrole.iam.json_texts import value_from_json_text
from passrole.model.buildspecs import Buildspec, read_buildspec
from passrole.values import Hole, Text, literal

SPEC = {
    "version": 0.2,
    "env": {
        "variables": {"COLOUR": "red"},
        "parameter-store": {"STAGE": "/shop/stage", "OTHER": "/shop/$STAGE"},
        "secrets-manager": {"TOKEN": "shop/token:value"},
    },
    "phases": {
        "build": {"commands": ["make", "aws ecs update-service"], "finally": ["echo done"]},
        "post_build": {"commands": "make clean"},
    },
    "reports": {"unit": {"files": ["*.xml"]}},
}
YAML = """\
version: 0.2
env:
  variables: {COLOUR: red}
  parameter-store:
    STAGE: /shop/stage
    OTHER: /shop/$STAGE
  secrets-manager:
    TOKEN: shop/token:value
phases:
  build:
    commands:
      - make
      - aws ecs update-service
    finally: [echo done]
  post_build:
    commands: make clean
reports:
  unit:
    files: ["*.xml"]
"""


@pytest.mark.parametrize("text", [YAML, json.dumps(SPEC)])
def test_parameters_secrets_and_reports(text: str) -> None:
    check_all_there(read_buildspec(literal(text)))


def test_what_terraform_encodes_is_read_as_what_it_encodes() -> None:
    check_all_there(read_buildspec(value_from_json_text(literal(json.dumps(SPEC)))))


def check_all_there(found: Buildspec) -> None:
    # What the shell would have to fill in is no name.
    assert found.parameters == (literal("/shop/stage"),)
    assert found.secrets == (literal("shop/token:value"),)
    assert found.reports == (literal("unit"),)
    commands = ("make", "aws ecs update-service", "echo done", "make clean")
    assert found.commands == tuple(map(literal, commands))
    assert found.variables == ("COLOUR", "STAGE", "OTHER", "TOKEN")


def test_a_hole_keeps_its_place_and_identity() -> None:
    hole = Hole("stack#param:Stage")
    text = Text(("env:\n  parameter-store:\n    STAGE: /", hole, "/stage\n"))

    assert read_buildspec(text).parameters == (Text(("/", hole, "/stage")),)


@pytest.mark.parametrize(
    "text", ["", "buildspec.yml", "a: [", "- a: b", "env: none", "env: {a: b}"]
)
def test_a_text_that_asks_for_nothing(text: str) -> None:
    assert read_buildspec(literal(text)) == Buildspec()
