"""Comments with a mark in them, and what each of them is about.

Trees drop comments, so the text is looked at again: only a document that has the mark pays for it.

A comment on a line of its own is about the block, the pair or the item that comes next; one behind
code is about its line, and about the block that this line opens. ``#`` in a quoted text, in a block
scalar or in a heredoc is no comment.
"""

from __future__ import annotations

from passrole.documents.marks import Span
from passrole.documents.nodes import Document
from passrole.records import NamedTuple


class Comment(NamedTuple):
    """A comment, from its sign to the end of its line, and the spans of what it is about."""

    start: int
    end: int
    text: str
    covers: tuple[Span, ...]


def marked_comments(document: Document, mark: str) -> tuple[Comment, ...]:
    """The comments that hold ``mark``, in their order; none in a format without comments.

    One is found on each line, on ``MOST`` lines, in time that grows with the text and no faster.
    """
    text = document.text
    if document.root is None or mark not in text:
        return ()
    if document.format == "yaml":
        from passrole.documents.yaml_comments import find  # noqa: PLC0415 - for few files
    elif document.format == "hcl":
        from passrole.documents.hcl_comments import find  # noqa: PLC0415 - for few files
    else:
        return ()
    return tuple(
        Comment(each.start, each.end, text[each.start : each.end], tuple(each.covers))
        for each in find(text, mark)
    )
