"""``passrole map``: the dependency map."""

from __future__ import annotations

import argparse
from importlib import import_module

from passrole.analysis import Analysis
from passrole.cli.answering import answer
from passrole.reporters.map_data import map_of


def run_map(options: argparse.Namespace) -> int:
    """Print every pipeline with its actions, their needs and what decides them."""
    return answer(options, lambda analysis, _: _rendered(analysis, options.format))


def _rendered(analysis: Analysis, form: str) -> str:
    # The formats of the option are the modules that write them.
    module = import_module(f"passrole.reporters.map_{form}")
    rendered: str = getattr(module, f"render_{form}")(map_of(analysis.graphs), analysis.results)
    return rendered
