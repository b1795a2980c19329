"""``passrole map``: the dependency map."""

from __future__ import annotations

import argparse
import sys
from contextlib import redirect_stdout
from importlib import import_module

from passrole.analysis import analyse
from passrole.cli import CLEAN, INCOMPLETE
from passrole.cli.options import load_contributions, settings_from
from passrole.cli.output import write
from passrole.cli.progress import tell, watched
from passrole.reporters.map_data import map_of


def run_map(options: argparse.Namespace) -> int:
    """Print every pipeline with its actions, their needs and what decides them."""
    settings = settings_from(options)
    with redirect_stdout(sys.stderr):  # what a plugin prints is no part of the map
        contributions = load_contributions(options)
        with watched(options) as watch:
            analysis = analyse(settings, contributions, watch=watch)
        pipelines = map_of(analysis.graphs)
    tell(options, settings, analysis.results)
    # The formats of the option are the modules that write them.
    module = import_module(f"passrole.reporters.map_{options.format}")
    render = getattr(module, f"render_{options.format}")
    write(render(pipelines, analysis.results), options.output)
    return INCOMPLETE if analysis.results.incomplete and not settings.allow_incomplete else CLEAN
