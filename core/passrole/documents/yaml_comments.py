"""Comments of YAML: what stands between scalars, told apart by events."""

from __future__ import annotations

from typing import Final

from passrole.documents.marks import Found, Span, inside, line_of, marked_lines
from passrole.documents.yaml_events import event_source
from passrole.records import NamedTuple

_SCALAR: Final = "scalar"
_ALIAS: Final = "alias"
_MAPPING: Final = "mapping"
_SEQUENCE: Final = "sequence"
_END: Final = "end"


class _Event(NamedTuple):
    kind: str
    start: int
    end: int
    in_flow: bool = False


def find(text: str, mark: str) -> list[Found]:
    """The comments of the first document of ``text``, which is YAML, that hold ``mark``."""
    events = _events(text)
    scalars = [(each.start, each.end) for each in events if each.kind is _SCALAR]
    found = []
    for start, at, end in marked_lines(text, mark):
        sign = _sign(text, start, at, scalars)
        if sign is not None:
            found.append(Found(text, sign, end))
    if found:
        _Walk(text, found).through(events)
    return found


def _sign(text: str, start: int, at: int, scalars: list[Span]) -> int | None:
    """Where the comment begins that ``at`` is in; None where it is in none."""
    sign = text.find("#", start, at)
    while sign >= 0:
        if sign == start or text[sign - 1] in " \t":
            around = inside(scalars, sign)
            if around is None:
                return sign
            sign = max(sign, min(around[1], at) - 1)
        sign = text.find("#", sign + 1, at)
    return None


def _events(text: str) -> list[_Event]:
    """The events of the first document that are nodes, or ends of collections."""
    next_event, kinds = event_source(text)
    events: list[_Event] = []
    while True:
        event = next_event()
        kind = type(event)
        if kind in (kinds.document_end, kinds.stream_end):
            return events
        if kind not in (kinds.scalar, kinds.alias, *kinds.starts, *kinds.ends):
            continue
        start, end = event.start_mark.index, event.end_mark.index
        if kind is kinds.scalar:
            if event.style in ("|", ">"):
                # Its event ends where the next token starts.
                end = start + len(text[start:end].rstrip())
            events.append(_Event(_SCALAR, start, end))
        elif kind is kinds.alias:
            events.append(_Event(_ALIAS, start, end))
        elif kind in kinds.ends:
            events.append(_Event(_END, start, end))
        else:
            name = _MAPPING if kind is kinds.mapping_start else _SEQUENCE
            events.append(_Event(name, start, end, bool(event.flow_style)))


class _Frame:
    """A collection that is being read, and the pair or the item of it that is."""

    __slots__ = ("about", "about_part", "at_value", "in_flow", "is_mapping", "part", "start")

    def __init__(self, is_mapping: bool, start: int, in_flow: bool, about: list[Found]) -> None:
        self.is_mapping = is_mapping
        self.start = start
        self.in_flow = in_flow
        self.about = about  # the comments that are about the whole of it
        self.at_value = False
        self.part = start
        self.about_part: list[Found] = []


class _Walk:
    """Goes through events and comments side by side, and tells each comment what comes next."""

    def __init__(self, text: str, comments: list[Found]) -> None:
        self.text = text
        self.comments = comments
        self.passed = 0
        self.pending: list[Found] = []
        self.last_end = 0
        # The root stands like the value of a pair: a comment before it is about its first part.
        root = _Frame(is_mapping=True, start=-1, in_flow=False, about=[])
        root.at_value = True
        self.frames = [root]

    def through(self, events: list[_Event]) -> None:
        """Give each comment what it is about; one with nothing behind it keeps nothing."""
        for event in events:
            if event.kind is _END:
                closed = self.frames.pop()
                if closed.in_flow:
                    self.last_end = event.end
                self._cover(closed.about, closed.start)
                self._end_of_node()
                continue
            about = self._begin(event)
            if event.kind in (_SCALAR, _ALIAS):
                self.last_end = event.end
                self._cover(about, event.start)
                self._end_of_node()
            else:
                is_mapping = event.kind is _MAPPING
                self.frames.append(_Frame(is_mapping, event.start, event.in_flow, about))

    def _begin(self, event: _Event) -> list[Found]:
        """What is said of the node that begins here, and of no pair or item with it."""
        comments, frame = self.comments, self.frames[-1]
        while self.passed < len(comments) and comments[self.passed].end <= event.start:
            self.pending.append(comments[self.passed])
            self.passed += 1
        if not frame.is_mapping or not frame.at_value:
            frame.part = event.start
        if not self.pending:
            return []
        if not frame.is_mapping or not frame.at_value:
            frame.about_part = [each for each in self.pending if not each.behind_code]
            self.pending = []
            return []
        # Behind a key, before its value: the line opens the block.
        frame.about_part += [
            each for each in self.pending if each.behind_code and frame.part >= each.line[0]
        ]
        waiting = [each for each in self.pending if not each.behind_code]
        is_block = event.kind in (_MAPPING, _SEQUENCE) and not event.in_flow
        self.pending = waiting if is_block else []
        return [] if is_block else waiting

    def _end_of_node(self) -> None:
        frame = self.frames[-1]
        if frame.is_mapping and not frame.at_value:
            frame.at_value = True
            return
        frame.at_value = False
        if frame.about_part:
            self._cover(frame.about_part, frame.part)
            frame.about_part = []

    def _cover(self, comments: list[Found], start: int) -> None:
        """From the line on which it starts: the dash of an item belongs to it."""
        for each in comments:
            first = start if each.behind_code else line_of(self.text, start)[0]
            each.covers.append((max(first, 0), max(self.last_end, start + 1)))
