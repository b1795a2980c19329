"""Secrets in the environment of a build, and whom its webhook lets in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from passrole import Confidence
from passrole.asking import check
from passrole.contributions import Contributions
from passrole.findings import Finding
from passrole.graph.questions import Graph
from passrole.rulesets.choosing import ActiveRule
from passrole.stamping import stamp
from passrole_aws.codebuild.rules.webhook_unanchored_actor import is_anchored

Found = Callable[..., tuple[Finding, ...]]
KEY = "AKIA" + "Q" * 16


@pytest.fixture
def found(graph_of: Callable[[Mapping[str, Any]], Graph], contributions: Contributions) -> Found:
    def findings(rule_id: str, **properties: Any) -> tuple[Finding, ...]:
        rules = [ActiveRule.alone(r) for r in contributions.rules if r.id == rule_id]
        build = {
            "Type": "AWS::CodeBuild::Project",
            "Properties": {"ServiceRole": "arn:aws:iam::111122223333:role/build", **properties},
        }
        reported, crashes = check([graph_of({"Build": build})], rules, contributions.owners)
        assert not crashes and rules
        return stamp(reported)

    return findings


@pytest.mark.parametrize(
    ("name", "value", "confidence"),
    [
        ("DB_PASSWORD", "correct7horse", Confidence.HIGH),
        ("DB_PASSWORD", "correcthorse", Confidence.MEDIUM),
        ("WHATEVER", KEY, Confidence.HIGH),
        ("STAGE", "correct7horse", None),
        ("TOKEN_PATH", "correct7horse", None),
        ("TOKEN", "/shop/token7", None),
        ("TOKEN", "{{resolve:secretsmanager:token}}", None),
        ("TOKEN", "changeme1", None),
        ("TOKEN", "", None),
        ("TOKEN", {"Ref": "Somewhere"}, None),
    ],
)
def test_what_is_a_secret_and_it_is_not_printed(
    name: str, value: Any, confidence: Confidence | None, found: Found
) -> None:
    variables = [{"Name": name, "Value": value}]
    findings = found(
        "plaintext-secret-in-build-env", Environment={"EnvironmentVariables": variables}
    )
    assert [each.confidence for each in findings] == ([confidence] if confidence else [])
    assert not any(
        str(value) in repr((each.message, each.remedy, each.subject)) for each in findings
    )


@pytest.mark.parametrize(
    ("pattern", "anchored"),
    [("^123$", True), ("^(123|456)$", True), ("^(?:123|456)$", True), ("^123$|^456$", True),
     ("123", False), ("^123", False), ("^123$|456", False), ("^123|456$", False), ("123|456", False)],
)  # fmt: skip
def test_which_patterns_match_the_whole_only(pattern: str, anchored: bool) -> None:
    assert is_anchored(pattern) is anchored


def webhook(**more: Any) -> dict[str, Any]:
    event = {"Type": "EVENT", "Pattern": "PULL_REQUEST_CREATED"}
    return {"Triggers": {"Webhook": True, "FilterGroups": [[event]], **more}}


def test_a_build_for_strangers_is_sure_where_approval_is_disabled(found: Found) -> None:
    rule = "codebuild-pr-build-untrusted"
    (unsaid,) = found(rule, **webhook())
    (disabled,) = found(
        rule, **webhook(PullRequestBuildPolicy={"RequiresCommentApproval": "DISABLED"})
    )
    assert (unsaid.confidence, disabled.confidence) == (Confidence.LOW, Confidence.HIGH)
    assert not found(rule, **webhook(Webhook=False))
    approval = {"RequiresCommentApproval": "ALL_PULL_REQUESTS"}
    assert not found(rule, **webhook(PullRequestBuildPolicy=approval))


def test_a_pattern_that_keeps_people_out_needs_no_anchors(found: Found) -> None:
    actor = {"Type": "ACTOR_ACCOUNT_ID", "Pattern": "123", "ExcludeMatchedPattern": True}
    assert not found("codebuild-webhook-unanchored-actor", **webhook(FilterGroups=[[actor]]))
