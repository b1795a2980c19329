"""How large values may grow: references share what they name, but who reads them walks it all."""

from __future__ import annotations

from collections.abc import Iterable

from passrole.records import NamedTuple
from passrole.values import Choice, Listing, Record, Text, Unknown, Value

SIZE_CAP = 20_000
"""How many parts one value may have, what it shares counted each time."""
DEPTH_CAP = 60
"""How deep one value may nest."""
CASES_CAP = 256
"""How many ways one choice may turn out."""
TEXT_SHARE = 256
"""Characters of text that count as one part."""


class Size(NamedTuple):
    """The parts, the depth and the cases of a value."""

    parts: int
    depth: int
    cases: int


_SHORT = Size(2, 1, 1)
_SMALLEST = Size(1, 1, 1)


class Sizes:
    """Measures values; what is shared is measured once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Value, Size]] = {}

    def bounded(self, value: Value) -> Value:
        """The value, or an unknown where it is too large or too deep to be walked."""
        size = self.of(value)
        if size.parts > SIZE_CAP or size.depth > DEPTH_CAP or size.cases > CASES_CAP:
            return Unknown("the value is too large", value.origin)
        return value

    def of(self, value: Value) -> Size:
        """The size of a value. The recursion is bounded: what it refers to is bounded already."""
        if isinstance(value, Text):
            written = value.parts
            if len(written) == 1 and isinstance(written[0], str) and len(written[0]) < TEXT_SHARE:
                return _SHORT  # as most are
            length = sum(len(part) if isinstance(part, str) else 1 for part in written)
            return Size(1 + len(written) + length // TEXT_SHARE, 1, 1)
        if not isinstance(value, (Listing, Record, Choice)):
            return _SMALLEST
        found = self._known.get(id(value))
        if found is None:
            # The value is kept, so that its id stays its own.
            found = self._known[id(value)] = (value, self._measure(value))
        return found[1]

    def _measure(self, value: Listing | Record | Choice) -> Size:
        items: Iterable[Value]
        if isinstance(value, Choice):
            items = (value.then, value.otherwise)
        else:
            items = value.values if isinstance(value, Listing) else value.fields.values()
        parts, depth, cases = 1, 0, 0
        for item in items:
            more, deep, ways = self.of(item)
            parts += more
            cases += ways
            depth = max(depth, deep)
        return Size(parts, 1 + depth, cases if isinstance(value, Choice) else 1)
