"""``passrole check``: what is missing."""

from __future__ import annotations

import argparse
import sys
from contextlib import redirect_stdout
from dataclasses import replace

from passrole.analysis import analyse
from passrole.cli import CLEAN
from passrole.cli.baselines import after_writing, baseline_of, compared, to_write
from passrole.cli.caching import cache_of
from passrole.cli.options import load_contributions, settings_from
from passrole.cli.output import write_all
from passrole.cli.progress import tell, watched
from passrole.cli.rendering import exit_code, reporter_of, shown
from passrole.cli.reports import wanted_reports
from passrole.executors import Executor
from passrole.reporters import DRAW_THE_MAP
from passrole.scans import scan
from passrole.settings import Settings


def run_check(options: argparse.Namespace) -> int:
    """Analyse, report, and say by the exit code what was found."""
    if options.repos and not (options.changed_since or _mends(options)):
        from passrole.cli.repositories import check_repositories  # noqa: PLC0415 - only with --repos

        return check_repositories(options)
    if options.changed_since:
        from passrole.cli.changed import limited  # noqa: PLC0415 - starts git, as nothing else does

        with limited(options, settings_from(options)) as settings:
            return _check(options, settings)
    return _check(options, settings_from(options))


def _mends(options: argparse.Namespace) -> bool:
    return bool(options.fix or options.diff or options.unsafe_fixes)


def _executor(options: argparse.Namespace, settings: Settings) -> Executor | None:
    """Other processes that do parts of the work, if asked for or where they may hang."""
    if settings.jobs == 1 and options.timeout is None:
        return None
    from passrole.executors.processes import processes  # noqa: PLC0415 - where it is asked for

    return processes(settings.jobs, options.timeout)


def _check(options: argparse.Namespace, settings: Settings) -> int:
    if _mends(options):
        from passrole.cli.fixing import check_and_mend  # noqa: PLC0415 - most never need it

        return check_and_mend(options, settings)
    baseline = baseline_of(settings, options.write_baseline)
    wanted = wanted_reports(options.reports, usual=settings.format)
    shows = [shown(settings, each) for each in wanted]
    with redirect_stdout(sys.stderr):  # what a plugin prints is no part of the report
        contributions = load_contributions(options)
        reporters, seconds = dict(contributions.reporters), options.timeout
        renders = [reporter_of(each.format, reporters, seconds) for each in wanted]
        if any(each.format in DRAW_THE_MAP for each in wanted):
            from passrole.reporters.map_data import map_of  # noqa: PLC0415 - most never need it

            with watched(options) as watch:
                analysis = analyse(settings, contributions, watch=watch)
            results = replace(analysis.results, pipelines=map_of(analysis.graphs))
        else:
            cache = cache_of(options, settings) if settings.changes is None else None
            with watched(options) as watch:
                executor, ends = _executor(options, settings), options.timeout is not None
                results = scan(settings, contributions, cache, watch, executor, elsewhere=ends)
        tell(options, settings, results)
        results = compared(results, baseline, settings)
        texts = [render(results, show) for render, show in zip(renders, shows, strict=True)]
    written = to_write(results, baseline, settings)
    code = exit_code(after_writing(results, bool(written)), settings)
    reports = list(zip(texts, (each.target for each in wanted), strict=True))
    if options.quiet and code == CLEAN and not results.findings and not results.diagnostics:
        reports = [each for each in reports if each[1] is not None]  # nothing to say on the screen
    write_all([*written, *reports])
    return code
