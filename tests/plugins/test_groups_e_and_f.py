"""What is wrong with the structure of a pipeline, and what has had its time, each with its rule.

The names are those of the catalogue of cases that people suffered from, the most frequent first.
"""

import json
import os
from pathlib import Path
from types import ModuleType

import pytest

from passrole import Category, Rule, Severity
from passrole.contributions import Contributions
from passrole.testing import examples_of

STRUCTURE = (
    "artifact-name-undefined",
    "config-key-unknown",
    "cfn-template-artifact-not-input",
    "artifact-count-invalid",
    "v2-feature-on-v1-pipeline",
    "build-project-type-mismatch",
    "detect-changes-default-trigger",
    "commands-on-non-compute-action",
    "trigger-filter-combination-invalid",
    "custom-action-type-undefined",
)
LIFECYCLE = (
    "oauth-token-literal",
    "oauth-token-reused-as-webhook-secret",
    "github-v1-source",
    "poll-and-event-double",
    "polling-source",
    "role-older-than-service",
    "ecr-cloudtrail-trigger-legacy",
    "opsworks-deploy-eol",
    "connection-resource-legacy-name",
    "codecommit-status",
)
CASES = (*STRUCTURE, *LIFECYCLE)
FORMATS = {"yaml": "CloudFormation", "hcl": "Terraform"}

SEVERITIES = {
    "blocker": Severity.CRITICAL,
    "error": Severity.HIGH,
    "warning": Severity.MEDIUM,
}
"""How the catalogue's words translate; the others are passrole's own."""

OTHERWISE = {"role-older-than-service": "it stands in place of a finding about a failing action"}
"""The rules that are more severe than in the catalogue, and why."""


@pytest.fixture(scope="module")
def rules(contributions: Contributions) -> dict[str, Rule]:
    return {rule.id: rule for rule in contributions.rules}


def test_every_case_has_its_rule(rules: dict[str, Rule]) -> None:
    assert len(set(CASES)) == 20
    assert not set(CASES) - rules.keys()


def test_they_are_of_the_categories_that_rulesets_know_them_by(rules: dict[str, Rule]) -> None:
    assert {rules[case].category for case in STRUCTURE} == {Category.STRUCTURE}
    assert {rules[case].category for case in LIFECYCLE} == {Category.LIFECYCLE}


def test_every_page_says_where_it_has_it_from(rules: dict[str, Rule]) -> None:
    assert [case for case in CASES if not rules[case].sources] == []


def test_every_rule_is_shown_at_work_in_both_formats(own_plugins: list[ModuleType]) -> None:
    shown = {
        (example.rule.id, example.language, bool(example.flagged))
        for example in examples_of(*own_plugins, beside=own_plugins)
    }
    lacking = [
        f"{case} has no {'flagged' if flagged else 'accepted'} example in {name}"
        for case in CASES
        for language, name in FORMATS.items()
        for flagged in (True, False)
        if (case, language, flagged) not in shown
    ]
    assert lacking == []


@pytest.mark.corpus
def test_the_table_is_the_catalogue_and_severities_are_its_own(rules: dict[str, Rule]) -> None:
    repository = Path(__file__).resolve().parents[2]
    shared = Path(os.environ.get("PASSROLE_SHARED", repository.parent / "shared"))
    catalogue = shared / "facts" / "rules.json"
    if not catalogue.is_file():
        pytest.skip(f"{catalogue} is not there")
    cards = sorted(json.loads(catalogue.read_text("utf-8")), key=lambda card: int(card["rank"]))

    assert tuple(card["rule"] for card in cards if card["g"] == "e") == STRUCTURE
    assert tuple(card["rule"] for card in cards if card["g"] == "f") == LIFECYCLE
    differing = {
        card["rule"]
        for card in cards
        if card["g"] in "ef"
        and rules[card["rule"]].severity != SEVERITIES.get(card["sev"], card["sev"])
    }
    assert differing == set(OTHERWISE)
