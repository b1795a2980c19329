"""The rules of a run: those of plugins and of the ruleset, as the settings choose among them."""

from __future__ import annotations

from passrole.contributions import Contributions, with_checks_of
from passrole.records import NamedTuple
from passrole.rulesets.choosing import ActiveRule, active_rules
from passrole.rulesets.reading import load_ruleset
from passrole.rulesets.settings import Ruleset
from passrole.settings import Settings


class RulesInForce(NamedTuple):
    """The ruleset, what plugins bring together with its own checks, and the rules that are on."""

    ruleset: Ruleset
    contributions: Contributions
    rules: tuple[ActiveRule, ...]


def rules_in_force(settings: Settings, contributions: Contributions) -> RulesInForce:
    """What a run with these settings asks.

    Raises UsageError where the settings name a rule or a ruleset that nobody brings.
    """
    ruleset = load_ruleset(
        settings.ruleset, contributions.rulesets, settings.project, settings.rule_places
    )
    contributions = with_checks_of(ruleset, contributions)
    rules = active_rules(
        ruleset,
        contributions.rules,
        settings.select,
        settings.ignore,
        lenient=contributions.is_partial,
        places=settings.rule_places,
    )
    return RulesInForce(ruleset, contributions, rules)
