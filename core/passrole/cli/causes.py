"""From an error text to its likely causes: rules by their symptoms, and by the denied action."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import islice
from math import log
from typing import Any

from passrole.cli.action_page import principal_words
from passrole.contributions import Contributions
from passrole.iam.denials import Denial, denials_in, plain
from passrole.iam.reference.catalogue import is_wildcard_only
from passrole.model.needs import Certainty, Derived, Need, Via
from passrole.records import NamedTuple
from passrole.rules import Rule
from passrole.symptoms import Symptom, folded

# A rule whose need is the denied action explains as much as a phrase of so many letters; the rule
# for what has no rule of its own a little less.
_NEEDED, _NEEDED_SOMEHOW, _DENIED = 14, 13, 5
_GENERAL = "missing-action-permission"
_ENOUGH = 9.0  # of a page that is only near
_WORD_MIN = 4
_WORDS = 400  # of a text: what is longer is a log, and its words say nothing


class Cause(NamedTuple):
    """A rule that may explain the text, how well, and by which symptom if by one."""

    rule: Rule
    likeness: float
    symptom: Symptom | None


class Explained:
    """An error text with what can be read from it."""

    def __init__(self, text: str, contributions: Contributions) -> None:
        self.words = folded(plain(text))
        self._contributions = contributions
        self.denials = tuple(self._spelled(each) for each in denials_in(text))

    @cached_property
    def needs(self) -> dict[str, list[Need]]:
        """The needs that each rule reports."""
        found: dict[str, dict[int, Need]] = defaultdict(dict)
        for provider in self._contributions.providers:
            for need in provider.needs:
                if not need.documented_block:
                    found[need.rule][id(need)] = need  # providers share their needs
        return {rule: list(needs.values()) for rule, needs in found.items()}

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """The rules that explain it, the likeliest first."""
        found = [each for each in map(self._cause, self._contributions.rules) if each.likeness]
        return tuple(sorted(found, key=lambda each: (-each.likeness, each.rule.severity.rank)))

    @cached_property
    def pages(self) -> tuple[Cause, ...]:
        """The rules whose pages have the most rare words of the text, where no symptom has it."""
        texts = [
            (rule, folded(f"{rule.id} {rule.page.partition('```')[0]}"))
            for rule in self._contributions.rules
        ]
        long = (word for word in self.words.split() if len(word) >= _WORD_MIN)
        given = islice(dict.fromkeys(long), _WORDS)
        weights = {
            word: log(len(texts) / count)
            for word in given
            if (count := sum(f" {word} " in text for _, text in texts))
        }
        found = (
            Cause(rule, sum(w for word, w in weights.items() if f" {word} " in text), None)
            for rule, text in texts
        )
        near = [each for each in found if each.likeness > _ENOUGH]
        return tuple(sorted(near, key=lambda each: -each.likeness))

    def _cause(self, rule: Rule) -> Cause:
        best, by = max(
            ((symptom.likeness(self.words), symptom) for symptom in rule.symptoms),
            key=lambda each: each[0],
            default=(0, None),
        )
        by = by if best else None
        needed = _DENIED if rule.id == _GENERAL and self.denials else 0
        for denial in self.denials:
            if any(denial.action in _actions(need) for need in self.needs.get(rule.id, ())):
                needed = _NEEDED_SOMEHOW if rule.id == _GENERAL else _NEEDED
        return Cause(rule, best + needed, by)

    def _spelled(self, denial: Denial) -> Denial:
        """The denial with the service of its action, where only its name is given."""
        if ":" in denial.action:
            return denial
        ending = f":{denial.action.lower()}"
        for needs in self.needs.values():
            for need in needs:
                if need.iam_action.lower().endswith(ending):
                    return denial._replace(action=need.iam_action)
        return denial

    def statements(self, cause: Cause) -> tuple[str, ...]:
        """The statements to add, as JSON; none where a statement is not what is missing."""
        if cause.symptom is not None and cause.symptom.add:
            return (cause.symptom.add,)
        needs = [n for n in self.needs.get(cause.rule.id, ()) if n.certainty is Certainty.HIGH]
        denied = [each for each in self.denials if ":" in each.action]
        if denied:
            if any(each.explicit for each in denied):
                return ()
            return tuple(dict.fromkeys(_for_denial(each, needs) for each in denied))
        return () if cause.rule.id == _GENERAL else _for_needs(needs)

    def holders(self, cause: Cause) -> tuple[str, ...]:
        """To which role or policy the statements go."""
        if cause.symptom is not None and cause.symptom.where:
            return (cause.symptom.where,)
        named = [_named(each) for each in self.denials if each.role]
        if named:
            return tuple(dict.fromkeys(named))
        needs = self.needs.get(cause.rule.id, ())
        return tuple(dict.fromkeys(principal_words(need) for need in needs))


def _named(denial: Denial) -> str:
    account = f" of account {denial.account}" if denial.account else ""
    whose = next((w for start, w in _SESSIONS if denial.session.startswith(start)), "")
    return f"role {denial.role}{account}{whose}"


_SESSIONS = (
    ("AWSCodeBuild", ", which CodeBuild uses: the service role of a build project"),
    ("AWSCloudFormation", ", which CloudFormation uses: the role of a stack"),
)
"""What the names of sessions tell of who assumed a role."""


def _actions(need: Need) -> tuple[str, ...]:
    return (need.iam_action, *need.alternatives)


def _for_denial(denial: Denial, needs: Iterable[Need]) -> str:
    resource = "*" if is_wildcard_only(denial.action) else denial.resource or "${resource}"
    statement: dict[str, Any] = {"Effect": "Allow", "Action": denial.action, "Resource": resource}
    passed = {
        str(need.context["iam:PassedToService"])
        for need in needs
        if denial.action == need.iam_action and "iam:PassedToService" in need.context
    }
    if len(passed) == 1:
        statement["Condition"] = {"StringEquals": {"iam:PassedToService": passed.pop()}}
    return json.dumps(statement)


def _for_needs(needs: Iterable[Need]) -> tuple[str, ...]:
    actions: dict[str, list[str]] = {}
    for need in needs:
        found = actions.setdefault(_resource(need), [])
        if need.iam_action not in found:
            found.append(need.iam_action)
    return tuple(
        json.dumps({"Effect": "Allow", "Action": each if len(each) > 1 else each[0], "Resource": r})
        for r, each in actions.items()
    )


def _resource(need: Need) -> str:
    resource = need.resource
    if isinstance(resource, (Via, Derived)):
        return f"${{{resource.key}}}"
    return resource.replace("{", "${")
