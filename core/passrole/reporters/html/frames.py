"""Lines of scanned files as they stand there, secrets starred out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from passrole.documents.locations import Location
from passrole.documents.nodes import Document
from passrole.reporters.escaping import quoted
from passrole.reporters.html.markup import Markup, element, joined

LONGEST_LINE = 160
FEW_LINES, MOST_LINES = 4, 40
"""How much of a finding's place is shown, and of a statement."""


class Frames:
    """The code frames of one page; what a line holds is read once."""

    def __init__(self, sources: Mapping[str, Document]) -> None:
        self._sources = sources
        self._lines: dict[tuple[str, int], str] = {}

    def marked(self, place: Location) -> Markup:
        """The first lines of a place, what stands in the first one marked; nothing if unread."""
        shown = self._line(place.path, place.line)
        if shown is None or not shown.strip():
            return Markup()
        end = place.end_column if place.end_line == place.line else len(shown.rstrip()) + 1
        start, end = place.column - 1, max(end - 1, place.column)
        first = self._first(place)
        before, inside = shown[first:start], shown[start:end][:LONGEST_LINE]
        after = shown[end : first + LONGEST_LINE]
        line = joined((before, element("mark", inside), after))
        last = min(place.end_line, place.line + FEW_LINES - 1)
        return _frame([_numbered(place.line, line), *self._shown(place, place.line + 1, last)])

    def whole(self, place: Location) -> Markup:
        """All lines of a place, as many as a page can bear."""
        if place.path not in self._sources:
            return Markup()
        last = min(place.end_line, place.line + MOST_LINES - 1)
        lines = list(self._shown(place, place.line, last))
        if last < place.end_line:
            lines.append(element("span", f"… {place.end_line - last} more lines", class_="more"))
        return _frame(lines)

    def _shown(self, place: Location, start: int, last: int) -> Iterator[Markup]:
        for number in range(start, last + 1):
            first = self._first(place) if number == place.line else 0
            shown = self._line(place.path, number) or ""
            part = shown[first : first + LONGEST_LINE]
            more = "…" if len(shown) > first + LONGEST_LINE else ""
            yield _numbered(number, joined(("…" if first else "", part, more)))

    def _first(self, place: Location) -> int:
        """Where the part of a line starts that is shown: lines may be as long as whole files."""
        return place.column - 1 if place.column > LONGEST_LINE // 2 else 0

    def _line(self, path: str, number: int) -> str | None:
        key = path, number
        if key not in self._lines:
            document = self._sources.get(path)
            if document is None:
                return None
            self._lines[key] = quoted(document.line_text(number))
        return self._lines[key]


def place_of(place: Location) -> Markup:
    """``file:line`` as a page shows it."""
    return element("code", f"{place.path}:{place.line}", class_="place")


def _numbered(number: int, line: Markup) -> Markup:
    return joined((element("span", str(number), class_="no"), line))


def _frame(lines: list[Markup]) -> Markup:
    rows = [element("span", line, class_="line") for line in lines]
    return element("pre", element("code", joined(rows, Markup("\n"))))
