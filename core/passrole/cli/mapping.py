"""``passrole map``: the dependency map."""

from __future__ import annotations

import argparse

from passrole.analysis import analyse
from passrole.cli import CLEAN, INCOMPLETE
from passrole.cli.options import load_contributions, settings_from, write
from passrole.reporters.map_data import map_of
from passrole.reporters.map_json import render_json
from passrole.reporters.map_tree import render_tree


def run_map(options: argparse.Namespace) -> int:
    """Print every pipeline with its actions, their needs and what decides them."""
    analysis = analyse(settings_from(options), load_contributions(options))
    pipelines = map_of(analysis.graphs)
    render = render_json if options.format == "json" else render_tree
    write(render(pipelines, analysis.results), options.output)
    return INCOMPLETE if analysis.results.incomplete else CLEAN
