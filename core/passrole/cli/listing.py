"""``passrole rules``, ``rulesets`` and ``plugins``: what is there and who brought it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence

from passrole.cli import CLEAN, FOUND
from passrole.cli.options import load_contributions
from passrole.contributions import Contributions
from passrole.reporters.escaping import printable
from passrole.reporters.grouping import counted
from passrole.rulesets.reading import load_ruleset
from passrole.rulesets.settings import Ruleset

_FIXES = {"safe": "fix", "unsafe": "unsafe fix", "no": ""}


def run_rules(options: argparse.Namespace) -> int:
    """Every rule with its severity, category and owner."""
    contributions = load_contributions(options)
    if options.format == "json":
        rules = [
            {
                "id": rule.id, "title": rule.title, "severity": rule.severity.value,
                "category": rule.category.value, "confidence": rule.confidence.value,
                "plugin": contributions.owners[rule.id], "aws_checks": list(rule.aws_checks),
                "autofix": rule.autofix,
                "options": {
                    name: {"default": option.default, "description": option.description}
                    for name, option in rule.options.items()
                },
            }
            for rule in contributions.rules
        ]  # fmt: skip
        return print_json({"version": 1, "rules": rules})
    rows = [
        (
            rule.id,
            rule.severity.value,
            _FIXES[rule.autofix],
            contributions.owners[rule.id],
            rule.title,
        )
        for rule in contributions.rules
    ]
    return _print_table(rows)


def run_rulesets(options: argparse.Namespace) -> int:
    """Every ruleset with what it is for; with ``--test``, whether the checks of one hold."""
    contributions = load_contributions(options)
    if options.test:
        return _test(load_ruleset(options.test, contributions.rulesets), contributions, options)
    loaded = [load_ruleset(name, contributions.rulesets) for name in contributions.rulesets]
    if options.format == "json":
        data = [
            {
                "name": each.name, "description": each.description,
                "confidence": each.confidence.value, "categories": dict(each.categories),
                "rules": {rule_id: said.word or "on" for rule_id, said in each.rules.items()},
                "checks": sorted(each.checks),
            }
            for each in loaded
        ]  # fmt: skip
        return print_json({"version": 1, "rulesets": data})
    return _print_table([(each.name, each.description) for each in loaded])


def run_plugins(options: argparse.Namespace) -> int:
    """Every plugin, its distribution, and what it contributes."""
    contributions = load_contributions(options)
    if options.format == "json":
        return print_json({"version": 1, "plugins": [p._asdict() for p in contributions.plugins]})
    rows = [
        (
            plugin.name,
            f"{plugin.distribution} {plugin.version}",
            counted(len(plugin.providers), "provider"),
            counted(len(plugin.resource_types), "resource type"),
            counted(len(plugin.rules), "rule"),
            plugin.title,
        )
        for plugin in contributions.plugins
    ]
    return _print_table(rows)


def _test(ruleset: Ruleset, contributions: Contributions, options: argparse.Namespace) -> int:
    """Run the examples of the declared checks; 1 where one does not hold."""
    from passrole.testing.declared import try_checks  # noqa: PLC0415 - it loads the whole analysis

    tried = try_checks(ruleset, contributions)
    if options.format == "json":
        print_json({"version": 1, "ruleset": ruleset.name, "checks": [t._asdict() for t in tried]})
    else:
        for check, examples, problems in tried:
            said = f"{len(problems)} wrong" if problems else f"{examples} examples hold"
            sys.stdout.write(f"{check}: {said}\n")
            sys.stdout.writelines(f"  {printable(problem)}\n" for problem in problems)
        if not tried:
            sys.stdout.write("it declares no checks\n")
    return FOUND if any(each.problems for each in tried) else CLEAN


def _print_table(rows: Sequence[tuple[str, ...]]) -> int:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        sys.stdout.write(f"{_aligned(row, widths)}\n")
    return CLEAN


def _aligned(row: Iterable[str], widths: Sequence[int]) -> str:
    cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
    return printable("  ".join(cells).rstrip())


def print_json(data: object) -> int:
    """Print data as JSON that every terminal can show; the exit code for that."""
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=True) + "\n")
    return CLEAN
