"""``passrole check --fix`` and ``--diff``: findings mended in the files, or shown as a diff."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import replace

from passrole.analysis import Analysis, analyse
from passrole.cli import CLEAN, FOUND, INCOMPLETE
from passrole.cli.baselines import baseline_of, compared
from passrole.cli.options import load_contributions
from passrole.cli.output import write_all
from passrole.cli.rendering import exit_code, reporter_of, shown
from passrole.cli.reports import wanted_reports
from passrole.contributions import Contributions
from passrole.documents.tree import Tree
from passrole.errors import UsageError
from passrole.findings import Results, Suppression
from passrole.fixes.comments import without_unused
from passrole.fixes.files import Originals, unified_diff, write_texts
from passrole.fixes.mending import Checked, Mended, mend, with_fixes
from passrole.reporters import DRAW_THE_MAP
from passrole.reporters.escaping import printable
from passrole.reporters.map_data import map_of
from passrole.settings import Settings

_DIFF = "text"
"""The format that is the diff itself where one is asked for."""


def check_and_mend(options: argparse.Namespace, settings: Settings) -> int:
    """Mend, or show how; report what is left, and say by the exit code what was found.

    With ``--diff`` nothing is written, and the code is 1 where something would change. The text
    format is then the diff; all others report what was found, with the edits that mend it.
    """
    if not (options.fix or options.diff):
        raise UsageError("--unsafe-fixes says what --fix and --diff may do: give one of them too")
    if options.repos:
        raise UsageError("--repos looks at many repositories: use --fix or --diff in one of them")
    if options.write_baseline is not None:
        raise UsageError(
            "--write-baseline goes without --fix and --diff: mend first, then write it"
        )
    baseline = baseline_of(settings)
    wanted = wanted_reports(options.reports, usual=_DIFF if options.diff else settings.format)
    with redirect_stdout(sys.stderr):  # what a plugin prints is no part of the report
        contributions = load_contributions(options)
        run = _Run(settings, contributions, draws=any(e.format in DRAW_THE_MAP for e in wanted))
        first = run.check({})
        mended = mend(first, run.check, settings.limits, unsafe=options.unsafe_fixes)
        gone = without_unused(mended, run.check, settings.limits)
        originals = Originals(first.results.sources, Tree(settings.root, settings.paths))
        diff = unified_diff(originals, mended.texts)
        results = with_fixes(first, mended) if options.diff else run.write(originals, mended, gone)
        results = compared(results, baseline, settings)
        texts = [
            _on_screen(diff, each.target)
            if options.diff and each.format == _DIFF
            else reporter_of(each.format, dict(contributions.reporters))(
                results, shown(settings, each)
            )
            for each in wanted
        ]
    code = exit_code(results, settings)
    reports = list(zip(texts, (each.target for each in wanted), strict=True))
    if options.quiet and code == CLEAN and not results.findings and not results.diagnostics:
        reports = [each for each in reports if each[1] is not None]  # nothing to say on the screen
    write_all(reports)
    if not options.diff:
        return code
    if results.incomplete and not settings.allow_incomplete:
        return INCOMPLETE
    return FOUND if diff else CLEAN


class _Run:
    """The analysis of one tree, with other texts in place of some files."""

    def __init__(self, settings: Settings, contributions: Contributions, *, draws: bool) -> None:
        self._settings = settings
        self._contributions = contributions
        self._draws = draws

    def check(self, texts: Mapping[str, str]) -> Checked:
        """What is found where ``texts`` stand for the files of these paths."""
        edited = {path: text.encode("utf-8", "surrogatepass") for path, text in texts.items()}
        analysis = analyse(self._settings, self._contributions, edited=edited)
        return Checked(self._with_map(analysis), analysis.stacks)

    def write(self, originals: Originals, mended: Mended, gone: tuple[Suppression, ...]) -> Results:
        """Write what was mended; the results of what is in the files then."""
        problems = write_texts(originals, mended.texts)
        left = {each.location.path for each in problems if each.location is not None}
        for each in mended.findings:
            if each.location.path not in left:
                _say(f"{each.location}: mended: {each.rule}")
        for unused in gone:
            if unused.location.path not in left:
                _say(f"{unused.location}: taken away: ignore[{', '.join(unused.rules)}]")
        if not problems:
            return mended.results
        results = self.check({}).results
        diagnostics = (*results.diagnostics, *problems)
        return replace(results, diagnostics=diagnostics, incomplete=True)

    def _with_map(self, analysis: Analysis) -> Results:
        if not self._draws:
            return analysis.results
        return replace(analysis.results, pipelines=map_of(analysis.graphs))


def _say(words: str) -> None:
    print(printable(words), file=sys.stderr)


def _on_screen(diff: str, target: str | None) -> str:
    """A diff as it is, but on a terminal, where what it holds must not act."""
    if target is not None or not sys.stdout.isatty():
        return diff
    return "".join(f"{printable(line)}\n" for line in diff.split("\n")[:-1])
