"""Rulesets turn rules on and off; what means nothing is refused with the nearest word."""

from collections.abc import Mapping
from typing import Any

import pytest

from passrole import Action, Category, Confidence, Rule, Severity, UsageError
from passrole.rulesets import active_rules, load_ruleset


class Words:
    """A file of the package that brings a ruleset."""

    def __init__(self, text: str) -> None:
        self.text = text

    def read_text(self, encoding: str) -> str:
        assert encoding == "utf-8"
        return self.text


def files(**texts: str) -> Mapping[str, Any]:
    return {name: Words(text) for name, text in texts.items()}


def a_rule(rule_id: str) -> Rule:
    return Rule(
        id=rule_id,
        checks=Action,
        check=lambda *_: iter(()),
        severity=Severity.HIGH,
        category=Category.BREAKS,
    )


RULES = (a_rule("a-rule"), a_rule("b-rule"), a_rule("c-rule"))


def active(text: str, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> dict[str, str]:
    chosen = active_rules(load_ruleset("mine", files(mine=text)), RULES, select, ignore)
    return {rule.id: severity.value for rule, severity in chosen}


def test_every_rule_is_on_with_its_own_severity_unless_said_otherwise() -> None:
    assert active("description: all") == {"a-rule": "high", "b-rule": "high", "c-rule": "high"}
    assert active("rules: {a-rule: off, b-rule: low, c-rule: on}") == {
        "b-rule": "low", "c-rule": "high",
    }  # fmt: skip


def test_select_beats_the_ruleset_and_ignore_beats_both() -> None:
    text = "rules: {a-rule: off, b-rule: low}"
    assert active(text, select=("a-rule",)) == {"a-rule": "high"}
    assert active(text, select=("b-rule",)) == {"b-rule": "low"}
    assert active(text, select=("a-rule", "b-rule"), ignore=("a-rule",)) == {"b-rule": "low"}


def test_a_ruleset_extends_another() -> None:
    available = files(
        base="confidence: medium\nrules: {a-rule: off, b-rule: low}",
        mine="description: mine\nextends: base\nrules: {b-rule: critical}",
    )
    mine = load_ruleset("mine", available)
    assert mine.confidence is Confidence.MEDIUM
    assert mine.rules == {"a-rule": "off", "b-rule": "critical"}
    assert mine.description == "mine"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("confidance: low", "unknown key 'confidance'; did you mean 'confidence'?"),
        ("confidence: lots", "'lots' is no confidence"),
        ("rules: [a]", "rules is not a mapping"),
        ("rules: {a-rule: loud}", "a-rule is 'loud', not on, off or a severity"),
        ("- a", "it is not a mapping"),
        ("a: [", "cannot be read"),
        ("extends: mine", "extends itself: mine -> mine"),
        ("extends: yours", "there is no ruleset 'yours'"),
        ("rules: {a-rul: off}", "there is no rule 'a-rul'; did you mean 'a-rule'?"),
    ],
)
def test_what_means_nothing_is_refused(text: str, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        active(text)
    assert words in str(refused.value)


@pytest.mark.parametrize("option", ["select", "ignore"])
def test_a_rule_that_is_not_there_is_refused(option: str) -> None:
    with pytest.raises(UsageError, match="there is no rule 'x-rule'"):
        active("{}", **{option: ("x-rule",)})
