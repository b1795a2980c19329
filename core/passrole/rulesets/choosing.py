"""Which rules run on a file, as a ruleset and the command line say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from passrole.documents.ignoring import matcher
from passrole.documents.locations import Location
from passrole.errors import UsageError, did_you_mean
from passrole.findings import Confidence, Finding, Severity
from passrole.records import NamedTuple
from passrole.rules import OptionValue, Rule
from passrole.rulesets.places import Place
from passrole.rulesets.settings import OFF, ON, Ruleset, RuleSetting

_NOTHING = RuleSetting("", {}, Place("", 0, 0))


class Setting(NamedTuple):
    """How a rule runs where it is on: how severe its findings are, and all of its options."""

    severity: Severity
    options: Mapping[str, OptionValue]


class ActiveRule(NamedTuple):
    """A rule that is on somewhere. ``paths`` are exceptions for files, the last one first."""

    rule: Rule
    setting: Setting | None
    paths: tuple[tuple[Any, Setting | None], ...] = ()

    def at(self, path: str) -> Setting | None:
        """How the rule runs on what is defined in the file at ``path``; None where it is off."""
        for patterns, setting in self.paths:
            if patterns.match_file(path):
                return setting
        return self.setting

    @classmethod
    def alone(cls, rule: Rule) -> ActiveRule:
        """A rule as it is without any ruleset."""
        return cls(rule, Setting(rule.severity, rule.defaults))


def active_rules(
    ruleset: Ruleset,
    rules: Iterable[Rule],
    select: Iterable[str],
    ignore: Iterable[str],
    *,
    lenient: bool = False,
    places: Mapping[str, Location] | None = None,
) -> tuple[ActiveRule, ...]:
    """The rules that are on anywhere; ``select`` beats the ruleset, ``ignore`` both.

    ``lenient`` passes over rules in the ruleset that are not there: plugins were left out.
    ``places`` says where the names in ``select`` and ``ignore`` stand, if in a file.
    Raises UsageError for an id that no rule has and for options that a rule does not take.
    """
    by_id = {rule.id: rule for rule in rules}
    selected, ignored = frozenset(select), frozenset(ignore)
    for rule_id in sorted({*selected, *ignored}):
        if rule_id not in by_id:
            place = f"{places[rule_id]}: " if places and rule_id in places else ""
            raise UsageError(f"{place}there is no rule {rule_id!r}{did_you_mean(rule_id, by_id)}")
    bases = (each.base.rules for each in ruleset.paths if each.base is not None)
    for said in (ruleset.rules, *(each.rules for each in ruleset.paths), *bases):
        _check({k: v for k, v in said.items() if k in by_id} if lenient else said, by_id)
    # Patterns of one ruleset are compiled once and shared by its rules.
    patterns = [each.files or _matcher(ruleset, each.patterns) for each in ruleset.paths]
    active = []
    for rule_id, rule in sorted(by_id.items()):
        if rule_id in ignored or (selected and rule_id not in selected):
            continue
        each = _active(rule, ruleset, patterns, always=rule_id in selected)
        if each.setting is not None or any(setting for _, setting in each.paths):
            active.append(each)
    return tuple(active)


def _active(rule: Rule, ruleset: Ruleset, patterns: Sequence[Any], *, always: bool) -> ActiveRule:
    said, word = _said(rule, ruleset)
    paths = []
    for path, files in zip(ruleset.paths, patterns, strict=True):
        if path.base is not None or rule.id in path.rules or rule.category in path.categories:
            before, otherwise = _said(rule, path.base) if path.base is not None else (said, word)
            here = path.rules.get(rule.id, _NOTHING)
            own = here.word or path.categories.get(rule.category, otherwise)
            options = {**before.options, **here.options}
            paths.append((files, _setting(rule, own, options, always=always)))
    return ActiveRule(
        rule, _setting(rule, word, said.options, always=always), tuple(reversed(paths))
    )


def _said(rule: Rule, ruleset: Ruleset) -> tuple[RuleSetting, str]:
    """What a ruleset says of a rule everywhere, and the word that follows from it."""
    said = ruleset.rules.get(rule.id, _NOTHING)
    return said, said.word or ruleset.categories.get(rule.category, ON)


def is_shown(finding: Finding, ruleset: Ruleset) -> bool:
    """Whether a finding is sure enough for the ruleset, in its file."""
    return finding.confidence.rank <= _least_at(ruleset, finding.location.path).rank


def _least_at(ruleset: Ruleset, path: str) -> Confidence:
    """The least confidence that is shown of what is found in a file."""
    for each in reversed(ruleset.paths):
        if each.base is not None and each.files is not None and each.files.match_file(path):
            return each.base.confidence
    return ruleset.confidence


def _setting(
    rule: Rule, word: str, options: Mapping[str, OptionValue | None], *, always: bool
) -> Setting | None:
    if word == OFF and not always:
        return None
    severity = rule.severity if word in (ON, OFF) else Severity(word)
    given = {name: value for name, value in options.items() if value is not None}
    return Setting(severity, {**rule.defaults, **given})


def _check(said: Mapping[str, RuleSetting], by_id: Mapping[str, Rule]) -> None:
    for rule_id, setting in said.items():
        rule = by_id.get(rule_id)
        if rule is None:
            hint = did_you_mean(rule_id, by_id)
            raise UsageError(f"{setting.place}: there is no rule {rule_id!r}{hint}")
        for name, value in setting.options.items():
            option = rule.options.get(name)
            if option is None:
                hint = did_you_mean(name, rule.options) or (
                    "" if rule.options else "; it takes none"
                )
                raise UsageError(f"{setting.place}: rule {rule_id} has no option {name!r}{hint}")
            if type(value) is not type(option.default):
                kind = _KINDS[type(option.default)]
                raise UsageError(f"{setting.place}: option {name} of {rule_id} is {kind}")


_KINDS = {bool: "true or false", int: "a whole number", str: "a text", tuple: "a list of texts"}


def _matcher(ruleset: Ruleset, patterns: Iterable[str]) -> Any:
    try:
        return matcher(patterns)
    except ValueError as error:
        raise UsageError(f"ruleset {ruleset.name!r}: paths: {error}") from error
