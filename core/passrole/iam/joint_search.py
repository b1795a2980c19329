"""Texts that some patterns match and others do not.

For containment one shortcut is exact: of all letters that no pattern names only one has to be
tried. It does not hold where something is excluded; then all letters that any pattern names are
tried as well, in one walk through many automata at once. What that costs grows with the number of
sets of states, hence the caps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from passrole.iam.automata import (
    MEETING,
    POSSIBLE,
    STATE_CAP,
    Automaton,
    Token,
    Tokens,
    TooManyStatesError,
    Wild,
    automaton,
    named,
)

States = int
Test = Callable[[States], bool]


def walk(
    walked: Automaton, hopeful: Test, cap: int = STATE_CAP
) -> Iterator[tuple[States, Callable[[], Tokens]]]:
    """Every set of states that a text leads to, with a shortest such text, the shortest first.

    Ways on which ``hopeful`` fails are given up. Raises TooManyStatesError beyond ``cap``.
    """
    trail: list[tuple[int, Token]] = [(-1, Wild.FRESH)]
    level = [(walked.start, 0)] if hopeful(walked.start) else []
    seen = {walked.start}
    while level:
        following: list[tuple[States, int]] = []
        for states, arrival in level:
            yield states, partial(way, trail, arrival)
            symbols: list[Token] = [Wild.FRESH, *walked.letters(states)]
            for symbol in symbols:
                after = walked.step(states, symbol)
                if after in seen or not hopeful(after):
                    continue
                seen.add(after)
                trail.append((arrival, symbol))
                following.append((after, len(trail) - 1))
            if len(seen) > cap:
                raise TooManyStatesError
        level = following


def find(walked: Automaton, wanted: Test, hopeful: Test, cap: int = STATE_CAP) -> Tokens | None:
    """A shortest text after which ``wanted`` holds, or None where there is none."""
    for states, path in walk(walked, hopeful, cap):
        if wanted(states):
            return path()
    return None


def combinations(patterns: Sequence[Tokens], cap: int) -> dict[frozenset[int], Tokens]:
    """Every combination of patterns that some text matches and no others, with such a text.

    Patterns are told by their places. Raises TooManyStatesError beyond ``cap``.
    """
    walked = Automaton(patterns, POSSIBLE)
    found: dict[frozenset[int], Tokens] = {}
    for states, path in walk(walked, lambda _: True, cap):
        matched = frozenset(place for place, end in enumerate(walked.ends) if states & end)
        if matched not in found:
            found[matched] = path()
    return found


def escape(pattern: Tokens, others: tuple[Tokens, ...], cap: int = STATE_CAP) -> Tokens | None:
    """A row of symbols that ``pattern`` takes and none of ``others`` does; None if there is none.

    For each wildcard of the pattern only a *fresh* character, one that no pattern names, has to be
    tried: it leaves the fewest states, and fewer states never accept more. For the same reason a
    set of states is dropped where a smaller one was seen at the same place.

    Raises TooManyStatesError beyond ``cap``.
    """
    beside = Automaton(others)
    accepting = beside.accepting
    last = len(pattern)
    smallest: list[list[int]] = [[] for _ in range(last + 1)]
    trail: list[tuple[int, Token]] = [(-1, Wild.FRESH)]
    pending: list[tuple[int, int, int]] = [(0, beside.start, 0)]
    while pending:
        place, states, arrival = pending.pop()
        if place == last:
            if not states & accepting:
                return way(trail, arrival)
            continue
        seen = smallest[place]
        if any(known & states == known for known in seen):
            continue
        seen.append(states)
        if len(trail) > cap:
            raise TooManyStatesError
        token = pattern[place]
        symbol = Wild.FRESH if isinstance(token, Wild) else token
        trail.append((arrival, symbol))
        after = beside.step(states, symbol)
        if token is Wild.RUN:
            pending.append((place, after, len(trail) - 1))
            pending.append((place + 1, states, arrival))
        else:
            pending.append((place + 1, after, len(trail) - 1))
    return None


def way(trail: list[tuple[int, Token]], arrival: int) -> Tokens:
    """The symbols that lead to an entry of a trail, whose entries point to the one before."""
    symbols: list[Token] = []
    while arrival > 0:
        arrival, symbol = trail[arrival]
        symbols.append(symbol)
    return tuple(reversed(symbols))


def spelled(symbols: Tokens, patterns: Iterable[Tokens]) -> str:
    """The symbols as text, with a character that no pattern names for each fresh one."""
    used = {character for pattern in patterns for token in pattern for character in named(token)}
    fresh = next(character for character in _fresh_characters() if character not in used)
    return "".join(symbol if isinstance(symbol, str) else fresh for symbol in symbols)


def _fresh_characters() -> Iterator[str]:
    yield from "xyzqwvkj0123456789XYZ-_"
    yield from map(chr, range(0xA1, 0x110000))


def meeting_text(first: Tokens, second: Tokens) -> Tokens | None:
    """A short row of symbols that both patterns take, or None if there is none.

    Both must be free of holes. Forward, the states of ``second`` after each token of ``first``;
    then back along one way through them.
    """
    other = automaton(second, MEETING)
    reached = [other.start]
    for token in first:
        states = reached[-1]
        after = other.step(states, token)
        if token is Wild.RUN:
            after |= states
            while (more := after | other.step(after, token)) != after:
                after = more
        reached.append(after)
    place, state = len(first), len(second)
    if not reached[place] >> state & 1:
        return None
    symbols: list[Token] = []
    while place or state:
        before = reached[place - 1] if place else 0
        mine = first[place - 1] if place else Wild.FRESH
        theirs = second[state - 1] if state else Wild.FRESH
        if mine is Wild.RUN and before >> state & 1:
            place -= 1
        elif theirs is Wild.RUN and reached[place] >> (state - 1) & 1:
            state -= 1
        elif mine is Wild.RUN:
            symbols.append(theirs)
            state -= 1
        elif before >> state & 1 and state < len(second) and second[state] is Wild.RUN:
            symbols.append(mine)
            place -= 1
        else:
            symbols.append(theirs if mine is Wild.ANY else mine)
            place, state = place - 1, state - 1
    return tuple(reversed(symbols))
