"""Suppressions that stand beside the code: comments, and where a format has none, its metadata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from passrole.documents.comments import marked_comments
from passrole.documents.locations import Location
from passrole.documents.marks import MOST, Span
from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence, children
from passrole.findings import Diagnostic, Suppression
from passrole.records import NamedTuple
from passrole.suppressions import MARK
from passrole.suppressions.entries import Malformed, from_comment, from_mapping

INVALID: Final = "invalid-suppression"
_COLON: Final = f"{MARK}:"
_REMARK: Final = "//"

Place = tuple[int, int]
"""A line and a column."""


class Written(NamedTuple):
    """A suppression with the spans, by line and column, in which what it is about begins.

    One of the settings has none: it has what its patterns of files are compiled to, if any.
    """

    suppression: Suppression
    spans: tuple[tuple[Place, Place], ...]
    patterns: Any = None


def suppressions_in(documents: Iterable[Document]) -> tuple[list[Written], list[Diagnostic]]:
    """What the documents say, in their order, and what in it cannot be read."""
    written: list[Written] = []
    problems: list[Diagnostic] = []
    for document in documents:
        said = list(islice(_all_in(document), MOST + 1))
        if len(said) > MOST or document.text.count(_COLON) > MOST:
            message = f"no more than {MOST:,} suppressions of one file are read: some do not count"
            problems.append(Diagnostic(INVALID, message, document.span(0, 0)))
        for each in said[:MOST]:
            if isinstance(each, Diagnostic):
                problems.append(each)
            else:
                written.append(each)
    return written, problems


def _all_in(document: Document) -> Iterator[Written | Diagnostic]:
    yield from _comments(document)
    yield from _remarks(document)
    yield from _metadata(document)


def _comments(document: Document) -> Iterator[Written | Diagnostic]:
    for comment in marked_comments(document, _COLON):
        place = document.span(comment.start, comment.end)
        yield from _said(document, comment.text, place, comment.covers)


def _remarks(document: Document) -> Iterator[Written | Diagnostic]:
    """Terraform's JSON has ``"//"`` for comments: what one says is about its object.

    Source: https://developer.hashicorp.com/terraform/language/syntax/json#comment-properties
    """
    if (
        not document.path.lower().endswith((".tf.json", ".tofu.json"))
        or _COLON not in document.text
    ):
        return
    pending: list[Node | None] = [document.root]
    while pending:
        node = pending.pop()
        if node is None:
            continue
        pending.extend(child for _, child in children(node))
        remark = node.get(_REMARK) if isinstance(node, Mapping) else None
        if isinstance(remark, Scalar) and _COLON in remark.text:
            place = document.span(remark.start, remark.end)
            yield from _said(document, remark.text, place, ((node.start, node.end),))


def _said(
    document: Document, text: str, place: Location, covers: tuple[Span, ...]
) -> Iterator[Written | Diagnostic]:
    try:
        suppression = from_comment(text, place)
    except Malformed as error:
        yield Diagnostic(INVALID, f"this suppression does not count: {error}", place)
        return
    if suppression is not None:
        yield Written(suppression, _placed(document, covers))


def _metadata(document: Document) -> Iterator[Written | Diagnostic]:
    """``Metadata: {passrole: {ignore: […]}}`` of a template or of a resource."""
    root = document.root
    if document.format == "hcl" or not isinstance(root, Mapping):
        return
    yield from _ignored(document, root, (root.start, root.end))
    resources = root.get("Resources")
    for key, resource in resources.pairs if isinstance(resources, Mapping) else ():
        if isinstance(resource, Mapping):
            yield from _ignored(document, resource, (key.start, resource.end))


def _ignored(document: Document, owner: Mapping, span: Span) -> Iterator[Written | Diagnostic]:
    metadata = owner.get("Metadata")
    own = metadata.get(MARK) if isinstance(metadata, Mapping) else None
    ignored = own.get("ignore") if isinstance(own, Mapping) else None
    if ignored is None:
        return
    for entry in ignored.items if isinstance(ignored, Sequence) else (ignored,):
        place = document.span(entry.start, entry.end)
        try:
            suppression = from_mapping(entry, place)
        except Malformed as error:
            yield Diagnostic(INVALID, f"this suppression does not count: {error}", place)
        else:
            yield Written(suppression, _placed(document, (span,)))


def _placed(document: Document, covers: Iterable[Span]) -> tuple[tuple[Place, Place], ...]:
    return tuple(
        (document.line_and_column(start), document.line_and_column(end)) for start, end in covers
    )
