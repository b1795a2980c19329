"""JSON written in the lines of another format: where its parts stand in the document around it.

Terraform's heredocs, its template files and YAML's block scalars hold policies as JSON text. What
stands in them as ``${...}`` is covered by as many other characters, so that every part keeps its
place.
"""

from __future__ import annotations

import re
from typing import Final

from passrole.documents.limits import Limits
from passrole.documents.nodes import Document, Node
from passrole.records import NamedTuple

_OPENING: Final = re.compile(
    r"(?:!\S++[ \t]++)?+(?:<<-?[^\W\d][\w-]*+|[|>][-+0-9]*+)[ \t]*+(?:#[^\n]*+)?\r?\n"
)
_TOKEN: Final = re.compile(r'\\.|"|\$\$\{|%%\{|[$%]\{', re.DOTALL)
_INSIDE: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}]', re.DOTALL)


class Embedded(NamedTuple):
    """The JSON that a node's text is; its places count from ``offset`` of the document."""

    root: Node
    offset: int


def json_inside(document: Document, node: Node) -> Embedded | None:
    """The JSON in the heredoc, block scalar or file that ``node`` is, None for all else."""
    if document.format == "template" and document.root is node:
        return _embedded(document, document.text, 0)
    if document.format not in ("hcl", "yaml"):
        return None
    opening = _OPENING.match(document.text, node.start, node.end)
    if opening is None:
        return None
    body = document.text[opening.end() : node.end]
    if document.format == "hcl":
        body = body[: body.rfind("\n") + 1]  # without the closing word
    return _embedded(document, body, opening.end())


def json_between(document: Document, start: int, end: int) -> Embedded | None:
    """The JSON that stands between two offsets, None where there is none."""
    return _embedded(document, document.text[start:end], start)


def _embedded(document: Document, body: str, offset: int) -> Embedded | None:
    from passrole.documents.json import parse_json  # noqa: PLC0415 - most templates hold none

    covered = _covered(body)
    if covered is None:
        return None
    found = parse_json(document.path, covered, Limits())
    return Embedded(found.root, offset) if found.root is not None else None


def _covered(text: str) -> str | None:
    """The text with other characters for each interpolation in it; None where one has no end."""
    pieces: list[str] = []
    at = end = 0
    in_string = False
    while found := _TOKEN.search(text, at):
        mark = found[0]
        at = found.end()
        if mark == '"':
            in_string = not in_string
        elif mark in ("${", "%{"):
            at = _after(text, at)
            if at < 0:
                return None
            size = at - found.start()
            cover = " " * size if mark == "%{" else "x" * size
            if mark == "${" and not in_string:
                cover = f'"{cover[2:]}"'
            pieces += text[end : found.start()], cover
            end = at
    return "".join((*pieces, text[end:]))


def _after(text: str, at: int) -> int:
    """Where what was opened just before ``at`` ends, -1 for nowhere."""
    depth = 1
    while depth and (found := _INSIDE.search(text, at)):
        at = found.end()
        depth += {"{": 1, "}": -1}.get(found[0], 0)
    return -1 if depth else at
