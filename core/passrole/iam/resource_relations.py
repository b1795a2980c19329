"""How two sets of resources relate: does one hold something that the other does not, or also does?

The bounds settle what they can; then come holes that stand on both sides and are told by identity.
What neither settles is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from passrole.iam.automata import Rest, Tokens, TooManyStatesError, Unit, Wild, glob, normal
from passrole.iam.hole_tokens import loosened, readings
from passrole.iam.joint_search import escape, spelled
from passrole.iam.patterns import contains, intersects
from passrole.iam.resource_search import Universe, search
from passrole.iam.resource_sets import (
    NONE,
    OPEN,
    Bounded,
    Bounds,
    Found,
    Granted,
    Resources,
    listed,
)
from passrole.values import Hole, Part, Text, Truth, literal

_STAR = literal("*")


def difference(universe: Universe, a: Bounds, b: Bounds) -> Found:
    """A resource that ``a`` grants and ``b`` does not."""
    outside = [piece for piece in a.may.pieces.values() if not _contained(piece, b.must)]
    if not outside:
        return NONE
    strict = b.must.bounded(upper=False)
    if all(_certainly_none(universe, piece, strict, wanted=False) for piece in outside):
        return NONE
    found = _certain_one(universe, a.must, b.may.bounded(upper=True), wanted=False)
    if found is not None:
        return Found(Truth.TRUE, found)
    for each in _escaping(a.must, b.may):
        if a.must.holds(each) is Truth.TRUE and b.may.holds(each) is Truth.FALSE:
            return Found(Truth.TRUE, each)
    return OPEN


def overlap(universe: Universe, a: Bounds, b: Bounds) -> Found:
    """A resource that both grant."""
    most = b.may.bounded(upper=True)
    if all(_certainly_none(universe, piece, most, wanted=True) for piece in a.may.pieces.values()):
        return NONE
    found = _certain_one(universe, a.must, b.must.bounded(upper=False), wanted=True)
    if found is not None:
        return Found(Truth.TRUE, found)
    for pattern in (*a.must.patterns, *b.must.patterns):
        each = _instance(pattern)
        if a.must.holds(each) is Truth.TRUE and b.must.holds(each) is Truth.TRUE:
            return Found(Truth.TRUE, each)
    return OPEN


def _certainly_none(universe: Universe, piece: Granted, b: Bounded, *, wanted: bool) -> bool:
    try:
        return search(universe, piece.bounded(upper=True), b, wanted=wanted) is None
    except TooManyStatesError:
        return False


def _certain_one(universe: Universe, a: Granted, b: Bounded, *, wanted: bool) -> Text | None:
    for piece in a.pieces.values():
        try:
            found = search(universe, piece.bounded(upper=False), b, wanted=wanted)
        except TooManyStatesError:
            continue
        if found is not None:
            return literal(found)
    return None


def _contained(piece: Granted, b: Granted) -> bool:
    """Whether a piece is certainly within ``b``, pattern by pattern, holes told by identity."""
    (own,) = piece.allow
    denied = listed(piece.deny)
    if not all(_harmless(each, own, piece.deny, denied) for each in b.deny):
        return False
    if own in b.pieces or _STAR in b.patterns:
        return True
    excluding = [each for each in b.allow if each.excluded]
    if own.excluded:
        return any(
            all(_in_union(pattern, own.patterns) for pattern in each.patterns) for each in excluding
        )
    (pattern,) = own.patterns
    if any(_apart(pattern, each.patterns) for each in excluding):
        return True
    return _in_union(pattern, (*b.patterns, *denied))


def _harmless(
    deny: Resources, own: Resources, denials: tuple[Resources, ...], denied: tuple[Text, ...]
) -> bool:
    """Whether a denial of the other side takes nothing away that the piece grants."""
    if deny in denials:
        return True
    if deny.excluded:
        if not own.excluded and all(_in_union(each, deny.patterns) for each in own.patterns):
            return True
        return any(
            each.excluded and all(_in_union(pattern, deny.patterns) for pattern in each.patterns)
            for each in denials
        )
    return all(
        (not own.excluded and _apart(pattern, own.patterns)) or _in_union(pattern, denied)
        for pattern in deny.patterns
    )


def _apart(pattern: Text, others: tuple[Text, ...]) -> bool:
    return all(intersects(pattern, other) is Truth.FALSE for other in others)


def _in_union(pattern: Text, others: tuple[Text, ...]) -> bool:
    """Whether a pattern is certainly within a union of patterns."""
    try:
        return _escape(pattern, others) is None
    except TooManyStatesError:
        return False


def _escape(pattern: Text, others: tuple[Text, ...]) -> Tokens | None:
    """How a pattern leaves a union, holes taken for letters. None is certain, a way out is not."""
    if pattern in others:
        return None
    head = _head(pattern)
    others = tuple(other for other in others if _agree(head, _head(other)))
    known = pattern.known()
    if known is not None:
        plain = [text for other in others if (text := other.known()) is not None]
        if any(contains(known, text) for text in plain):
            return None
    for reading in readings((pattern.parts, *(other.parts for other in others))):
        spoken = tuple(normal(reading.tokens(other.parts, is_pattern=True)) for other in others)
        own = normal(reading.tokens(pattern.parts, is_pattern=True))
        loose = normal(loosened(own, tuple(token for each in spoken for token in each)))
        symbols = escape(loose, spoken)
        if symbols is not None:
            return symbols
    return None


def _head(pattern: Text) -> str:
    """The text with which all that a pattern matches begins."""
    first = pattern.parts[0] if pattern.parts else ""
    return re.split(r"[*?]", first, maxsplit=1)[0] if isinstance(first, str) else ""


def _agree(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _escaping(a: Granted, b: Granted) -> Iterator[Text]:
    """Resources of ``a`` that may lie outside of ``b``: candidates, to be checked."""
    others = (*b.patterns, *listed(a.deny))
    yield from map(_instance, listed(b.deny))
    for pattern in a.patterns:
        if next(pattern.holes, None) is None:
            continue
        yield _instance(pattern)
        try:
            symbols = _escape(pattern, others)
        except TooManyStatesError:
            continue
        if symbols is not None:
            yield _worded(symbols, pattern, (pattern, *others))


def _instance(pattern: Text) -> Text:
    """A resource that a pattern certainly matches: each wildcard made one plain letter."""
    return Text(
        part.replace("*", "x").replace("?", "x") if isinstance(part, str) else part
        for part in pattern.parts
    )


def _worded(symbols: Tokens, pattern: Text, texts: tuple[Text, ...]) -> Text:
    """Symbols as text, each hole once for its row of symbols."""
    holes = {hole.id: hole for hole in pattern.holes}
    literals = [glob(part) for text in texts for part in text.parts if isinstance(part, str)]
    fresh = spelled((Wild.FRESH,), literals)
    parts: list[Part] = []
    for symbol in symbols:
        if isinstance(symbol, str):
            parts.append(symbol)
        elif not isinstance(symbol, (Unit, Rest)):
            parts.append(fresh)
        elif _begins(symbol, parts):
            parts.append(holes[symbol.id])
    return Text(parts)


def _begins(symbol: Unit | Rest, parts: list[Part]) -> bool:
    """Whether a symbol is the first of its hole: the first unit, or a rest without units."""
    if isinstance(symbol, Unit):
        return symbol.place == 0
    last = parts[-1] if parts else ""
    return not (isinstance(last, Hole) and last.id == symbol.id)
