"""The run of a command that asks something of whole templates: analysed, rendered, written."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import redirect_stdout

from passrole.analysis import Analysis, analyse
from passrole.cli import CLEAN, INCOMPLETE
from passrole.cli.options import load_contributions, settings_from
from passrole.cli.output import write
from passrole.cli.progress import tell, watched
from passrole.contributions import Contributions


def answer(options: argparse.Namespace, render: Callable[[Analysis, Contributions], str]) -> int:
    """Write what ``render`` makes of the analysis; the exit code says whether all could be read.

    Raises UsageError for arguments and settings that mean nothing, and what ``render`` raises.
    """
    settings = settings_from(options)
    with redirect_stdout(sys.stderr):  # what a plugin prints is no part of the answer
        contributions = load_contributions(options)
        with watched(options) as watch:
            analysis = analyse(settings, contributions, watch=watch)
        tell(options, settings, analysis.results)
        text = render(analysis, contributions)
    write(text, options.output)
    return INCOMPLETE if analysis.results.incomplete and not settings.allow_incomplete else CLEAN
