"""``passrole check``: what is missing."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import redirect_stdout
from dataclasses import replace

from passrole.analysis import analyse
from passrole.cli import CLEAN, FOUND, INCOMPLETE
from passrole.cli.caching import cache_of
from passrole.cli.options import load_contributions, settings_from
from passrole.cli.output import write_all
from passrole.cli.reports import Wanted, wanted_reports
from passrole.errors import UsageError, did_you_mean
from passrole.findings import Reporter, ReportOptions, Results
from passrole.reporters import BUILT_IN, DRAW_THE_MAP, reporter
from passrole.scans import scan
from passrole.settings import Settings


def run_check(options: argparse.Namespace) -> int:
    """Analyse, report, and say by the exit code what was found."""
    settings = settings_from(options)
    wanted = wanted_reports(options.reports, usual="text")
    shows = [_shown(settings, each) for each in wanted]
    with redirect_stdout(sys.stderr):  # what a plugin prints is no part of the report
        contributions = load_contributions(options)
        renders = [_reporter(each.format, dict(contributions.reporters)) for each in wanted]
        if any(each.format in DRAW_THE_MAP for each in wanted):
            from passrole.reporters.map_data import map_of  # noqa: PLC0415 - most never need it

            analysis = analyse(settings, contributions)
            results = replace(analysis.results, pipelines=map_of(analysis.graphs))
        else:
            results = scan(settings, contributions, cache_of(options, settings))
        texts = [render(results, show) for render, show in zip(renders, shows, strict=True)]
    write_all(zip(texts, (each.target for each in wanted), strict=True))
    return exit_code(results, settings)


def _reporter(name: str, contributed: dict[str, Reporter]) -> Reporter:
    render = reporter(name, contributed)
    if render is None:
        names = sorted({*BUILT_IN, *contributed})
        hint = did_you_mean(name, names) or f", only {', '.join(names)}"
        raise UsageError(f"there is no format {name!r}{hint}")
    return render


def _shown(settings: Settings, report: Wanted) -> ReportOptions:
    return ReportOptions(
        colour=report.target is None and _wants_colour(),
        show_unknown=settings.show_unknown,
        fail_on=settings.fail_on,
        fail_on_unknown=settings.fail_on_unknown,
        root=os.path.abspath(settings.root),  # noqa: PTH100 - a text for URIs, links left alone
    )


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


def _wants_colour() -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
