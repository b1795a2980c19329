"""The cases of risk: each has its rule, shown in both formats."""

import json
import os
from pathlib import Path
from types import ModuleType

import pytest

from passrole import Category, Rule, Severity
from passrole.contributions import Contributions
from passrole.testing import examples_of

CASES = {
    "build-role-admin": Severity.CRITICAL,
    "pass-role-star": Severity.HIGH,
    "pipeline-role-admin": Severity.CRITICAL,
    "service-wildcard-actions": Severity.HIGH,
    "build-role-can-escalate": Severity.CRITICAL,
    "source-to-admin-path": Severity.CRITICAL,
    "user-controlled-buildspec": Severity.MEDIUM,
    "codebuild-webhook-unanchored-actor": Severity.CRITICAL,
    "role-can-approve-itself": Severity.CRITICAL,
    "build-role-can-modify-pipeline": Severity.HIGH,
    "unscoped-resource": Severity.MEDIUM,
    "unused-service-grants": Severity.MEDIUM,
    "cfn-role-create-role-without-boundary": Severity.HIGH,
    "plaintext-secret-in-build-env": Severity.HIGH,
    "artifact-bucket-writable-by-others": Severity.HIGH,
    "assume-role-star": Severity.HIGH,
    "codebuild-pr-build-untrusted": Severity.HIGH,
    "start-build-override-escalation": Severity.HIGH,
    "action-role-trusts-account-root": Severity.MEDIUM,
    "pass-role-no-service-condition": Severity.MEDIUM,
    "shared-role-across-pipelines": Severity.MEDIUM,
    "source-bucket-writable": Severity.HIGH,
    "codebuild-privileged-mode": Severity.LOW,
    "kms-key-policy-broad": Severity.MEDIUM,
    "service-role-no-source-condition": Severity.LOW,
    "prod-deploy-without-gate": Severity.INFO,
    "event-role-starts-any-pipeline": Severity.LOW,
}
WORDS = {"blocker": "critical", "error": "high", "warning": "medium"}


@pytest.fixture(scope="module")
def rules(contributions: Contributions) -> dict[str, Rule]:
    return {rule.id: rule for rule in contributions.rules}


def test_every_case_has_its_rule_with_the_severity_and_category_of_the_case(
    rules: dict[str, Rule],
) -> None:
    assert {case: rules[case].severity for case in CASES} == CASES
    assert {rules[case].category for case in CASES} == {Category.RISK}


@pytest.mark.parametrize("language", ["yaml", "hcl"])
def test_every_rule_has_a_flagged_and_an_accepted_example(
    language: str, own_plugins: list[ModuleType]
) -> None:
    shown: dict[str, set[bool]] = {}
    for example in examples_of(*own_plugins, beside=own_plugins):
        if example.language == language:
            shown.setdefault(example.rule.id, set()).add(bool(example.flagged))
    assert {case: shown.get(case) for case in CASES} == {case: {True, False} for case in CASES}


@pytest.mark.corpus
def test_the_table_is_the_catalogue() -> None:
    repository = Path(__file__).resolve().parents[2]
    shared = Path(os.environ.get("PASSROLE_SHARED", repository.parent / "shared"))
    catalogue = shared / "facts" / "rules.json"
    if not catalogue.is_file():
        pytest.skip(f"{catalogue} is not there")
    cards = [card for card in json.loads(catalogue.read_text("utf-8")) if card["g"] == "b"]
    assert {card["rule"]: WORDS.get(card["sev"], card["sev"]) for card in cards} == {
        case: severity.value for case, severity in CASES.items()
    }
