"""The rulesets that come with passrole can be read and say what the documentation says."""

from passrole import Confidence
from passrole.rulesets import load_ruleset
from passrole_rulesets import passrole_rulesets


def test_default_shows_what_is_not_disputed() -> None:
    ruleset = load_ruleset("default", passrole_rulesets())
    assert ruleset.confidence is Confidence.MEDIUM
    assert ruleset.rules == {}
    assert ruleset.description


def test_strict_shows_all() -> None:
    ruleset = load_ruleset("strict", passrole_rulesets())
    assert ruleset.confidence is Confidence.LOW
    assert "off" not in ruleset.rules.values()
