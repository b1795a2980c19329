"""Results into text. A reporter is a function ``(Results, ReportOptions) -> str``."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from passrole.findings import Results


class ReportOptions(NamedTuple):
    """How to show results. ``colour`` is for terminals; ``show_unknown`` lists what is undecided."""

    colour: bool = False
    show_unknown: bool = False


Reporter = Callable[[Results, ReportOptions], str]

BUILT_IN = {
    "text": "passrole.reporters.text",
    "json": "passrole.reporters.json",
    "sarif": "passrole.reporters.sarif",
}
"""The reporters that come with passrole, by name; each is imported when it is used."""


def reporter(name: str, contributed: dict[str, Any]) -> Reporter | None:
    """The reporter of a name, None where there is none."""
    if name in BUILT_IN:
        found: Reporter = import_module(BUILT_IN[name]).render
        return found
    return contributed.get(name)
