"""What holds in the end, and who says so: the rows of ``passrole config``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from passrole.configuration.keys import BY_PATH, KEYS
from passrole.configuration.layers import COMMAND_LINE, DEFAULT, Layers
from passrole.configuration.project import PathEntry
from passrole.configuration.values import GivenSet
from passrole.records import NamedTuple
from passrole.rules import Rule
from passrole.rulesets.choosing import ActiveRule
from passrole.rulesets.settings import OFF, Ruleset


class Row(NamedTuple):
    """A key, its value as data, and where the value comes from."""

    name: str
    value: Any
    source: str
    beaten: str = ""
    """Where the settings of the project say something else, which does not count."""


class RuleRow(NamedTuple):
    """A rule, ``off`` or its severity, and who says so."""

    rule: str
    word: str
    source: str


def rows(layers: Layers) -> Iterator[Row]:
    """Every key with the value that holds."""
    project = layers.project
    for key in KEYS:
        found = layers.effective(key.name)
        said = project.values.get(key.name) if project is not None else None
        beaten = str(said.place) if said is not None and found.source == COMMAND_LINE else ""
        value = key.default if found.source == DEFAULT else found.value
        yield Row(key.name, plain(value), found.source, beaten)


def path_rows(entry: PathEntry) -> Iterator[Row]:
    """What an entry of ``paths`` says."""
    for key in BY_PATH:
        given = entry.values.get(key.name)
        if given is not None:
            yield Row(key.name, plain(given.value), str(given.place))
    for category, word in sorted(entry.categories.items()):
        yield Row(f"categories.{category.value}", word, str(entry.place))
    for rule_id, said in sorted(entry.rules.items()):
        yield Row(f"rules.{rule_id}", said.word or dict(said.options), str(said.place))


def rule_rows(
    rules: Iterable[Rule], active: Iterable[ActiveRule], chosen: Ruleset, layers: Layers
) -> Iterator[RuleRow]:
    """Every rule; ``chosen`` is the ruleset without what the project says."""
    on = {each.rule.id: each for each in active}
    for rule in rules:
        found = on.get(rule.id)
        setting = found.setting if found is not None else None
        word = setting.severity.value if setting is not None else OFF
        yield RuleRow(rule.id, word, _source_of(rule, chosen, layers))


def _source_of(rule: Rule, chosen: Ruleset, layers: Layers) -> str:
    project = layers.project
    for name in ("ignore", "select"):
        said = layers.effective(name)
        if said.value and (rule.id in said.value or name == "select"):
            return f"{name}, {said.source}"
    if project is not None and rule.id in project.rules and project.rules[rule.id].word:
        return str(project.rules[rule.id].place)
    if rule.id in chosen.rules and chosen.rules[rule.id].word:
        return f"ruleset {chosen.name}"
    if project is not None and rule.category in project.categories:
        return str(project.rules_place or project.path)
    if rule.category in chosen.categories:
        return f"ruleset {chosen.name}"
    return "its own"


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, GivenSet):
        values = {name: text for name, text, _ in value.values}
        return {"name": value.name, "files": list(value.files), "values": values}
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    return value
