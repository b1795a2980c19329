"""The rulesets that come with passrole can be read and say what the documentation says."""

import pytest

from passrole import Category, Confidence
from passrole.contributions import Contributions, gather
from passrole.plugin_loading import find_plugins, load_plugins, select_plugins
from passrole.rulesets.choosing import active_rules
from passrole.rulesets.reading import load_ruleset
from passrole_rulesets import NAMES, passrole_rulesets


@pytest.fixture(scope="module")
def contributions() -> Contributions:
    return gather(load_plugins(select_plugins(find_plugins(), third_party=False)))


def categories(name: str, contributions: Contributions) -> set[Category]:
    ruleset = load_ruleset(name, passrole_rulesets())
    return {each.rule.category for each in active_rules(ruleset, contributions.rules, (), ())}


@pytest.mark.parametrize("name", NAMES)
def test_every_ruleset_names_rules_that_are_there_and_says_what_it_is_for(
    name: str, contributions: Contributions
) -> None:
    ruleset = load_ruleset(name, passrole_rulesets())
    assert ruleset.description
    assert active_rules(ruleset, contributions.rules, (), ()) or name != "default"
    said = {*ruleset.rules, *(rule for each in ruleset.paths for rule in each.rules)}
    assert said <= {rule.id for rule in contributions.rules}


def test_default_shows_what_is_not_disputed() -> None:
    assert load_ruleset("default", passrole_rulesets()).confidence is Confidence.MEDIUM


def test_strict_shows_all(contributions: Contributions) -> None:
    ruleset = load_ruleset("strict", passrole_rulesets())
    assert ruleset.confidence is Confidence.LOW
    assert len(active_rules(ruleset, contributions.rules, (), ())) == len(contributions.rules)


def test_each_purpose_has_its_categories(contributions: Contributions) -> None:
    assert categories("policy", contributions) <= {Category.POLICY}
    assert Category.BREAKS not in categories("security", contributions)
    assert categories("least-privilege", contributions) <= {Category.BREAKS, Category.RISK}
