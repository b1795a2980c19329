"""Rules that tell of flaws or of unmet needs alone are asked only where there is one of them."""

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from passrole import Report, Rule
from passrole.contributions import Contributions


class Listener:
    """A graph that finds nothing and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def flaws(self, _document: Any, words: Mapping[str, str], **_: Any) -> Iterator[Report]:
        self.asked.extend(words)
        return iter(())

    def unmet(self, _subject: Any, rule_id: str) -> Iterator[Report]:
        self.asked.append(rule_id)
        return iter(())

    def provider_of(self, _action: Any) -> None:
        return None


def told_of_nothing(rule: Rule) -> tuple[list[str], list[Report]]:
    """What a rule asks for, and what it reports where that is not there."""
    graph, subject = Listener(), SimpleNamespace(policy=SimpleNamespace(statements=()))
    reports = list(rule.check(subject, graph))
    return graph.asked, reports


def test_a_rule_of_flaws_names_all_that_it_tells_of(contributions: Contributions) -> None:
    telling = [rule for rule in contributions.rules if rule.flaws]
    assert len(telling) > 40

    for rule in telling:
        asked, reports = told_of_nothing(rule)
        assert (frozenset(asked), reports) == (rule.flaws, []), rule.id


def test_a_rule_of_needs_tells_of_what_is_unmet_under_its_id(contributions: Contributions) -> None:
    telling = [rule for rule in contributions.rules if rule.of_needs]
    assert len(telling) > 40

    for rule in telling:
        assert told_of_nothing(rule) == ([rule.id], []), rule.id
