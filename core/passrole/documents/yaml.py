"""YAML into nodes, from events, with every limit checked before anything grows.

Nothing is constructed from tags and no type is resolved here: a scalar is its text, whether it is
plain, and its tag. Composers of YAML libraries recurse in C and crash on deep files, so the tree
is built from events with a stack of our own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, cast

from passrole.documents.limits import Limits
from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence
from passrole.documents.reports import Notes, Refused, over_limit
from passrole.documents.yaml_events import EventKinds, event_source
from passrole.records import NamedTuple

_STANDARD: Final = "tag:yaml.org,2002:"
# What YAML 1.1 defines for scalars and collections (https://yaml.org/type/).
_TYPED: Final = frozenset(("bool", "int", "float", "null", "timestamp", "merge", "value"))
_KNOWN: Final = frozenset(("binary", "omap", "pairs", "set", "yaml"))
# libyaml compares each with all before it.
_MOST_DIRECTIVES: Final = 1000
_COLON: Final = re.compile(r"\s*:")
# https://yaml.org/spec/1.1/#c-printable
_UNPRINTABLE: Final = r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def parse_yaml(path: str, text: str, limits: Limits) -> Document:
    """The document that ``text`` is; never raises for what is in the text.

    Problems: ``parse-error`` and ``limit`` (then the root is None), ``duplicate-key``,
    ``unknown-tag``, ``complex-key``, ``bad-merge``, ``multiple-documents`` (the first one is the
    root). A byte order mark at the start is taken off and not counted in offsets.
    """
    text = text.removeprefix("\ufeff")
    notes = Notes(path, text)
    try:
        root = _read(text, limits, notes)
    except Refused as refusal:
        return Document(path, text, None, "yaml", (refusal.problem,))
    return Document(path, text, root, "yaml", notes.problems())


def _read(text: str, limits: Limits, notes: Notes) -> Node | None:
    if text.count("%TAG") > _MOST_DIRECTIVES:
        message = f"more than {_MOST_DIRECTIVES:,} %TAG directives"
        raise Refused("limit", message, 0, 0)
    try:
        next_event, kinds = event_source(text)
    except UnicodeEncodeError as error:
        message = "a lone surrogate is not text"
        raise Refused("parse-error", message, error.start, error.end) from None
    try:
        return _Tree(text, limits, notes, kinds).build(next_event)
    except kinds.error as error:
        raise _not_yaml(error, text) from None


def _not_yaml(error: Exception, text: str) -> Refused:
    """The refusal for an error of one of the libraries, placed where it found it."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        found = re.search(_UNPRINTABLE, text)
        if found is None:
            return Refused("parse-error", f"not YAML: {error}", 0, 0)
        message = f"character U+{ord(found[0]):04X} is not allowed in YAML"
        return Refused("parse-error", message, found.start(), found.end())
    context, problem = getattr(error, "context", None), getattr(error, "problem", None)
    said = ", ".join(part for part in (context, problem) if part)
    at = min(mark.index, len(text))
    return Refused("parse-error", f"not YAML: {said}", at, min(at + 1, len(text)))


class _Anchored(NamedTuple):
    """A node with an anchor: what it would take to write it out once more."""

    node: Node
    size: int
    height: int


# A collection whose end has not been read yet: its items (in a mapping keys and values alternate),
# whether it is a mapping, whether in flow style, start, tag, anchor, and the nodes counted before
# it. A plain tuple: one is made for every collection.
_Frame = tuple[list[Node], bool, bool, int, str | None, str | None, int]


