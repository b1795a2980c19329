"""``passrole explain``: the page of a rule or of an IAM action."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable

from passrole.cli import CLEAN
from passrole.cli.action_page import action_page, similar
from passrole.cli.options import load_contributions
from passrole.errors import UsageError, did_you_mean
from passrole.reporters.escaping import printable
from passrole.rules import Rule

_IAM_ACTION = re.compile(r"\b[a-z][a-z0-9-]+:[A-Z][A-Za-z0-9]+\b")
_ONE_ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9]+")
_CAPITAL = re.compile(r"[A-Z][a-z]+")
_WORD = re.compile(r"[a-z]{4,}")


def run_explain(options: argparse.Namespace) -> int:
    """Print the page. Raises UsageError with the nearest ids for a rule that is not there."""
    contributions = load_contributions(options)
    rules = {rule.id: rule for rule in contributions.rules}
    asked = " ".join(options.rule)
    rule = rules.get(asked)
    if rule is None and _ONE_ACTION.fullmatch(asked):
        page = action_page(asked, contributions)
        if page is None:
            near = similar(asked)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            raise UsageError(f"IAM's reference data has no action {asked!r}{hint}")
        sys.stdout.writelines(f"{printable(line)}\n" for line in page)
        return CLEAN
    if rule is None:
        raise UsageError(_no_rule(asked, rules.values()))
    plugin = contributions.owners[rule.id]
    sys.stdout.write(f"{rule.id}  {rule.severity}  {rule.category}  (plugin {plugin})\n\n")
    sys.stdout.writelines(f"{printable(line)}\n" for line in rule.help.splitlines())
    if rule.options:
        sys.stdout.write("\nOptions of a ruleset:\n")
        sys.stdout.writelines(
            printable(f"  {name} (default: {option.default}): {option.description}") + "\n"
            for name, option in rule.options.items()
        )
    return CLEAN


def _no_rule(asked: str, rules: Iterable[Rule]) -> str:
    if " " not in asked:
        hint = did_you_mean(asked, [rule.id for rule in rules])
        return f"there is no rule {asked!r}{hint or '; see `passrole rules`'}"
    close = nearest(asked, rules)
    hint = f"the closest are {', '.join(close)}" if close else "`passrole rules` lists them"
    return f"explain knows rules by id and IAM actions by name, and no error text yet; {hint}"


def nearest(text: str, rules: Iterable[Rule]) -> list[str]:
    """The ids of the three rules whose pages share the most with a pasted error text."""
    actions = set(_IAM_ACTION.findall(text))
    words = set(_WORD.findall(_CAPITAL.sub(r" \g<0>", text).lower()))
    scores = {
        rule.id: 100 * len(actions & set(_IAM_ACTION.findall(rule.page)))
        + len(words & set(_WORD.findall(rule.id)))
        for rule in rules
    }
    found = sorted((-score, rule_id) for rule_id, score in scores.items() if score)
    return [rule_id for _, rule_id in found[:3]]
