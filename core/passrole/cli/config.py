"""``passrole config``: the settings that hold, where each comes from, and what does not count."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from passrole.cli import CLEAN
from passrole.cli.listing import print_json
from passrole.cli.options import find_root, layers_of, load_contributions, settings_from
from passrole.cli.settings_files import Unused, unused_files, user_trust
from passrole.configuration.effective import Row, RuleRow, path_rows, rows, rule_rows
from passrole.configuration.layers import Layers
from passrole.configuration.user import user_file
from passrole.reporters.escaping import page, printable
from passrole.rules_in_force import rules_in_force
from passrole.rulesets.reading import load_ruleset
from passrole.settings import Settings


def run_config(options: argparse.Namespace) -> int:
    """Print them. Raises UsageError for settings that a check would refuse as well."""
    if options.schema:
        from passrole.configuration.schema import schema  # noqa: PLC0415 - editors ask, nobody else

        return print_json(schema())
    layers, _ = layers_of(options)
    settings = settings_from(options)
    known = _rules(options, settings, layers)
    paths = tuple(Path(path) for path in options.paths or ["."])
    unused = sorted(set(unused_files(options, paths, find_root(paths), layers.project)))
    if options.format == "json":
        return print_json(_data(layers, settings, known, unused))
    lines = _lines(layers, settings, known if options.rules else _told(known), unused)
    sys.stdout.write(page(map(printable, lines)))
    return CLEAN


def _rules(options: argparse.Namespace, settings: Settings, layers: Layers) -> list[RuleRow]:
    """Every rule; reading them finds names that no rule has, as a check does."""
    contributions = load_contributions(options)
    chosen = load_ruleset(settings.ruleset, contributions.rulesets, places=settings.rule_places)
    _, contributions, active = rules_in_force(settings, contributions)
    return list(rule_rows(contributions.rules, active, chosen, layers))


def _told(known: Sequence[RuleRow]) -> list[RuleRow]:
    """The rules that somebody has spoken of, but for rulesets, which speak of many."""
    return [each for each in known if each.source != "its own" and "ruleset " not in each.source]


def _lines(
    layers: Layers, settings: Settings, known: Sequence[RuleRow], unused: Sequence[Unused]
) -> Iterator[str]:
    yield f"project settings  {layers.project.path if layers.project is not None else 'none'}"
    yield f"user settings     {user_file() or 'none'}"
    yield f"third-party       {_trusted()}"
    for each in unused:
        yield f"ignored           {each.path}: {each.reason}"
    yield ""
    table = [(row.name, _written(row.value), _sourced(row)) for row in rows(layers)]
    yield from _aligned(table)
    project = layers.project
    for entry in project.paths if project is not None else ():
        yield ""
        yield f"for {', '.join(entry.match)}"
        said = [(f"  {row.name}", _written(row.value), row.source) for row in path_rows(entry)]
        yield from _aligned(said)
    if known:
        yield ""
        yield from _aligned([("rule", "severity", ""), *known])
    if settings.suppressions:
        yield ""
        yield from _aligned(
            [
                (f"suppressed  {each.rule}", each.reason, str(each.place or ""))
                for each in settings.suppressions
            ]
        )
    if settings.notices:
        yield ""
        yield "named in every report:"
        yield from (f"  {each.location}  {each.message}" for each in settings.notices)


def _trusted() -> str:
    trust = user_trust()
    if not trust.third_party:
        return "no plugin"
    return "all that are installed" if trust.allowed is None else ", ".join(sorted(trust.allowed))


def _sourced(row: Row) -> str:
    return f"{row.source} (not {row.beaten})" if row.beaten else row.source


def _written(value: Any) -> str:
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        return "; ".join(map(_deployment, value))
    return "-" if value is None else json.dumps(value, ensure_ascii=False)


def _deployment(given: dict[str, Any]) -> str:
    """A set of parameters: its name, and where its values are from."""
    values = (f"{name}={value}" for name, value in given["values"].items())
    sources = [*given["files"], *values]
    name = given["name"]
    return name if name == ",".join(sources) else f"{name} ({', '.join(sources)})"


def _aligned(table: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [min(max(map(len, column)), 40) for column in zip(*table, strict=True)]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _data(
    layers: Layers, settings: Settings, known: Sequence[RuleRow], unused: Sequence[Unused]
) -> dict[str, Any]:
    project = layers.project
    trust = user_trust()
    return {
        "version": 1,
        "files": {
            "project": project.path if project is not None else None,
            "user": user_file(),
            "ignored": [each._asdict() for each in unused],
        },
        "third_party": {
            "loaded": trust.third_party,
            "allowed": sorted(trust.allowed) if trust.allowed is not None else None,
        },
        "settings": [row._asdict() for row in rows(layers)],
        "paths": [
            {"match": list(entry.match), "settings": [row._asdict() for row in path_rows(entry)]}
            for entry in (project.paths if project is not None else ())
        ],
        "rules": [each._asdict() for each in known],
        "facts": [
            {"count": count, "what": what} for count, what in settings.deployment.facts.counts
        ],
        "notices": [
            {"message": each.message, "place": str(each.location)} for each in settings.notices
        ],
    }