class _Tree:
    """Builds the tree of the first document of a stream."""

    __slots__ = (
        "aliased",
        "anchors",
        "deepest",
        "kinds",
        "last_end",
        "limits",
        "nodes",
        "notes",
        "stack",
        "text",
    )

    def __init__(self, text: str, limits: Limits, notes: Notes, kinds: EventKinds) -> None:
        self.text = text
        self.limits = limits
        self.notes = notes
        self.kinds = kinds
        self.anchors: dict[str, _Anchored | _Frame] = {}
        self.stack: list[_Frame] = []
        self.deepest = [0]  # how deep it goes below each frame of the stack, aliases followed
        self.last_end = 0  # of the last scalar, alias or collection
        self.nodes = 0
        self.aliased = 0

    def build(self, next_event: Callable[[], Any]) -> Node | None:
        """Read events to the end of the first document; None for an empty stream."""
        kinds = self.kinds
        scalar, ends, starts = kinds.scalar, kinds.ends, kinds.starts
        room = self.limits.nodes
        roots: list[Node] = []
        items = roots
        while True:
            event = next_event()
            kind = type(event)
            if kind is scalar:
                start, end, style = event.start_mark.index, event.end_mark.index, event.style
                if event.tag is None and event.anchor is None and start != end:
                    if style == "|" or style == ">":  # noqa: PLR1714 - the innermost loop
                        end = self._end_of_block(start, end)
                    items.append(Scalar(event.value, not style, start, end))
                else:
                    node, end = self._scalar(event, in_pair=len(items) % 2 == 1)
                    items.append(node)
                self.last_end = end
                self.nodes = nodes = self.nodes + 1
                if nodes > room:
                    raise over_limit("nodes", room, "nodes", start)
            elif kind in ends:
                closed = self._close(event)
                items = self.stack[-1][0] if self.stack else roots
                items.append(closed)
            elif kind in starts:
                items = self._open(event, kind is kinds.mapping_start)
            elif kind is kinds.alias:
                items.append(self._alias(event))
            elif kind is kinds.document_end:
                self._note_more_documents(next_event)
                return roots[0]
            elif kind is kinds.stream_end:
                return None

    def _end_of_block(self, start: int, end: int) -> int:
        """Where the text of a block scalar ends; its event ends where the next token starts."""
        return start + len(self.text[start:end].rstrip())

    def _scalar(self, event: Any, *, in_pair: bool) -> tuple[Scalar, int]:
        """The node of a scalar with a tag, an anchor or no text, and where it ends."""
        style = event.style
        start, end = event.start_mark.index, event.end_mark.index
        if start == end and in_pair and self.stack[-1][1]:
            # The libraries differ on where a value that is not written stands: after the colon.
            colon = _COLON.match(self.text, self.last_end)
            start = end = colon.end() if colon else self.last_end
        elif style in ("|", ">"):
            end = self._end_of_block(start, end)
        tag = event.tag
        if tag is None:
            node = Scalar(event.value, not style, start, end)
        elif tag == _STANDARD + "str":
            node = Scalar(event.value, False, start, end)
        elif tag.removeprefix(_STANDARD) in _TYPED:
            node = Scalar(event.value, True, start, end)
        else:
            node = Scalar(event.value, not style, start, end, self._tag(event))
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchored(node, 1, 0)
        return node, end

    def _tag(self, event: Any) -> str | None:
        """The tag of an event, short as it was written where it is a local one (``!Ref``)."""
        tag: str | None = event.tag
        if tag is None or tag == "!" or tag in (_STANDARD + "map", _STANDARD + "seq"):
            return None
        if not tag.startswith("!") and tag.removeprefix(_STANDARD) not in _KNOWN:
            start = event.start_mark.index
            message = f"unknown tag {tag[:80]!r}; nothing is made from it"
            self.notes.add("unknown-tag", message, start, event.end_mark.index)
        return tag

    def _open(self, event: Any, mapping: bool) -> list[Node]:
        start = event.start_mark.index
        depth = len(self.stack) + 1
        if depth > self.limits.depth:
            raise over_limit("depth", self.limits.depth, "levels of nesting", start)
        size_before = self.nodes + self.aliased
        self.nodes += 1
        if self.nodes > self.limits.nodes:
            raise over_limit("nodes", self.limits.nodes, "nodes", start)
        items: list[Node] = []
        tag = None if event.tag is None else self._tag(event)
        anchor = event.anchor
        frame = (items, mapping, event.flow_style, start, tag, anchor, size_before)
        if anchor is not None:
            self.anchors[anchor] = frame
        self.stack.append(frame)
        self.deepest.append(depth)
        return items

    def _close(self, event: Any) -> Node:
        frame = self.stack.pop()
        items, mapping, flow, start, tag, anchor, size_before = frame
        deepest = self.deepest.pop()
        if self.deepest[-1] < deepest:  # noqa: PLR1730 - a call for every collection costs more
            self.deepest[-1] = deepest
        if flow:
            self.last_end = end = event.end_mark.index
        else:
            # The event of a block ends where the next token starts, comments later.
            self.last_end = end = max(start, self.last_end)
        node: Node
        if mapping:
            node = Mapping(self._pairs(items), start, end, tag)
        else:
            node = Sequence(tuple(items), start, end, tag)
        if anchor is not None and self.anchors.get(anchor) is frame:
            size = self.nodes + self.aliased - size_before
            self.anchors[anchor] = _Anchored(node, size, deepest - len(self.stack))
        return node

    def _alias(self, event: Any) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        self.last_end = end
        known = self.anchors.get(event.anchor)
        if known is None:
            raise Refused("parse-error", f"no anchor &{event.anchor} before this alias", start, end)
        if not isinstance(known, _Anchored):
            message = f"alias *{event.anchor} stands inside what it names"
            raise Refused("parse-error", message, start, end)
        self.aliased += known.size
        if self.aliased > self.limits.aliases:
            raise over_limit("aliases", self.limits.aliases, "nodes out of aliases", start)
        depth = len(self.stack) + known.height
        if depth > self.limits.depth:
            raise over_limit("depth", self.limits.depth, "levels of nesting", start)
        self.deepest[-1] = max(self.deepest[-1], depth)
        return known.node

    def _pairs(self, items: list[Node]) -> tuple[tuple[Scalar, Node], ...]:
        keys = cast("list[Scalar]", items[::2])
        try:
            texts = {key.text for key in keys}
        except AttributeError:  # some key is a collection
            texts = set()
        if len(texts) == len(keys) and "<<" not in texts:
            return tuple(zip(keys, items[1::2], strict=True))
        pairs: list[tuple[Scalar, Node]] = []
        merges: list[tuple[Scalar, Node]] = []
        for key, value in zip(items[::2], items[1::2], strict=True):
            if not isinstance(key, Scalar):
                message = f"a {key.kind} cannot be a key here; this entry is left out"
                self.notes.add("complex-key", message, key.start, key.end)
            elif key.text == "<<" and key.plain:
                merges.append((key, value))
            else:
                pairs.append((key, value))
        own = self.notes.last_of_each(pairs)
        return self._merged(own, merges) if merges else own

    def _merged(
        self, own: tuple[tuple[Scalar, Node], ...], merges: list[tuple[Scalar, Node]]
    ) -> tuple[tuple[Scalar, Node], ...]:
        """``own`` and, for keys that it lacks, the pairs of what ``<<`` names, the earliest first.

        What is merged was merged itself when it ended, so nothing is expanded twice.
        """
        found = {pair[0].text: pair for pair in own}
        for key, value in self.notes.last_of_each(merges):
            sources = value.items if isinstance(value, Sequence) else (value,)
            for source in sources:
                if isinstance(source, Mapping):
                    for pair in source.pairs:
                        found.setdefault(pair[0].text, pair)
                else:
                    message = f"<< names a {source.kind}; only mappings can be merged"
                    self.notes.add("bad-merge", message, key.start, key.end)
        return tuple(found.values())

    def _note_more_documents(self, next_event: Callable[[], Any]) -> None:
        """Note a second document; one that is empty (a last ``---``) does not count."""
        event = next_event()
        while not isinstance(event, self.kinds.stream_end):
            start = event.start_mark.index
            first = next_event()
            if not self._is_unwritten(first):
                message = "the file has more than one document; only the first one is read"
                self.notes.add("multiple-documents", message, start, event.end_mark.index)
                return
            next_event()
            event = next_event()

    def _is_unwritten(self, event: Any) -> bool:
        plain = isinstance(event, self.kinds.scalar) and not event.style and event.tag is None
        return plain and not event.value
