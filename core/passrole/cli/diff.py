"""``passrole diff``: what roles gained and lost, and what was found, between two trees."""

from __future__ import annotations

import argparse
import sys
from contextlib import redirect_stdout
from importlib import import_module

from passrole.analysis import analyse
from passrole.cli import CLEAN, FOUND, INCOMPLETE
from passrole.cli.options import load_contributions
from passrole.cli.output import write
from passrole.cli.rendering import shown
from passrole.cli.reports import Wanted
from passrole.cli.sides import Tree, both_sides
from passrole.comparison.changes import EXCESS, Comparison, Side
from passrole.comparison.comparing import compare
from passrole.contributions import Contributions
from passrole.errors import UsageError
from passrole.graph.questions import Graph
from passrole.settings import Settings


def run_diff(options: argparse.Namespace) -> int:
    """Compare two trees, report, and say by the exit code whether something got worse."""
    with both_sides(options) as (before, after), redirect_stdout(sys.stderr):
        contributions = load_contributions(options)
        base, old = _analysed(before, contributions)
        head, new = _analysed(after, contributions)
        settings = after.settings
        comparison = compare(base, head, old, new)
        render = import_module(f"passrole.reporters.diff_{options.format}").render
        target = None if options.output == "-" else options.output
        text = render(comparison, shown(settings, Wanted(options.format, target)))
    write(text, options.output)
    return exit_code(comparison, settings, fail_on_gained=options.fail_on_gained)


def _analysed(tree: Tree, contributions: Contributions) -> tuple[Side, tuple[Graph, ...]]:
    try:
        analysis = analyse(tree.settings, contributions)
    except UsageError as error:
        raise tree.refused(error) from error
    results = tree.completed(analysis.results)
    scps = tree.settings.deployment.scps
    return Side(tree.name, tree.kind, tree.commit, results, scps), analysis.graphs


def exit_code(comparison: Comparison, settings: Settings, *, fail_on_gained: bool = False) -> int:
    """3 where a side is incomplete, 1 where something got worse, else 0."""
    if comparison.incomplete and not settings.allow_incomplete:
        return INCOMPLETE
    worst = settings.fail_on
    listed = (comparison.findings, comparison.paths)
    # What may be new counts: nobody knows that it is not.
    new = [finding for each in listed for finding in (*each.new, *each.unsure)]
    if worst is not None and any(each.severity.rank <= worst.rank for each in new):
        return FOUND
    if settings.fail_on_unknown and comparison.head.results.unknowns:
        return FOUND
    if fail_on_gained and any(_is_excess(comparison)):
        return FOUND
    return CLEAN


def _is_excess(comparison: Comparison) -> list[bool]:
    return [
        permission.certain and permission.needed in EXCESS
        for change in comparison.identities
        for permission in change.gained
    ]
