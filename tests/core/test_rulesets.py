"""Rulesets turn rules on and off; what means nothing is refused with the nearest word."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from passrole import Action, Category, Confidence, Rule, Severity, UsageError
from passrole.rules import Option
from passrole.rulesets.choosing import active_rules
from passrole.rulesets.reading import load_ruleset


class Words:
    """A file of the package that brings a ruleset."""

    def __init__(self, text: str) -> None:
        self.text = text

    def read_text(self, encoding: str) -> str:
        assert encoding == "utf-8"
        return self.text


def files(**texts: str) -> Mapping[str, Any]:
    return {name: Words(text) for name, text in texts.items()}


def a_rule(
    rule_id: str,
    category: Category = Category.BREAKS,
    options: Mapping[str, Option] | None = None,
) -> Rule:
    return Rule(
        id=rule_id,
        checks=Action,
        check=lambda *_: iter(()),
        severity=Severity.HIGH,
        category=category,
        options=options or {},
    )


RULES = (a_rule("a-rule"), a_rule("b-rule"), a_rule("c-rule"))
OPTIONAL = a_rule(
    "sized",
    Category.POLICY,
    {"quota": Option(2048, "characters"), "names": Option((), "to pass over")},
)


def active(text: str, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> dict[str, str]:
    chosen = active_rules(load_ruleset("mine", files(mine=text)), RULES, select, ignore)
    return {each.rule.id: each.setting.severity.value for each in chosen if each.setting}


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
    assert {name: said.word for name, said in mine.rules.items()} == {
        "a-rule": "off", "b-rule": "critical",
    }  # fmt: skip
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
        (
            "rules: {a-rule: {sevrity: low}}",
            "unknown a-rule: key 'sevrity'; did you mean 'severity'?",
        ),
        ("rules: {a-rule: {options: {x: 1}}}", "rule a-rule has no option 'x'; it takes none"),
        ("categories: {polcy: off}", "no category 'polcy'; did you mean 'policy'?"),
        ("categories: {policy: loud}", "policy is 'loud', not on, off or a severity"),
        ("paths: [{rules: {}}]", "an entry of paths needs match"),
        ("paths: [{match: a, rule: {}}]", "unknown paths: key 'rule'; did you mean 'rules'?"),
        ("paths: [{match: '!', rules: {a-rule: off}}]", "ruleset 'mine': paths: "),
        ("paths: [{match: a, rules: {a-rul: off}}]", "mine.yaml:1:28: there is no rule 'a-rul'"),
        ("description: x\nrules:\n  a-rule: loud", "(mine.yaml:3:11): a-rule is 'loud'"),
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


def test_a_category_is_turned_off_or_on_as_a_whole_and_a_rule_beats_it() -> None:
    text = "categories: {breaks: off}\nrules: {a-rule: on, b-rule: low}"
    assert active(text) == {"a-rule": "high", "b-rule": "low"}
    assert active("categories: {breaks: low}") == {
        "a-rule": "low",
        "b-rule": "low",
        "c-rule": "low",
    }


def test_what_is_said_for_some_files_holds_for_them() -> None:
    text = """
rules: {a-rule: medium}
paths:
  - {match: [test/, "*.draft.yaml"], categories: {breaks: off}}
  - {match: /test/real, rules: {a-rule: critical}}
"""
    ruleset = load_ruleset("mine", files(mine=text))
    (rule,) = (each for each in active_rules(ruleset, RULES, (), ()) if each.rule.id == "a-rule")

    def severity(path: str) -> str | None:
        setting = rule.at(path)
        return setting.severity.value if setting else None

    assert severity("app.yaml") == "medium"
    assert severity("app/test/x.yaml") is severity("x.draft.yaml") is None
    assert severity("test/real/x.yaml") == "critical"


def test_a_rule_that_is_on_for_some_files_only_is_active() -> None:
    ruleset = load_ruleset(
        "mine", files(mine="rules: {a-rule: off}\npaths: [{match: x, rules: {a-rule: low}}]")
    )
    active_ids = [each.rule.id for each in active_rules(ruleset, RULES[:1], (), ())]
    assert active_ids == ["a-rule"]


def options(text: str, **others: str) -> object:
    ruleset = load_ruleset("mine", files(mine=text, **others))
    (chosen,) = active_rules(ruleset, (OPTIONAL,), (), ())
    return chosen.setting.options if chosen.setting else None


def test_options_have_defaults_and_add_up() -> None:
    assert options("{}") == {"quota": 2048, "names": ()}
    base = "rules: {sized: {severity: low, options: {quota: 4096}}}"
    mine = "extends: base\nrules: {sized: {options: {names: [a, b]}}}"
    assert options(mine, base=base) == {"quota": 4096, "names": ("a", "b")}


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("quota: many", "option quota of sized is a whole number"),
        ("names: one", "option names of sized is a list of texts"),
        ("quota: {}", "option quota of sized is a whole number"),
        ("qouta: 1", "rule sized has no option 'qouta'; did you mean 'quota'?"),
    ],
)
def test_an_option_that_means_nothing_is_refused(option: str, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        options(f"rules: {{sized: {{options: {{{option}}}}}}}")
    assert words in str(refused.value)


def test_a_ruleset_may_be_a_file_that_extends_one_beside_it(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("extends: strict\nrules: {b-rule: off}")
    (tmp_path / "mine.yml").write_text("extends: base.yaml\nrules: {a-rule: low}")
    ruleset = load_ruleset(str(tmp_path / "mine.yml"), files(strict="confidence: low"))
    chosen = active_rules(ruleset, RULES, (), ())
    assert [(each.rule.id, each.at("x")) for each in chosen] == [
        ("a-rule", (Severity.LOW, {})), ("c-rule", (Severity.HIGH, {})),
    ]  # fmt: skip
    with pytest.raises(UsageError, match="cannot be read"):
        load_ruleset(str(tmp_path / "none.yaml"), {})


def test_of_several_that_are_extended_the_later_beats() -> None:
    available = files(
        one="confidence: high\nrules: {a-rule: off}",
        two="rules: {a-rule: low}",
        mine="extends: [one, two]",
    )
    mine = load_ruleset("mine", available)
    assert mine.rules["a-rule"].word == "low"
    assert mine.confidence is Confidence.LOW
