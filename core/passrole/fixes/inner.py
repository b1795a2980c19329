"""JSON that is the whole of a quoted text, or is made there: where its characters stand."""

from __future__ import annotations

import json
import re
from typing import Final

from passrole.documents.embedded import json_between
from passrole.documents.nodes import Document, Scalar
from passrole.fixes.places import Cut
from passrole.fixes.written import Written, embedded, written
from passrole.records import NamedTuple

_CHARACTER: Final = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|.)|.", re.DOTALL)


class Inner(NamedTuple):
    """A text between quotes, without its escapes; ``places`` are the offsets of its characters."""

    document: Document
    places: tuple[int, ...]

    def outer(self, cut: Cut) -> Cut:
        """The same edit in the file, its text escaped."""
        text = json.dumps(cut.text, ensure_ascii=False)[1:-1]
        return Cut(self.places[cut.start], self.places[cut.end], text)


def inner_of(document: Document, whole: Written) -> tuple[Inner, Written] | None:
    """The JSON that a quoted text is, with how it is written; None where it is none."""
    raw = document.text[whole.start : whole.end]
    if whole.kind != "text" or not raw.startswith('"') or "{" not in raw:
        return None
    pieces, places = [], []
    for found in _CHARACTER.finditer(raw, 1, len(raw) - 1):
        try:
            piece = json.loads(f'"{found[0]}"')
        except ValueError:
            return None
        if "\ud800" <= piece <= "\udfff":
            return None
        pieces.append(piece)
        places.append(whole.start + found.start())
    text = "".join(pieces)
    if document.format == "hcl" and ("${" in text or "%{" in text):
        return None
    inside, part = _read(document.path, text)
    if part is None or part.kind != "mapping":
        return None
    return Inner(inside, (*places, whole.end - 1)), part


def _read(path: str, text: str) -> tuple[Document, Written | None]:
    """The text as a document of its own; JSON, or in JSON of Terraform what makes JSON."""
    if text.startswith("${jsonencode(") and text.endswith("}"):
        inside = Document(path, text, None, "hcl")
        return inside, written(inside, Scalar("", True, 2, len(text) - 1))
    inside = Document(path, text, None, "template")
    found = json_between(inside, 0, len(text))
    return inside, embedded(inside, found) if found is not None else None
