"""The plainest YAML there is, a word for each key: what the rulesets of passrole are.

A library of YAML takes longer to load than a folder of Terraform to check, and many trees have no
other YAML than the ruleset.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from passrole.documents.nodes import Document, Mapping, Node, Scalar

# Two spaces for what is below another key, and what no version of YAML reads as anything but words.
_LINE = r"(  )?([a-z][a-z0-9-]*):(?: ([A-Za-z](?:[A-Za-z ,-]*[A-Za-z.])?))?"
_BLANK = r" *(?:#[ -~]*)?"
_LONGEST = 20_000
_Pairs = list[tuple[Scalar, Scalar]]


def parse_words(path: str, text: str) -> Document | None:
    """The document, the same as ``parse_yaml`` gives; None where something is not that plain.

    It is plain if each line is blank, a comment, or a key with words or with such lines below it.
    """
    if len(text) > _LONGEST:
        return None
    root: list[tuple[Scalar, Scalar | _Pairs]] = []
    below: _Pairs | None = None
    end = 0
    for line in text.split("\n"):
        start, end = end, end + len(line) + 1
        if re.fullmatch(_BLANK, line):
            continue
        found = re.fullmatch(_LINE, line)
        if found is None:
            return None
        name, value = (_scalar(found, group, start) for group in (2, 3))
        if not found[1]:
            below = None if value.text else []
            root.append((name, value if below is None else below))
        elif below is None or not value.text:
            return None
        else:
            below.append((name, value))
    try:
        pairs = [(key, _mapping(each) if isinstance(each, list) else each) for key, each in root]
        return Document(path, text, _mapping(pairs), "yaml")
    except ValueError:
        return None


def _scalar(found: re.Match[str], group: int, start: int) -> Scalar:
    return Scalar(found[group] or "", True, start + found.start(group), start + found.end(group))


def _mapping(pairs: Sequence[tuple[Scalar, Node]]) -> Mapping:
    """Raises ValueError where there are none, and where a key stands twice."""
    if not pairs or len({key.text for key, _ in pairs}) < len(pairs):
        raise ValueError
    return Mapping(tuple(pairs), pairs[0][0].start, pairs[-1][1].end)
