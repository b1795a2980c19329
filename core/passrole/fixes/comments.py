"""Comments that suppress nothing, taken out of the files.

What a comment says changes no resource, so taking one away is safe as long as the same is found.
Metadata of a template is part of what is deployed, and stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from passrole.documents.comments import marked_comments
from passrole.documents.limits import Limits
from passrole.documents.marks import line_of
from passrole.documents.nodes import Document
from passrole.findings import Results, Suppression
from passrole.fixes.mending import Mended, Recheck
from passrole.fixes.operations import rewrite
from passrole.fixes.places import Cut
from passrole.fixes.verifying import reads_the_same

_MARK: Final = "passrole:"
# A comment that says something else first is not ours alone; one of several lines is left alone.
_OURS: Final = re.compile(rf"(?:#|//)\s*{_MARK}.*|/\*\s*{_MARK}.*\*/")


def without_unused(mended: Mended, recheck: Recheck, limits: Limits) -> tuple[Suppression, ...]:
    """Take unused suppressions out of the texts, in memory; those that are gone.

    A file is left as it is where it would not read the same, or where other things were found.
    """
    by_path: dict[str, list[Suppression]] = {}
    for each in mended.results.unused:
        by_path.setdefault(each.location.path, []).append(each)
    texts: dict[str, str] = {}
    gone: list[Suppression] = []
    for path, unused in by_path.items():
        document = mended.results.sources[path]
        cuts = {each: cut for each in unused if (cut := _cut(document, each)) is not None}
        text = rewrite(document.text, list(cuts.values()))
        if cuts and text is not None and reads_the_same(document, text, (), limits):
            texts[path] = text
            gone.extend(cuts)
    if not texts:
        return ()
    after = recheck({**mended.texts, **texts})
    if not _is_the_same(mended.results, after.results, len(gone)):
        return ()
    mended.texts.update(texts)
    mended.checked = after
    return tuple(gone)


def _cut(document: Document, unused: Suppression) -> Cut | None:
    """The comment with the line that is its own, else with the blanks before it."""
    for comment in marked_comments(document, _MARK):
        if document.span(comment.start, comment.end) == unused.location:
            return _alone(document.text, comment.start, comment.end)
    return None


def _alone(text: str, start: int, end: int) -> Cut | None:
    first, last = line_of(text, start)
    if not _OURS.fullmatch(text, start, end) or text[end:last].strip():
        return None
    if text[first:start].strip():
        return Cut(first + len(text[first:start].rstrip()), last, "")
    line_end = 2 if text.startswith("\r\n", last) else 1
    return Cut(first, min(last + line_end, len(text)), "")


def _is_the_same(before: Results, after: Results, gone: int) -> bool:
    """Whether nothing is found and told but what was, without the suppressions that are gone."""
    same = _findings(before) == _findings(after) and before.incomplete == after.incomplete
    return same and len(after.unused) == len(before.unused) - gone


def _findings(results: Results) -> Sequence[Counter[str]]:
    groups: Iterable[Iterable[str]] = (
        (each.fingerprint for each in results.findings),
        (each.finding.fingerprint for each in results.suppressed),
    )
    return [Counter(group) for group in groups]
