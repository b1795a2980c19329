"""``passrole check``: what is missing."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import redirect_stdout
from dataclasses import replace

from passrole.analysis import analyse
from passrole.cli import CLEAN, FOUND, INCOMPLETE
from passrole.cli.options import load_contributions, settings_from
from passrole.cli.output import write
from passrole.errors import UsageError, did_you_mean
from passrole.findings import ReportOptions, Results
from passrole.reporters import BUILT_IN, DRAW_THE_MAP, reporter
from passrole.settings import Settings


def run_check(options: argparse.Namespace) -> int:
    """Analyse, report, and say by the exit code what was found."""
    settings = settings_from(options)
    show = ReportOptions(colour=_wants_colour(options), show_unknown=settings.show_unknown)
    with redirect_stdout(sys.stderr):  # what a plugin prints is no part of the report
        contributions = load_contributions(options)
        render = reporter(options.format, dict(contributions.reporters))
        if render is None:
            names = sorted({*BUILT_IN, *contributions.reporters})
            hint = did_you_mean(options.format, names) or f", only {', '.join(names)}"
            raise UsageError(f"there is no format {options.format!r}{hint}")
        analysis = analyse(settings, contributions)
        results = analysis.results
        if options.format in DRAW_THE_MAP:
            from passrole.reporters.map_data import map_of  # noqa: PLC0415 - most never need it

            results = replace(results, pipelines=map_of(analysis.graphs))
        text = render(results, show)
    write(text, options.output)
    return exit_code(results, settings)


def exit_code(results: Results, settings: Settings) -> int:
    """3 for an incomplete analysis, 1 for findings that count, else 0."""
    if results.incomplete and not settings.allow_incomplete:
        return INCOMPLETE
    worst = settings.fail_on
    if worst is not None and any(f.severity.rank <= worst.rank for f in results.findings):
        return FOUND
    if settings.fail_on_unknown and results.unknowns:
        return FOUND
    return CLEAN


def _wants_colour(options: argparse.Namespace) -> bool:
    if options.output is not None or os.environ.get("NO_COLOR"):
        return False
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
