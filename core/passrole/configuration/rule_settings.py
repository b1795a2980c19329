"""What a settings file says of rules and of their categories, in the words of a ruleset."""

from __future__ import annotations

from passrole.configuration.checks import SEVERITIES
from passrole.configuration.entries import Entry
from passrole.documents.nodes import Mapping, Scalar, Sequence
from passrole.errors import did_you_mean
from passrole.findings import Category
from passrole.rules import OptionValue
from passrole.rulesets.places import Place
from passrole.rulesets.settings import OFF, ON, RuleSetting

WORDS = (ON, OFF, *SEVERITIES)
_CATEGORIES = tuple(each.value for each in Category)


def read_categories(entry: Entry | None) -> dict[Category, str]:
    """A word for each category. Raises UsageError for a category or a word that is none."""
    if entry is None:
        return {}
    return {Category(name): _word(each) for name, each in entry.known(_CATEGORIES).items()}


def read_rules(entry: Entry | None) -> dict[str, RuleSetting]:
    """What is said of rules, by their ids: a word, or a table of severity and options.

    Raises UsageError for what is neither. Whether there is such a rule is known only later.
    """
    if entry is None:
        return {}
    return {each.own_name: _rule(each) for each in entry.entries()}


def _rule(entry: Entry) -> RuleSetting:
    place = Place(entry.place.path, entry.place.line, entry.place.column)
    if not isinstance(entry.node, Mapping):
        return RuleSetting(_word(entry), {}, place)
    entries = entry.known(("severity", "options"))
    word = _word(entries["severity"]) if "severity" in entries else ""
    options = entries["options"].entries() if "options" in entries else ()
    return RuleSetting(word, {each.own_name: _option(each) for each in options}, place)


def _word(entry: Entry) -> str:
    word = entry.text("on, off or a severity")
    if word not in WORDS:
        entry.refuse(
            f"{entry.name} is {word!r}, not on, off or a severity{did_you_mean(word, WORDS)}"
        )
    return word


def _option(entry: Entry) -> OptionValue:
    node = entry.node
    if isinstance(node, Sequence):
        return tuple(each.text() for each in entry.items())
    if not isinstance(node, Scalar):
        entry.expected("true, false, a whole number, a text or a list of texts")
    if not node.plain:
        return node.text
    if node.text in ("true", "false"):
        return node.text == "true"
    return entry.number(10**9)
