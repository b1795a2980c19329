"""Sets of resources: what patterns, exclusions and denials leave, and how two such sets relate.

Patterns are read as text: a ``*`` may run past colons, as IAM lets one do at the end of a segment.
With holes in the patterns there are two bounds of each set, and a symbolic look at holes that
stand on both sides; what neither settles is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from passrole.iam.automata import (
    POSSIBLE,
    Automaton,
    Rest,
    Tokens,
    TooManyStatesError,
    Unit,
    Wild,
    escape,
    glob,
    normal,
    spelled,
)
from passrole.iam.hole_tokens import Reading, loosened, readings
from passrole.iam.joint_search import find
from passrole.iam.patterns import covers, intersects
from passrole.values import Hole, Part, Text, Truth, literal, some

Universe = tuple[Tokens, ...]
EVERYTHING: Universe = ((Wild.RUN,),)


class Resources(NamedTuple):
    """What one statement says of resources: these patterns, or (``excluded``) all but these."""

    patterns: tuple[Text, ...]
    excluded: bool = False

    def holds(self, resource: Text) -> Truth:
        """Whether a resource is among them."""
        listed = some(covers(pattern, resource) for pattern in self.patterns)
        return listed.negated() if self.excluded else listed


class Granted(NamedTuple):
    """What some allowing and some denying statements leave."""

    allow: tuple[Resources, ...]
    deny: tuple[Resources, ...] = ()

    def holds(self, resource: Text) -> Truth:
        """Whether a resource is granted."""
        denied = some(each.holds(resource) for each in self.deny)
        return min(some(each.holds(resource) for each in self.allow), denied.negated())


class Bounds(NamedTuple):
    """What is granted for certain (``must``), and what may be granted."""

    must: Granted
    may: Granted


class Found(NamedTuple):
    """Whether there is such a resource, and one where there is."""

    truth: Truth
    resource: Text | None = None


NONE = Found(Truth.FALSE)
OPEN = Found(Truth.UNKNOWN)


def difference(universe: Universe, a: Bounds, b: Bounds) -> Found:
    """A resource that ``a`` grants and ``b`` does not."""
    if _contained(a.may, b.must):
        return NONE
    found = _searched(universe, a, b, wanted=False)
    if found is not OPEN:
        return found
    candidates = _escaping(a.must, b.may)
    return _first(
        each
        for each in candidates
        if a.must.holds(each) is Truth.TRUE and b.may.holds(each) is Truth.FALSE
    )


def overlap(universe: Universe, a: Bounds, b: Bounds) -> Found:
    """A resource that both grant."""
    found = _searched(universe, a, b, wanted=True)
    if found is not OPEN:
        return found
    candidates = (
        _instance(pattern)
        for side in (a.must, b.must)
        for each in side.allow
        if not each.excluded
        for pattern in each.patterns
    )
    return _first(
        each
        for each in candidates
        if a.must.holds(each) is Truth.TRUE and b.must.holds(each) is Truth.TRUE
    )


def _first(candidates: Iterator[Text]) -> Found:
    resource = next(candidates, None)
    return OPEN if resource is None else Found(Truth.TRUE, resource)


def _searched(universe: Universe, a: Bounds, b: Bounds, *, wanted: bool) -> Found:
    """What the bounds alone say; without holes and unknowns they coincide, and that is exact."""
    # For what b grants the upper bound is the generous one, for what it does not the lower.
    try:
        generous = _spoken(b.may, upper=True) if wanted else _spoken(b.must, upper=False)
        strict = _spoken(b.must, upper=False) if wanted else _spoken(b.may, upper=True)
        possible = _search(universe, _spoken(a.may, upper=True), generous, wanted)
        if possible is None:
            return NONE
        certain = _search(universe, _spoken(a.must, upper=False), strict, wanted)
    except TooManyStatesError:
        return OPEN
    return OPEN if certain is None else Found(Truth.TRUE, literal(certain))


_Spoken = tuple[tuple[tuple[Tokens, ...], bool], ...]
"""Each statement as patterns without identity, and whether they are excluded."""


def _spoken(granted: Granted, *, upper: bool) -> tuple[_Spoken, _Spoken]:
    return (
        tuple(_bounded(each, upper=upper) for each in granted.allow),
        tuple(_bounded(each, upper=not upper) for each in granted.deny),
    )


def _bounded(resources: Resources, *, upper: bool) -> tuple[tuple[Tokens, ...], bool]:
    generous = upper is not resources.excluded
    patterns: list[Tokens] = []
    for pattern in resources.patterns:
        known = pattern.known()
        if known is not None:
            patterns.append(glob(known))
        elif generous:
            patterns.extend(
                normal(reading.tokens(pattern.parts, is_pattern=True))
                for reading in readings((pattern.parts,), frozenset())
            )
    return tuple(patterns), resources.excluded


@lru_cache(maxsize=8192)
def _search(
    universe: Universe, a: tuple[_Spoken, _Spoken], b: tuple[_Spoken, _Spoken], wanted: bool
) -> str | None:
    """A text of the universe that ``a`` grants and ``b`` does (``wanted``) or does not."""
    patterns = list(universe)
    for spoken in (*a, *b):
        for listed, _ in spoken:
            patterns.extend(listed)
    walked = Automaton(patterns, POSSIBLE)
    inside, inside_span = sum(walked.ends[: len(universe)]), _joined(walked.spans[: len(universe)])
    place = len(universe)
    tests: list[list[tuple[int, int, bool]]] = []
    for spoken in (*a, *b):
        tests.append([])
        for listed, excluded in spoken:
            until = place + len(listed)
            ends, spans = sum(walked.ends[place:until]), _joined(walked.spans[place:until])
            tests[-1].append((ends, spans, excluded))
            place = until
    a_allow, a_deny, b_allow, b_deny = tests

    def matches(states: int, test: list[tuple[int, int, bool]]) -> bool:
        return any((states & ends != 0) is not excluded for ends, _, excluded in test)

    def alive(states: int, test: list[tuple[int, int, bool]]) -> bool:
        return any(excluded or states & spans for _, spans, excluded in test)

    def is_wanted(states: int) -> bool:
        if not states & inside or not matches(states, a_allow) or matches(states, a_deny):
            return False
        granted = matches(states, b_allow) and not matches(states, b_deny)
        return granted is wanted

    def is_hopeful(states: int) -> bool:
        if not states & inside_span or not alive(states, a_allow):
            return False
        return not wanted or alive(states, b_allow)

    symbols = find(walked, is_wanted, is_hopeful)
    return None if symbols is None else spelled(symbols, patterns)


def _joined(spans: tuple[int, ...]) -> int:
    joined = 0
    for span in spans:
        joined |= span
    return joined


def _contained(a: Granted, b: Granted) -> bool:
    """Whether ``a`` is certainly within ``b``: statement by statement, holes told by identity."""
    if not a.allow:
        return True
    plus = _patterns_of(a.deny)
    if not all(_harmless(each, a, plus) for each in b.deny):
        return False
    open_to = (*_patterns_of(b.allow), *plus)
    return all(_within(each, b.allow, open_to) for each in a.allow)


def _patterns_of(listed: tuple[Resources, ...]) -> tuple[Text, ...]:
    return tuple(pattern for each in listed if not each.excluded for pattern in each.patterns)


def _harmless(deny: Resources, a: Granted, denied: tuple[Text, ...]) -> bool:
    """Whether a denial of the other side takes nothing away that ``a`` grants."""
    if deny in a.deny:
        return True
    if deny.excluded:
        return any(
            each.excluded and all(_in_union(own, deny.patterns) for own in each.patterns)
            for each in a.deny
        )
    granted = _patterns_of(a.allow)
    apart = len(granted) and not any(each.excluded for each in a.allow)
    return all(
        _in_union(pattern, denied)
        or (apart and all(intersects(pattern, own) is Truth.FALSE for own in granted))
        for pattern in deny.patterns
    )


def _within(own: Resources, allow: tuple[Resources, ...], open_to: tuple[Text, ...]) -> bool:
    if own in allow or any(pattern.known() == "*" for pattern in open_to):
        return True
    if own.excluded:
        return any(
            each.excluded and all(_in_union(pattern, own.patterns) for pattern in each.patterns)
            for each in allow
        )
    return all(
        _in_union(pattern, open_to)
        or any(
            each.excluded
            and all(intersects(pattern, other) is Truth.FALSE for other in each.patterns)
            for each in allow
        )
        for pattern in own.patterns
    )


def _in_union(pattern: Text, others: tuple[Text, ...]) -> bool:
    try:
        return _escape(pattern, others) is None
    except TooManyStatesError:
        return False


def _escape(pattern: Text, others: tuple[Text, ...]) -> tuple[Tokens, Reading] | None:
    """How a pattern leaves a union, holes taken for letters, in the first reading in which it does.

    None is certain; a way out is only a candidate.
    """
    if pattern in others:
        return None
    texts = (pattern.parts, *(other.parts for other in others))
    for reading in readings(texts, frozenset()):
        spoken = tuple(normal(reading.tokens(parts, is_pattern=True)) for parts in texts[1:])
        own = normal(reading.tokens(pattern.parts, is_pattern=True))
        loose = loosened(own, tuple(token for each in spoken for token in each))
        symbols = escape(normal(loose), spoken)
        if symbols is not None:
            return symbols, reading
    return None


def _escaping(a: Granted, b: Granted) -> Iterator[Text]:
    """Resources of ``a`` that may lie outside of ``b``: candidates, to be checked."""
    others = (*_patterns_of(b.allow), *_patterns_of(a.deny))
    for pattern in _patterns_of(a.allow):
        if next(pattern.holes, None) is None:
            continue
        yield _instance(pattern)
        try:
            found = _escape(pattern, others)
        except TooManyStatesError:
            continue
        if found is not None:
            yield _worded(found[0], pattern, (pattern, *others))


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
