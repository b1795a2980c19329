"""How far a long run is, in one line on a terminal; and with ``-v`` what it read and how long."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Final, TextIO

from passrole.documents.watching import Watch
from passrole.findings import Results
from passrole.plugin_loading import OWN_DISTRIBUTION
from passrole.reporters.escaping import printable
from passrole.settings import Settings

PATIENCE: Final = 0.7
"""Seconds without a word: most runs are over by then."""
PAUSE: Final = 0.1
"""Seconds between two lines."""
_WIDTH: Final = 24


class Progress:
    """Keeps the time of each phase, and shows the present one in a line that is wiped out again."""

    def __init__(self, screen: TextIO | None) -> None:
        """``screen`` is a terminal, None where nothing is to be shown."""
        self._screen = screen
        self._begun = self._spoken = perf_counter()
        self._phase = ""
        self._since = self._begun
        self.times: dict[str, float] = {}

    def __call__(self, phase: str, done: int, total: int, _at: object = None, /) -> None:
        """Take note of how far a phase is."""
        now = perf_counter()
        if phase != self._phase:
            self._end(now)
            self._phase = phase
        if (
            self._screen is not None
            and now - self._begun >= PATIENCE
            and now - self._spoken >= PAUSE
        ):
            self._spoken = now
            self._screen.write(f"\r\x1b[K{line(phase, done, total)}")
            self._screen.flush()

    def close(self) -> None:
        """Wipe the line out."""
        self._end(perf_counter())
        if self._screen is not None and self._spoken != self._begun:
            self._screen.write("\r\x1b[K")
            self._screen.flush()

    def _end(self, now: float) -> None:
        if self._phase:
            self.times[self._phase] = self.times.get(self._phase, 0.0) + now - self._since
        self._since = now
        self._phase = ""


def line(phase: str, done: int, total: int) -> str:
    """What is shown of a phase: a bar where it is known how much there is."""
    if not total:
        return f"passrole: {phase} …"
    full = _WIDTH * min(done, total) // total
    bar = "█" * full + "░" * (_WIDTH - full)
    return f"passrole: {phase} {bar} {100 * done // total} %"


@contextmanager
def watched(options: argparse.Namespace) -> Iterator[Watch]:
    """What an analysis tells how far it is; its times are told in the end where that is wanted."""
    progress = Progress(sys.stderr if _wants_line(options) else None)
    try:
        yield progress
    finally:
        progress.close()
        say(options, (f"{phase}: {seconds:.2f} s" for phase, seconds in progress.times.items()))


def say(options: argparse.Namespace, lines: Iterable[str], level: int = 1) -> None:
    """Tell on standard error what ``-v`` asks for; what ``level`` 2 says takes ``-vv``."""
    if options.verbose >= level and not options.quiet:
        for each in lines:
            print(f"passrole: {printable(each)}", file=sys.stderr)


def tell(options: argparse.Namespace, settings: Settings, results: Results) -> None:
    """Tell what a run was made of."""
    if not options.verbose:
        return
    strange = [f"{name} ({dist} {version})" for name, dist, version in results.plugins
               if dist != OWN_DISTRIBUTION]  # fmt: skip
    project = settings.project_file or "none"
    say(options, (
        f"settings of the project: {project}",
        f"ruleset: {settings.ruleset}, {len(results.rules)} rules",
        f"plugins: {len(results.plugins)}, of others: {', '.join(strange) or 'none'}",
        f"files read: {results.counts.files}, passed over: {len(results.passed_over)}",
    ))  # fmt: skip
    say(options, (f"read {path}" for path in sorted(results.sources)), 2)
    say(options, (f"passed over {path}: {why}" for path, why in results.passed_over), 2)


def _wants_line(options: argparse.Namespace) -> bool:
    return (
        not options.quiet
        and sys.stderr.isatty()
        and os.environ.get("TERM") != "dumb"
        and not os.environ.get("CI")
    )
