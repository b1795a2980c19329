"""From results to texts and an exit code, as ``passrole check`` gives them."""

from __future__ import annotations

import os
import sys

from passrole.cli import CLEAN, FOUND, INCOMPLETE
from passrole.cli.deadlines import ended_after
from passrole.cli.reports import Wanted
from passrole.errors import IncompleteError, UsageError, did_you_mean
from passrole.findings import Reporter, ReportOptions, Results
from passrole.reporters import BUILT_IN, reporter
from passrole.settings import Settings


def reporter_of(
    name: str, contributed: dict[str, Reporter], seconds: float | None = None
) -> Reporter:
    """The reporter of a format, which raises IncompleteError after so many seconds, if given.

    Raises UsageError for a format that nobody brings.
    """
    render = reporter(name, contributed)
    if render is None:
        names = sorted({*BUILT_IN, *contributed})
        hint = did_you_mean(name, names) or f", only {', '.join(names)}"
        raise UsageError(f"there is no format {name!r}{hint}")
    late = IncompleteError(f"the report as {name} was not made within {seconds} s (--timeout)")

    def limited(results: Results, options: ReportOptions) -> str:
        with ended_after(seconds, late):
            return render(results, options)

    return limited


def shown(settings: Settings, report: Wanted) -> ReportOptions:
    """How one report shows the results."""
    return ReportOptions(
        colour=report.target is None and _wants_colour(),
        show_unknown=settings.show_unknown,
        suppressed=settings.suppressed,
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
