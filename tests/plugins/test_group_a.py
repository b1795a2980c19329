"""The ways in which a pipeline fails, each with the rule that reports it.

The names are those of the catalogue of cases that people suffered from, the most frequent first.
"""

import json
import os
from pathlib import Path
from types import ModuleType
from typing import Literal, NamedTuple

import pytest

from passrole import Category, Rule, Severity
from passrole.contributions import Contributions
from passrole.testing import examples_of

RULE: Literal["rule"] = "rule"


class Instance(NamedTuple):
    """A case that a more general rule reports, and why it needs no rule of its own."""

    of: str
    why: str


CASES: dict[str, Literal["rule"] | Instance] = {
    "action-role-trust-missing": RULE,
    "artifact-bucket-access-missing": RULE,
    "artifact-kms-permission-missing": RULE,
    "build-role-artifact-access-missing": RULE,
    "cfn-pass-role-missing": RULE,
    "codebuild-start-build-missing": RULE,
    "connection-use-missing": RULE,
    "cross-account-default-key": RULE,
    "cross-account-pass-role": RULE,
    "missing-action-permission": RULE,
    "lambda-job-result-missing": RULE,
    "artifact-key-policy-missing-principal": RULE,
    "assume-role-permission-missing": RULE,
    "build-role-vpc-missing": RULE,
    "cfn-role-trust-missing": RULE,
    "clone-ref-build-role-missing": RULE,
    "codedeploy-ecs-register-taskdef-missing": RULE,
    "cross-account-bucket-policy-missing": RULE,
    "cross-region-artifact-store-missing": RULE,
    "ecs-pass-role-missing": RULE,
    "event-rule-role-missing": RULE,
    "putjob-resource-scoped": RULE,
    "s3-deploy-permission-missing": RULE,
    "stepfunctions-execution-arn-mismatch": RULE,
    "pass-role-wrong-passed-to-service": RULE,
    "approval-sns-publish-missing": RULE,
    "build-env-secret-read-missing": RULE,
    "connection-created-pending": RULE,
    "beanstalk-describe-events-hang": RULE,
    "cfn-rolearn-required": RULE,
    "codebuild-batch-permissions": RULE,
    "cross-account-kms-alias": RULE,
    "ecr-source-describe-missing": RULE,
    "lambda-invoke-missing": RULE,
    "s3-source-permission-missing": RULE,
    "service-role-trust-missing": RULE,
    "cfn-missing-capability": RULE,
    "connection-prefix-mismatch": RULE,
    "ecs-tag-resource-missing": RULE,
    "event-pattern-mismatch": RULE,
    "trigger-missing": RULE,
    "build-role-logs-missing": RULE,
    "commands-action-logs-missing": RULE,
    "explicit-deny-hit": RULE,
    "permissions-boundary-blocks": RULE,
    "s3-deploy-acl-not-supported": RULE,
    "policy-race-no-dependency": RULE,
    "action-role-unsupported-owner": RULE,
    "cross-region-source-action": RULE,
    "approval-sns-topic-encryption": RULE,
    "build-connection-token-missing": RULE,
    "build-role-cdk-sam-deploy-missing": RULE,
    "codedeploy-instance-profile-artifact-access": RULE,
    "cross-account-put-object-acl-missing": RULE,
    "stackset-permissions": RULE,
    "cfn-role-artifact-read-missing": RULE,
    "connection-pass-missing": RULE,
    "notification-target-unreachable": RULE,
    "beanstalk-dependent-services-missing": RULE,
    "cfn-changeset-condition-too-tight": RULE,
    "condition-rule-permission-missing": RULE,
    "connection-condition-mismatch": RULE,
    "cross-account-artifact-chain": RULE,
    "ec2-deploy-permission-missing": RULE,
    "scp-blocks-pipeline": RULE,
    "cross-account-event-wiring": RULE,
    "eks-deploy-access-missing": RULE,
    "jenkins-worker-permission": RULE,
}

SEVERITIES = {
    "blocker": Severity.CRITICAL,
    "error": Severity.HIGH,
    "warning": Severity.MEDIUM,
}
"""How the catalogue's words translate."""


@pytest.fixture(scope="module")
def rules(contributions: Contributions) -> dict[str, Rule]:
    return {rule.id: rule for rule in contributions.rules}


def test_every_case_has_its_rule_or_is_an_instance_of_a_more_general_one(
    rules: dict[str, Rule],
) -> None:
    reported_by = {case: case if how == RULE else how.of for case, how in CASES.items()}

    assert len(CASES) == 68
    unreported = {case for case, by in reported_by.items() if by not in rules}
    print(f"\n{len(CASES) - len(unreported)} of {len(CASES)} cases are reported")
    assert not unreported


def test_no_instance_has_a_rule_after_all(rules: dict[str, Rule]) -> None:
    instances = {case for case, how in CASES.items() if how != RULE}
    assert instances & rules.keys() == set()


def test_what_makes_a_pipeline_fail_is_of_the_category_that_says_so(
    rules: dict[str, Rule],
) -> None:
    others = {
        case: rules[case].category
        for case in CASES
        if case in rules and rules[case].category is not Category.BREAKS
    }
    assert others == {}


def test_every_rule_has_a_flagged_and_an_accepted_template(own_plugins: list[ModuleType]) -> None:
    shown: dict[str, set[bool]] = {}
    for example in examples_of(*own_plugins, beside=own_plugins):
        if example.language == "yaml":
            shown.setdefault(example.rule.id, set()).add(bool(example.flagged))
    lacking = {
        case for case, how in CASES.items() if how == RULE and shown.get(case) != {True, False}
    }
    assert not lacking


@pytest.mark.corpus
def test_the_table_is_the_catalogue_and_severities_are_its_own(rules: dict[str, Rule]) -> None:
    repository = Path(__file__).resolve().parents[2]
    shared = Path(os.environ.get("PASSROLE_SHARED", repository.parent / "shared"))
    catalogue = shared / "facts" / "rules.json"
    if not catalogue.is_file():
        pytest.skip(f"{catalogue} is not there")
    cards = json.loads(catalogue.read_text("utf-8"))
    group = {card["rule"]: SEVERITIES[card["sev"]] for card in cards if card["g"] == "a"}

    assert list(CASES) == [
        card["rule"]
        for card in sorted(cards, key=lambda card: int(card["rank"]))
        if card["g"] == "a"
    ]
    differing = {
        case: (severity, rules[case].severity)
        for case, severity in group.items()
        if case in rules and rules[case].severity is not severity
    }
    assert differing == {}
