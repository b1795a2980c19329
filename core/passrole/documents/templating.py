"""Files that another tool makes templates of: Jinja, Helm, cookiecutter, ERB, Maven.

Such a file is no template of CloudFormation yet. It is not analysed and no failure either; it is
named among the paths that were passed over.
"""

from __future__ import annotations

import re
from typing import Final

from passrole.documents.nodes import Document

_BEGINNINGS: Final = ("{{", "{%", "<%", "@", "%")
_TAGS: Final = (("{%", "%}"), ("{{", "}}"), ("<%", "%>"))
# What a build fills in: @project.version@, %BUCKET%, %%BUCKET%%.
_PLACEHOLDER: Final = re.compile(r"@[\w.-]+@|(%%?)[A-Za-z_][\w.-]*\1")
# Names that only the tool's own context has: the files that hold them parse as YAML.
_CONTEXT: Final = re.compile(r"\{\{-?\s*cookiecutter\.|\$\{\{\s*(?:values|parameters)\.")
_IN_PATH: Final = re.compile(r"\{\{[^/{}]+\}\}")


def is_templated(document: Document) -> bool:
    """Whether a document that looks like ours has still to be made by another tool.

    One that cannot be parsed needs a tag of the tool before the place where the parser gave up, or
    a placeholder at it; a comment does not count.
    """
    text = document.text
    if _IN_PATH.search(document.path):
        return True
    if not any(beginning in text for beginning in _BEGINNINGS):
        return False
    if document.root is not None:
        return _CONTEXT.search(text) is not None or _has_tag_for_value(document)
    if not document.problems or document.problems[0].kind != "parse-error":
        return False
    at = document.problems[0].start
    line = text.rfind("\n", 0, at) + 1
    if _PLACEHOLDER.match(text, at) or _PLACEHOLDER.search(text[line:at]):
        return True
    end = text.find("\n", at)
    before = text[: end if end >= 0 else len(text)]
    lines = (each for each in before.split("\n") if not each.lstrip().startswith("#"))
    return any(map(_has_tag, lines))


def _has_tag(line: str) -> bool:
    """Whether a line has a tag; a dynamic reference, ``{{resolve:…}}``, is none."""
    for opening, closing in _TAGS:
        at = line.find(opening)
        while at >= 0 and line.startswith("{{resolve:", at):
            at = line.find(opening, at + 2)
        if at >= 0 and line.find(closing, at + 2) >= 0:
            return True
    return False


def _has_tag_for_value(document: Document) -> bool:
    """``Name: {{ x }}`` is YAML: a mapping with a mapping for its key."""
    return any(
        problem.kind == "complex-key" and document.text[: problem.start].endswith("{")
        for problem in document.problems
    )
