"""Workflow commands as the runner of GitHub Actions reads them, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_ESCAPES = (("%0D", "\r"), ("%0A", "\n"))


class Command(NamedTuple):
    """One command, its texts without escapes."""

    command: str
    properties: dict[str, str]
    message: str


def parsed(text: str) -> Iterator[Command | None]:
    """Each line of a log: a command, or None where it is text."""
    for line in re.split(r"\r\n|\r|\n", text):
        found = line.lstrip()
        end = found.find("::", 2)
        if not found.startswith("::") or end < 0:
            yield None
            continue
        name, _, rest = found[2:end].partition(" ")
        given = (pair.partition("=") for pair in rest.strip().split(",") if pair)
        properties = {key: _property(value) for key, _, value in given if value}
        yield Command(name, properties, _data(found[end + 2 :]))


def _data(text: str) -> str:
    for escape, character in _ESCAPES:
        text = text.replace(escape, character)
    return text.replace("%25", "%")


def _property(text: str) -> str:
    return _data(text.replace("%3A", ":").replace("%2C", ","))
