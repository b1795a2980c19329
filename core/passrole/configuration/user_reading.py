"""The keys of the user settings."""

from __future__ import annotations

import os

from passrole.configuration.entries import Entry, Source
from passrole.configuration.finding import read_settings_file
from passrole.configuration.keys import KEYS, TABLES
from passrole.configuration.user import Trust
from passrole.configuration.values import names
from passrole.documents.toml import parse_toml
from passrole.errors import UsageError

WORDS = {
    "plugins": "the third-party plugins that may be loaded, by name; no other one is",
    "no-third-party": "load none but passrole's own plugins",
}
"""The keys, and what each is for."""


def read_trust(location: str) -> Trust:
    """What the file says of plugins. Raises UsageError, with the place, for what means nothing."""
    if not os.path.isfile(location):
        raise UsageError(f"the user settings {location}: no such file")
    real = os.path.realpath(location)
    data = read_settings_file(real, location, os.path.dirname(real))
    document = parse_toml(location, data)
    if document.problems or document.root is None:
        problem = document.problems[0]
        raise UsageError(f"{document.span(problem.start, problem.end)}: {problem.message}")
    elsewhere = {
        name: f"{name} is a setting of a project: put it into its passrole.toml"
        for name in (*(key.name for key in KEYS), *TABLES)
    }
    entries = Entry(Source(document, "", ""), "", document.root).known(WORDS, elsewhere)
    plugins, none = entries.get("plugins"), entries.get("no-third-party")
    return Trust(
        third_party=not (none is not None and none.boolean()),
        allowed=frozenset(names(plugins)) if plugins is not None else None,
    )
