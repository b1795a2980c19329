"""Results into text. A reporter is a function ``(Results, ReportOptions) -> str``."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from passrole.findings import Reporter, ReportOptions

__all__ = ["BUILT_IN", "DRAW_THE_MAP", "ReportOptions", "Reporter", "reporter"]


BUILT_IN = {
    "text": "passrole.reporters.text",
    "json": "passrole.reporters.json",
    "sarif": "passrole.reporters.sarif",
    "junit": "passrole.reporters.junit",
    "github": "passrole.reporters.github",
    "gitlab": "passrole.reporters.gitlab",
    "markdown": "passrole.reporters.markdown",
    "csv": "passrole.reporters.csv",
    "html": "passrole.reporters.html",
}
"""The reporters that come with passrole, by name; each is imported when it is used."""
DRAW_THE_MAP = frozenset(("html",))
"""Those that show the map as well, so that it must be made."""


def reporter(name: str, contributed: dict[str, Any]) -> Reporter | None:
    """The reporter of a name, None where there is none."""
    if name in BUILT_IN:
        found: Reporter = import_module(BUILT_IN[name]).render
        return found
    return contributed.get(name)
